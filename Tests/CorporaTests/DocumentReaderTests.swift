import Corpora
import Files
import TestSupport
import Testing

@Suite struct DocumentReaderTests {
  @Test func `lines end at LF only, the last one may lack it`() throws {
    let folder = try TemporaryFolder()
    let text = Array("a\r\n\n\u{FEFF}b\u{2028}c\nlast".utf8)
    let path = try folder.put("text", text)
    let dropped = try documents(DocumentReader(paths: [path]))
    #expect(dropped == ["a\r", "", "\u{FEFF}b\u{2028}c", "last"].map { Array($0.utf8) })
    let kept = try documents(DocumentReader(paths: [path], lineFeed: .keep))
    #expect(kept.flatMap { $0 } == text)
    #expect(kept.count == 4)
    let whole = try documents(DocumentReader(paths: [path, path], unit: .file))
    #expect(whole == [text, text])
  }

  @Test func `lines across blocks, long lines and empty files`() throws {
    let folder = try TemporaryFolder()
    var source = NastyText(seed: 71)
    var lines: [[UInt8]] = []
    for length in [0, 1, 262_143, 262_144, 262_145, 600_000, 3] as [Int] {
      lines.append(Array(repeating: UInt8(97 + source.number(below: 26)), count: length))
    }
    var text: [UInt8] = []
    for line in lines { text += line + [0x0A] }
    let path = try folder.put("text", text)
    let empty = try folder.put("empty", [])
    #expect(try documents(DocumentReader(paths: [empty, path, empty])) == lines)
    #expect(try documents(DocumentReader(paths: [empty], unit: .file)) == [[]])
    #expect(try documents(DocumentReader(paths: [empty])) == [])
  }

  @Test func `all files are tried before any is read`() throws {
    #expect(throws: FileError.self) {
      try DocumentReader(paths: [corpusPath("english"), "/nonexistent/file"])
    }
  }
}
