import Diagnostics
import TestSupport
import Testing
import TextTestSupport
import UnicodeText

@Suite struct CharacterMapTests {
  private static let letters: [[UInt8]] = [[1], [0x61], [0x62], [0xC3], [0xA9], [0xFF]]

  private func randomRules(_ text: inout NastyText) -> [[UInt8]: [UInt8]] {
    var rules: [[UInt8]: [UInt8]] = [:]
    for _ in 0..<1 + text.number(below: 12) {
      let key = (0...text.number(below: 4)).flatMap { _ in
        Self.letters[Int(text.number(below: UInt32(Self.letters.count)))]
      }
      rules[key] = text.next(longest: 3).filter { $0 != 0 }
    }
    return rules
  }

  @Test func `random rules are found as in a dictionary`() throws {
    var text = NastyText(seed: 301)
    for _ in 0..<400 {
      let rules = randomRules(&text)
      let map = try CharacterMap(SentencePieceSample.characterMap(rules))
      for _ in 0..<50 {
        let bytes = (0...text.number(below: 8)).flatMap { _ in
          Self.letters[Int(text.number(below: UInt32(Self.letters.count)))]
        }
        let keys = rules.keys.filter { bytes.starts(with: $0) }.sorted { $0.count < $1.count }
        let found = bytes.withUnsafeBufferPointer { map.longestMatch(in: $0, at: 0) }
        #expect(found?.length == keys.last?.count)
        #expect(found.map { Array($0.replacement) } == keys.last.flatMap { rules[$0] })
        let first = bytes.withUnsafeBufferPointer { map.shortestMatch(of: $0) }
        #expect(first.map { Array($0) } == keys.first.flatMap { rules[$0] })
      }
    }
  }

  @Test func `broken maps are refused, or stay inside`() throws {
    var text = NastyText(seed: 302)
    var refused = 0
    for _ in 0..<3000 {
      var blob = SentencePieceSample.characterMap(randomRules(&text))
      for _ in 0..<1 + text.number(below: 6) {
        let place = Int(text.number(below: UInt32(blob.count)))
        blob[place] = UInt8(truncatingIfNeeded: text.number(below: 256))
      }
      if text.number(below: 4) == 0 { blob.removeLast(Int(text.number(below: UInt32(blob.count)))) }
      do {
        let map = try CharacterMap(blob)
        let input = text.next(isValid: false) + [0x61, 0]
        input.withUnsafeBufferPointer { input in
          for position in input.indices {
            if let match = map.longestMatch(in: input, at: position) {
              #expect(match.length > 0 && match.length <= input.count - position)
            }
          }
          _ = map.shortestMatch(of: input)
        }
        let step = TextNormalizer([.precompiled(map)])
        _ = try step.normalize(Array(input))
      } catch is InvalidData { refused += 1 }
    }
    #expect(refused > 100)
  }

  @Test(arguments: [
    [], [0], [4, 0, 0, 0], [8, 0, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 1],
  ])
  func `sizes that do not fit are refused`(blob: [UInt8]) {
    #expect(throws: InvalidData.self) { try CharacterMap(blob) }
  }

  @Test func `a replacement is at most 256 bytes`() throws {
    let longest = [UInt8](repeating: 0x78, count: 256)
    let map = try CharacterMap(SentencePieceSample.characterMap([[0x61]: longest]))
    let step = TextNormalizer([.precompiled(map)])
    #expect(try step.normalize(Array("ab".utf8))?.bytes == longest + [0x62])
    #expect(throws: InvalidData.self) {
      try CharacterMap(SentencePieceSample.characterMap([[0x61]: longest + [0x78]]))
    }
  }

  /// Hugging Face takes the shortest key of a short cluster for all of it.
  @Test(arguments: [
    ("e\u{301}x", "Ex"), ("xéy", "xQy"), ("ﬁ", "fi"), ("e", "E"), ("", ""), ("xyz", "xyz"),
    // Six bytes: each character on its own.
    ("e\u{301}\u{301}\u{301}", "E\u{301}\u{301}\u{301}"), ("\r\n", "!"), ("\r", "\r"),
  ])
  func `characters are replaced by clusters`(text: String, expected: String) throws {
    let rules = [("e", "E"), ("e\u{301}", "?"), ("é", "Q"), ("ﬁ", "fi"), ("\r\n", "!")]
    let map = try CharacterMap(
      SentencePieceSample.characterMap(
        rules.reduce(into: [:]) { $0[Array($1.0.utf8)] = Array($1.1.utf8) }
      )
    )
    let normalizer = TextNormalizer([.precompiled(map)])
    let bytes = Array(text.utf8)
    #expect(try normalizer.normalize(bytes)?.bytes ?? bytes == Array(expected.utf8))
  }

  @Test func `offsets of replaced characters`() throws {
    let rules: [[UInt8]: [UInt8]] = [
      Array("ﬁ".utf8): Array("fi".utf8), Array("a\u{301}".utf8): Array("é".utf8),
    ]
    let map = try CharacterMap(SentencePieceSample.characterMap(rules))
    let result = try #require(
      try TextNormalizer([.precompiled(map)]).normalize(Array("xﬁa\u{301}y".utf8))
    )
    #expect(result.bytes == Array("xfiéy".utf8))
    // "i" is part of the ligature; é is all of its parts, or the first of them.
    #expect(result.offsets.originalRange(of: 2..<3) == 1..<4)
    #expect(result.offsets.originalRange(of: 3..<5) == 4..<7)
    #expect(result.offsets.originalRange(of: 3..<5, byCharacters: true) == 4..<5)
    #expect(result.offsets.originalRange(of: 5..<6, byCharacters: true) == 7..<8)
  }
}
