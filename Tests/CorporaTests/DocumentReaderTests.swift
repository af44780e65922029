import BytePairEncoding
import Corpora
import Diagnostics
import Files
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

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

  @Test func `lines of JSON are read by one rule: no blank lines, no byte-order mark`() throws {
    let folder = try TemporaryFolder()
    let lines = ["\u{FEFF}{\"t\":\"a b\"}", "", " \t\r", "{\"t\":\"c\"}\r", "", ""]
    let path = try folder.put("lines", Array(lines.joined(separator: "\n").utf8))
    let open = { try DocumentReader(paths: [path, path], firstNumber: 7) }
    let store = try DocumentStore(open(), fields: DocumentFields(["t"]))
    #expect(
      store.ranges.map { Array(store.bytes[$0]) }
        == ["a b", "c", "a b", "c"].map { Array($0.utf8) }
    )
    var counter = PreTokenCounter(normalizer: .none, preTokenizer: .whitespaceSplit, threads: 1)
    counter.jsonField = "t"
    let counts = try counter.count(open())
    #expect((0..<counts.count).map { counts.occurrences($0) } == [2, 2, 2])
    let tokenizer = try sampleTokenizer()
    var encoder = CorpusEncoder(tokenizer, options: EncodingOptions(), threads: 1)
    encoder.fields = RecordFields(text: "t")
    var found: [UInt8] = []
    try encoder.run(open(), formatter: TokenFormatter(.ids, tokenizer: tokenizer)) {
      bytes,
      counts in
      found += bytes
      #expect(counts.count == 2)
    }
    let expected = try ["a b", "c", "a b", "c"].map { text in
      try tokenizer.encode(text).map { "\($0.rawValue)" }.joined(separator: " ") + "\n"
    }
    #expect(String(decoding: found, as: UTF8.self) == expected.joined())
    let plain = try documents(DocumentReader(paths: [path]))
    #expect(plain.count == 5, "text keeps its blank lines")
  }

  @Test func `a message has the place of the line in its file, blank lines counted`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("lines", Array("\n{\"t\":\"a\"}\n\n{}\n".utf8))
    let error = #expect(throws: InvalidData.self) {
      try DocumentStore(DocumentReader(paths: [path]), fields: DocumentFields(["t"]))
    }
    #expect(error?.description.contains("line 4, byte 12") == true)
  }
}
