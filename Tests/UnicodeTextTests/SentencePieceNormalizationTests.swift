import TestSupport
import Testing
import TextTestSupport
import UnicodeText

@Suite struct SentencePieceNormalizationTests {
  private func settings(_ model: SentencePieceOracle) throws -> SentencePieceNormalization {
    var settings = SentencePieceNormalization()
    if !model.rules.isEmpty {
      settings.map = try CharacterMap(SentencePieceSample.characterMap(model.rules))
    }
    settings.addsSpace = model.addsSpace
    settings.removesExtraSpaces = model.removesExtraSpaces
    settings.marksSpaces = model.marksSpaces
    settings.addsSpaceBehind = model.addsSpaceBehind
    settings.symbols = model.pieces.filter { $0.kind == .userDefined }.map(\.text)
    return settings
  }

  @Test func `random settings normalise as step by step`() throws {
    var text = NastyText(seed: 311)
    for _ in 0..<1500 {
      let oracle = SentencePieceSample.model(&text)
      let normalizer = TextNormalizer([.sentencePiece(try settings(oracle))])
      for round in 0..<12 {
        let bytes = round < 9 ? SentencePieceSample.text(&text) : text.next(isValid: false)
        let result = try normalizer.normalize(bytes)
        #expect(result?.bytes ?? bytes == oracle.normalized(bytes))
        guard let result else { continue }
        // Offsets lie inside, do not decrease, and the whole is the whole but for deleted ends.
        var last = 0
        for index in result.bytes.indices {
          let range = result.offsets.originalRange(of: index..<index + 1)
          #expect(range.lowerBound >= last && range.upperBound <= bytes.count)
          last = range.lowerBound
        }
      }
    }
  }

  @Test func `a character that stays has its own offset`() throws {
    let normalizer = TextNormalizer([.sentencePiece(SentencePieceNormalization())])
    let text = Array("  a  é \u{2581}".utf8)
    let result = try #require(try normalizer.normalize(text))
    #expect(result.bytes == Array("\u{2581}a\u{2581}é".utf8))
    #expect(result.offsets.originalRange(of: 0..<4) == 2..<3)
    #expect(result.offsets.originalRange(of: 4..<7) == 3..<4)
    #expect(result.offsets.originalRange(of: 7..<9) == 5..<7)
  }

  @Test(arguments: [
    ("", ""), (" ", ""), ("  ", ""), ("a", "▁a"), (" a  b ", "▁a▁b"), ("▁", ""), ("a▁", "▁a"),
    ("a ▁ ", "▁a"), ("▁a", "▁▁a"), ("\t", "▁\t"),
  ])
  func `extra spaces by hand`(text: String, expected: String) throws {
    let normalizer = TextNormalizer([.sentencePiece(SentencePieceNormalization())])
    let bytes = Array(text.utf8)
    #expect(try normalizer.normalize(bytes)?.bytes ?? bytes == Array(expected.utf8))
  }

  @Test(arguments: [("", ""), (" ", "▁▁"), (" a  b ", "▁▁a▁▁b▁")])
  func `kept spaces by hand`(text: String, expected: String) throws {
    let normalizer = try #require(TextNormalizer(name: "sentencepiece"))
    let bytes = Array(text.utf8)
    #expect(try normalizer.normalize(bytes)?.bytes ?? bytes == Array(expected.utf8))
  }

  @Test func `long runs take no longer`() throws {
    var settings = SentencePieceNormalization()
    settings.symbols = [[UInt8](repeating: 0x61, count: 64), Array("ab".utf8)]
    let normalizer = TextNormalizer([.sentencePiece(settings)])
    for unit in ["a", " ", "▁", "é", "\u{301}"] {
      let text = [UInt8](String(repeating: unit, count: 1 << 18).utf8)
      #expect(try (normalizer.normalize(text)?.bytes ?? text).count <= text.count + 3)
    }
  }
}
