import Testing
import UnicodeText

@Suite struct ByteOrderMarkTests {
  @Test(arguments: ByteOrderMark.allCases)
  func `each mark is known by its bytes`(mark: ByteOrderMark) {
    #expect(ByteOrderMark(startOf: mark.bytes) == mark)
    #expect(ByteOrderMark(startOf: mark.bytes + [0x61, 0x62]) == mark)
    for length in 0..<mark.bytes.count {
      #expect(ByteOrderMark.isUndecided(mark.bytes.prefix(length)))
    }
  }

  @Test func `other texts have none`() {
    for text in ["", "a", "abcd", "é", "\u{FEFE}"] {
      #expect(ByteOrderMark(startOf: text.utf8) == nil)
    }
    #expect(!ByteOrderMark.isUndecided(Array("a".utf8)))
    #expect(!ByteOrderMark.isUndecided([0xFF, 0xFE, 0x61]))
    // What begins as the mark of UTF-32 may end as the one of UTF-16.
    #expect(ByteOrderMark(startOf: [0xFF, 0xFE, 0x00, 0x61]) == .utf16LittleEndian)
  }
}
