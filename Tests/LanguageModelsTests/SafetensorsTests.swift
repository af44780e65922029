import Diagnostics
import LanguageModels
import TensorCore
import TestSupport
import Testing

/// A file with the given header and that many bytes of data.
private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
  let length = length ?? UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + Array(header.utf8)
    + Array(repeating: 0, count: data)
}

private func tensor(_ name: String, _ range: Range<Int>, _ dtype: String = "F32") -> String {
  let count = range.count / (dtype == "F64" ? 8 : 4)
  let offsets = "[\(range.lowerBound),\(range.upperBound)]"
  return
    #""\#(name)":{"dtype":"\#(dtype)","shape":[\#(count)],"data_offsets":\#(offsets)}"#
}

struct SafetensorsTests {
  @Test func `tensors and metadata come back as they were`() throws {
    let folder = try TemporaryFolder()
    var written = Safetensors(metadata: [("b", "1 \"quoted\" é\n"), ("a", "")])
    // More than a block, of odd length, and the numbers that arithmetic would not keep.
    let long = Tensor((0..<700_001).map { Float($0) * 0.37 - 5 }, shape: [700_001])
    let odd = Tensor<Double>([.nan, -0.0, .infinity, .leastNonzeroMagnitude], shape: [2, 1, 2])
    written.append("long", long)
    written.append("odd \u{E9}", odd)
    written.append("odd e\u{301}", Tensor<Float>(zeros: [0, 3]))
    written.append("one", Tensor<Float>([7], shape: []))
    try written.write(to: folder["model"])
    let read = try Safetensors(reading: folder["model"])
    #expect(read.tensors.map(\.name.utf8.count) == [4, 6, 7, 3])
    #expect(read.tensors.map(\.shape) == [[700_001], [2, 1, 2], [0, 3], []])
    #expect(read.metadata.map(\.key) == ["b", "a"])
    #expect(read.metadata("b") == "1 \"quoted\" é\n" && read.metadata("c") == nil)
    #expect(try read.tensors[0].values(of: Float.self).elements == long.elements)
    let bits = try read.tensors[1].values(of: Double.self).elements.map(\.bitPattern)
    #expect(bits == odd.elements.map(\.bitPattern))
    #expect(try read.tensors[0].values(of: Double.self).elements[9] == Double(long.elements[9]))
    #expect(throws: InvalidData.self) { try read.tensors[1].values(of: Float.self) }
    try read.write(to: folder["again"])
    #expect(folder.bytes("again") == folder.bytes("model"))
    #expect(folder.names == ["again", "model"])
  }

  /// What Python's safetensors writes for an F64 [2], an F32 [1, 3], and metadata.
  @Test func `a file of the reference implementation is read`() throws {
    let folder = try TemporaryFolder()
    let header =
      #"{"__metadata__":{"format":"pt","by":"peer é"},"#
      + tensor("a", 0..<16, "F64") + ","
      + #""b":{"dtype":"F32","shape":[1,3],"data_offsets":[16,28]}}  "#
    let data: [UInt8] = [
      154, 153, 153, 153, 153, 153, 185, 63, 0, 0, 0, 0, 0, 0, 28, 64, 0, 0, 192, 63, 0, 0, 0, 192,
      0, 0, 80, 64,
    ]
    let read = try Safetensors(reading: try folder.put("model", file(header) + data))
    #expect(try read.tensors[0].values(of: Double.self).elements == [0.1, 7])
    #expect(try read.tensors[1].values(of: Float.self).elements == [1.5, -2, 3.25])
    #expect(read.metadata("by") == "peer é")
  }

  @Test func `a file cut anywhere is refused, and one with more behind it`() throws {
    let folder = try TemporaryFolder()
    var whole = Safetensors(metadata: [("model", "m")])
    whole.append("a", Tensor<Float>(zeros: [5]))
    whole.append("b", Tensor<Double>(zeros: [2, 2]))
    try whole.write(to: folder["whole"])
    let bytes = try #require(folder.bytes("whole"))
    for count in 0..<bytes.count {
      let path = try folder.put("cut", Array(bytes[..<count]))
      let error = #expect(throws: InvalidData.self) { try Safetensors(reading: path) }
      #expect(error?.path == path && error?.place != nil)
    }
    let path = try folder.put("cut", bytes + [0])
    #expect(throws: InvalidData.self) { try Safetensors(reading: path) }
  }

  @Test func `any byte may be wrong`() throws {
    let folder = try TemporaryFolder()
    var whole = Safetensors(metadata: [("model", "m")])
    whole.append("a", Tensor<Float>(zeros: [5]))
    try whole.write(to: folder["whole"])
    let bytes = try #require(folder.bytes("whole"))
    for index in bytes.indices {
      for change: UInt8 in [1, 0x10, 0x80, 0xFF] {
        var wrong = bytes
        wrong[index] ^= change
        let path = try folder.put("wrong", wrong)
        // An answer or an error, nothing else.
        do { _ = try Safetensors(reading: path) } catch is InvalidData {}
      }
    }
  }

  static let hostile: [(name: String, bytes: [UInt8])] = [
    ("no header", file("", length: 0)),
    ("a list", file("[]")),
    ("space first", file(" {}")),
    ("huge header", file("{}", length: .max)),
    ("long header", file("{}", length: 1 << 40)),
    ("a header over 64 MiB", file("{}", data: (64 << 20) + 1, length: (64 << 20) + 1)),
    ("overlap", file("{\(tensor("a", 0..<8)),\(tensor("b", 4..<12))}", data: 12)),
    ("twice the same data", file("{\(tensor("a", 0..<8)),\(tensor("b", 0..<8))}", data: 8)),
    ("a gap", file("{\(tensor("a", 0..<8)),\(tensor("b", 12..<16))}", data: 16)),
    ("not from 0", file("{\(tensor("a", 4..<8))}", data: 8)),
    ("outside", file("{\(tensor("a", 0..<16))}", data: 8)),
    ("unused data", file("{\(tensor("a", 0..<4))}", data: 8)),
    ("half precision", file("{\(tensor("a", 0..<8, "F16"))}", data: 8)),
    ("no such type", file("{\(tensor("a", 0..<8, "f32"))}", data: 8)),
    ("a name twice", file("{\(tensor("a", 0..<4)),\(tensor("a", 4..<8))}", data: 8)),
    (
      "a name twice, late",
      file(
        "{" + (0..<100).map { tensor("t\($0 % 99)", 4 * $0..<4 * $0 + 4) }.joined(separator: ",")
          + "}",
        data: 400
      )
    ),
    (
      "backwards",
      file(#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}"#, data: 4)
    ),
    (
      "another size",
      file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, data: 8)
    ),
    (
      "a shape that overflows",
      file(
        #"{"a":{"dtype":"F32","shape":[4503599627370496,4503599627370496],"data_offsets":[0,0]}}"#
      )
    ),
    (
      "a shape that overflows before its 0",
      file(
        #"{"a":{"dtype":"F32","shape":[4503599627370496,4503599627370496,0],"data_offsets":[0,0]}}"#
      )
    ),
    ("negative", file(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}"#)),
    ("a fraction", file(#"{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}"#, data: 2)),
    ("no shape", file(#"{"a":{"dtype":"F32","data_offsets":[0,0]}}"#)),
    ("three offsets", file(#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0,0]}}"#)),
    ("a number for a tensor", file(#"{"a":1}"#)),
    ("metadata that is no text", file(#"{"__metadata__":{"a":1}}"#)),
    ("metadata twice", file(#"{"__metadata__":{},"__metadata__":{}}"#)),
    ("deep", file(String(repeating: #"{"a":"#, count: 10_000))),
  ]

  @Test(arguments: hostile.indices)
  func `a hostile file is refused with its path and the place`(index: Int) throws {
    let folder = try TemporaryFolder()
    let (name, bytes) = Self.hostile[index]
    let path = try folder.put("hostile", bytes)
    let error = #expect(throws: InvalidData.self, "\(name)") { try Safetensors(reading: path) }
    #expect(error?.path == path && error?.place != nil, "\(name)")
  }

  @Test func `data may stand in another order than names, and there may be none`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put(
      "model",
      file("{\(tensor("late", 4..<8)),\(tensor("none", 4..<4)),\(tensor("early", 0..<4))}", data: 8)
    )
    #expect(try Safetensors(reading: path).tensors.map(\.name) == ["early", "none", "late"])
    let empty = try folder.put("empty", file("{}"))
    #expect(try Safetensors(reading: empty).tensors.isEmpty)
    #expect(throws: FileError.self) { try Safetensors(reading: folder["missing"]) }
    #expect(throws: FileError.self) { try Safetensors(reading: folder.path) }
    #expect(throws: InvalidData.self) { try Safetensors(reading: "/dev/null") }
    #expect(throws: FileError.self) { try Safetensors().write(to: folder["no/folder"]) }
  }
}
