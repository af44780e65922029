import Compression
import Diagnostics
import Files
import TestSupport
import Testing

struct TextFileTests {
  private static let gzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0xCF, 0x4B, 0xE5, 0x2A, 0x29, 0xCF, 0xE7, 0x02,
    0,
    0xE6, 0x0B, 0xBA, 0x12, 0x08, 0, 0, 0,
  ]
  private static let zstd: [UInt8] = [
    0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x41, 0, 0, 0x6F, 0x6E, 0x65, 0x0A, 0x74, 0x77, 0x6F, 0x0A,
    0xE6, 0xA6, 0x0E, 0x40,
  ]
  private static let text = Array("one\ntwo\n".utf8)

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(_ path: String, upTo limit: Int = 1000) throws -> [UInt8] {
    let file = try TextFile(path)
    var bytes: [UInt8] = []
    while try file.read(upTo: limit, into: &bytes) > 0 {}
    #expect(try file.read(upTo: limit, into: &bytes) == 0)
    return bytes
  }

  @Test(arguments: [("a.gz", gzip), ("a.zst", zstd)])
  func `streams are expanded, several one after another, in steps of any size`(
    name: String,
    stream: [UInt8]
  ) throws {
    for count in 1...3 {
      let all = [[UInt8]](repeating: stream, count: count).flatMap { $0 }
      let path = try folder.put(name, all)
      let expected = [[UInt8]](repeating: Self.text, count: count).flatMap { $0 }
      for limit in [1, 3, 1000] { #expect(try read(path, upTo: limit) == expected) }
    }
    // Only the name says that it is compressed.
    #expect(try read(folder.put("plain", stream)) == stream)
  }

  @Test(arguments: [("a.gz", gzip), ("a.zst", zstd)])
  func `streams that are cut or changed are told from whole ones`(
    name: String,
    stream: [UInt8]
  ) throws {
    for length in 0..<stream.count {
      let path = try folder.put(name, Array(stream[..<length]))
      let error = #expect(throws: InvalidData.self, "\(length)") { try read(path) }
      #expect(error?.path == path)
    }
    for place in 0..<4 {
      var changed = stream
      changed[place] ^= 0xFF
      let path = try folder.put(name, changed)
      #expect(throws: InvalidData.self, "\(place)") { try read(path) }
    }
  }
}
