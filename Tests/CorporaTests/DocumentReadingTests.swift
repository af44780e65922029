import Corpora
import Diagnostics
import Glibc
import TestSupport
import Testing

@Suite struct DocumentReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func documents(
    _ path: String,
    _ unit: DocumentUnit,
    _ reading: DocumentReading
  ) throws -> [[UInt8]] {
    let reader = try DocumentReader(paths: [path], unit: unit, reading: reading)
    var documents: [[UInt8]] = []
    while let batch = try reader.next() { documents += batch.ranges.map { Array(batch.bytes[$0]) } }
    return documents
  }

  /// Lengths around a block of 256 kB, and limits around the lengths.
  @Test(arguments: DocumentUnit.allCases, [5, 262_143, 262_144, 262_145, 600_000])
  func `the limit is the most that a document may have`(unit: DocumentUnit, length: Int) throws {
    let document = noise(length).map { 0x61 + $0 % 26 }
    let front: [UInt8] = unit == .file ? [] : Array("ab\n\n".utf8)
    let end: [UInt8] = unit == .file ? [] : Array("\n\ncd".utf8)
    let path = try folder.put("text", front + document + end)
    let expected = try documents(path, unit, DocumentReading())
    #expect(expected.contains(document))
    #expect(try documents(path, unit, DocumentReading(largestDocument: length)) == expected)
    let error = #expect(throws: InvalidData.self) {
      try documents(path, unit, DocumentReading(largestDocument: length - 1))
    }
    #expect(error?.path == path)
    #expect(error?.place == "byte \(front.count)")
  }

  @Test func `a mark at the front of a file is left out where that is asked for`() throws {
    let path = try folder.put("text", "\u{FEFF}a\n\u{FEFF}b\n")
    let stripped = try documents(path, .line, DocumentReading(stripsMark: true))
    #expect(stripped == [Array("a".utf8), Array("\u{FEFF}b".utf8)])
    #expect(try documents(path, .line, DocumentReading())[0] == Array("\u{FEFF}a".utf8))
    for short in ["", "\u{FEFF}", "a"] {
      let short = try folder.put("short", short)
      #expect(try documents(short, .line, DocumentReading(stripsMark: true)).count <= 1)
    }
  }

  @Test func `a file that was cut while it was read is an error`() throws {
    let path = try folder.put("text", String(repeating: "abc\n", count: 500_000))
    let reader = try DocumentReader(paths: [path])
    #expect(try reader.next() != nil)
    try #require(truncate(path, 600_000) == 0)
    let error = #expect(throws: FileError.self) { while try reader.next() != nil {} }
    #expect(error?.operation == .read)
  }
}
