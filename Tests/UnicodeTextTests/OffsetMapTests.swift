import TestSupport
import Testing
import UnicodeText

@Suite struct OffsetMapTests {
  @Test
  func `decomposed, composed and removed characters lead back to where they came from`() throws {
    let nfc = try #require(try TextNormalizer([.nfc]).normalize(Array("ae\u{301}b".utf8)))
    #expect(String(decoding: nfc.bytes, as: UTF8.self) == "aéb")
    #expect(nfc.offsets.originalRange(of: 0..<1) == 0..<1)
    #expect(nfc.offsets.originalRange(of: 1..<3) == 1..<4)
    #expect(
      nfc.offsets.originalRange(of: 2..<3) == 1..<4,
      "a part of a changed run is the whole run"
    )
    #expect(nfc.offsets.originalRange(of: 3..<4) == 4..<5)
    let plain = try #require(
      try TextNormalizer([.nfd, .stripAccents]).normalize(Array("aéb".utf8))
    )
    #expect(plain.bytes == Array("aeb".utf8))
    #expect(plain.offsets.originalRange(of: 1..<2) == 1..<3)
    #expect(plain.offsets.originalRange(of: 2..<3) == 3..<4)
    #expect(plain.offsets.originalRange(of: 0..<3) == 0..<4)
  }

  /// The oracle: a text is the concatenation of stretches that are normalised by themselves, because
  /// an ASCII letter stands between them; so each stretch's bytes come from that stretch.
  @Test(arguments: [
    "nfc", "nfd", "nfkc", "nfkd", "nfkc-casefold", "nfd,strip-accents", "lowercase",
  ])
  func `every byte comes from its stretch, runs tile both texts`(name: String) throws {
    let normalizer = try #require(TextNormalizer(name: name))
    var source = NastyText(seed: 31)
    for _ in 0..<2000 {
      var text: [UInt8] = []
      var origins: [(transformed: Range<Int>, original: Range<Int>)] = []
      var length = 0
      for _ in 0..<source.number(below: 6) + 1 {
        let stretch = Array("x".utf8) + source.next(longest: 3, isValid: false)
        let result = try normalizer.normalize(stretch)?.bytes ?? stretch
        origins.append((length..<length + result.count, text.count..<text.count + stretch.count))
        text += stretch
        length += result.count
      }
      guard let normalized = try normalizer.normalize(text) else {
        #expect(length == text.count)
        continue
      }
      #expect(normalized.bytes.count == length)
      var lastStart = 0
      for origin in origins {
        for position in origin.transformed {
          let range = normalized.offsets.originalRange(of: position..<position + 1)
          #expect(!range.isEmpty)
          #expect(range.lowerBound >= origin.original.lowerBound)
          #expect(range.upperBound <= origin.original.upperBound)
          #expect(range.lowerBound >= lastStart, "offsets never go back")
          lastStart = range.lowerBound
        }
        guard !origin.transformed.isEmpty else { continue }
        // What a run became is what its original bytes become by themselves.
        let range = normalized.offsets.originalRange(of: origin.transformed)
        let again = try normalizer.normalize(Array(text[range]))?.bytes ?? Array(text[range])
        #expect(again == Array(normalized.bytes[origin.transformed]))
      }
    }
  }

  @Test func `parts count from their start`() throws {
    let normalized = try #require(try TextNormalizer([.nfc]).normalize(Array("ae\u{301}bc".utf8)))
    let part = normalized.offsets.part(1..<5)
    #expect(part.originalRange(of: 0..<2) == 1..<4)
    #expect(part.originalRange(of: 0..<2, byCharacters: true) == 1..<2)
    #expect(part.originalRange(of: 3..<4) == 5..<6)
    #expect(part.originalStart(of: 2) == 4)
  }
}
