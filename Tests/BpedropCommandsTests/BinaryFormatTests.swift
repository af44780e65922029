import Foundation
import Testing

@Suite("encode: binary files that trainers read")
struct BinaryFormatTests {
  private let workspace: Workspace
  private let lineCount: Int
  private let ids: [[Int]]

  init() throws {
    workspace = try Workspace.withTokenizers()
    let text = try Samples.text("english") + [0x0A] + Samples.text("hindi")
    try workspace.write("text", text)
    lineCount = text.count { $0 == 0x0A }
    ids = idLines(try workspace.run("encode -m world.json text").output)
    // A word model whose largest id is `wide`, the first that needs more than 16 bits.
    for (name, largest) in [("narrow", 65_535), ("wide", 65_536)] {
      let vocabulary = #"{"a": 0, "b": \#(largest)}"#
      try workspace.write(
        "\(name).json",
        #"{"pre_tokenizer": {"type": "WhitespaceSplit"}, "#
          + #""model": {"type": "WordLevel", "vocab": \#(vocabulary)}}"#
      )
    }
    try workspace.write("letters", "a b\nb\n")
  }

  private func encode(_ format: String, _ output: String) throws {
    let result = try workspace.succeed("encode -m world.json --format \(format) -o \(output) text")
    #expect(result.output.isEmpty)
    #expect(ids.count == lineCount && ids.contains([]))
  }

  private func encodeLetters(_ width: String, _ format: String, _ output: String) throws {
    try workspace.succeed("encode -m \(width).json --format \(format) -o \(output) letters")
  }

  /// The header's text, and the data behind it.
  private func numpy(_ name: String) throws -> (header: String, data: ArraySlice<UInt8>) {
    let bytes = try workspace.read(name)
    #expect(Array(bytes.prefix(8)) == [0x93] + Array("NUMPY".utf8) + [1, 0])
    let length = Int(try #require(numbers(bytes[8..<10], UInt16.self).first))
    #expect((10 + length) % 64 == 0)
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    #expect(header.last == "\n")
    return (header.trimmingCharacters(in: .whitespacesAndNewlines), bytes[(10 + length)...])
  }

  private func numpyHeader(_ type: String, _ count: Int) -> String {
    "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(count),), }"
  }

  @Test("npy: all ids, and the start of each document and the end")
  func npy() throws {
    try encode("npy", "out.npy")
    let flat = ids.flatMap { $0 }
    let (header, data) = try numpy("out.npy")
    #expect(header == numpyHeader("<u2", flat.count))
    #expect(numbers(data, UInt16.self).map(Int.init) == flat)
    let (offsetHeader, offsetData) = try numpy("out.offsets.npy")
    #expect(offsetHeader == numpyHeader("<i8", ids.count + 1))
    let starts = ids.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    #expect(numbers(offsetData, Int64.self).map(Int.init) == starts)
  }

  @Test("llmc: 256 numbers of header, then the ids")
  func llmc() throws {
    try encode("llmc", "out.bin")
    let bytes = try workspace.read("out.bin")
    let flat = ids.flatMap { $0 }
    let header = numbers(bytes[..<1024], Int32.self).map(Int.init)
    #expect(header == [20_240_520, 1, flat.count] + Array(repeating: 0, count: 253))
    #expect(numbers(bytes[1024...], UInt16.self).map(Int.init) == flat)
  }

  @Test("nanogpt: the ids and nothing else")
  func nanogpt() throws {
    try encode("nanogpt", "out.bin")
    let flat = ids.flatMap { $0 }
    let bytes = try workspace.read("out.bin")
    #expect(bytes.count == 2 * flat.count)
    #expect(numbers(bytes, UInt16.self).map(Int.init) == flat)
  }

  @Test("megatron: the ids, and an index", arguments: ["out", "out.bin"])
  func megatron(name: String) throws {
    try encode("megatron", name)
    let bytes = try workspace.read("out.bin")
    #expect(numbers(bytes, UInt16.self).map(Int.init) == ids.flatMap { $0 })
    let index = try workspace.read("out.idx")
    let count = ids.count
    #expect(Array(index.prefix(9)) == Array("MMIDIDX\0\0".utf8))
    #expect(numbers(index[9..<17], UInt64.self) == [1])
    #expect(index[17] == 8)
    #expect(numbers(index[18..<34], UInt64.self) == [UInt64(count), UInt64(count + 1)])
    let lengths = 34..<34 + 4 * count
    #expect(numbers(index[lengths], Int32.self).map(Int.init) == ids.map(\.count))
    let pointers = lengths.upperBound..<lengths.upperBound + 8 * count
    let starts = ids.dropLast().reduce(into: [0]) { $0.append($0[$0.count - 1] + 2 * $1.count) }
    #expect(numbers(index[pointers], Int64.self).map(Int.init) == starts)
    let documents = numbers(index[pointers.upperBound...], Int64.self).map(Int.init)
    #expect(documents == Array(0...count))
  }

  @Test("ids have 16 bits up to a vocabulary of 65,536, and 32 beyond")
  func width() throws {
    try encodeLetters("narrow", "nanogpt", "narrow.bin")
    #expect(numbers(try workspace.read("narrow.bin"), UInt16.self) == [0, 65_535, 65_535])
    try encodeLetters("wide", "nanogpt", "wide.bin")
    let wide: [UInt32] = [0, 65_536, 65_536]
    #expect(numbers(try workspace.read("wide.bin"), UInt32.self) == wide)
    try encodeLetters("wide", "npy", "wide.npy")
    let (header, data) = try numpy("wide.npy")
    #expect(header == numpyHeader("<u4", 3))
    #expect(numbers(data, UInt32.self) == wide)
    try encodeLetters("wide", "llmc", "wide.llmc")
    let llmc = try workspace.read("wide.llmc")
    #expect(numbers(llmc.prefix(12), Int32.self) == [20_240_801, 7, 3])
    #expect(numbers(llmc[1024...], UInt32.self) == wide)
    try encodeLetters("wide", "megatron", "wide")
    let index = try workspace.read("wide.idx")
    #expect(index[17] == 4)
    #expect(numbers(index[34..<42], Int32.self) == [2, 1])
    #expect(numbers(index[42..<58], Int64.self) == [0, 8])
  }

  @Test("no text gives a header and no ids", arguments: ["npy", "llmc", "nanogpt", "megatron"])
  func empty(format: String) throws {
    try workspace.succeed("encode -m world.json --format \(format) -o none.bin")
    let length = ["npy": 128, "llmc": 1024][format] ?? 0
    #expect(try workspace.read("none.bin").count == length)
    if format == "megatron" { #expect(try workspace.read("none.idx").count == 34 + 8) }
    if format == "npy" { #expect(try workspace.read("none.bin.offsets.npy").count == 128 + 8) }
  }
}
