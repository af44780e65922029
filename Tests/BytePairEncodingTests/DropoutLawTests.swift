import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

/// One word under one model and rate.
struct LawCase: Sendable, CustomTestStringConvertible {
  let merges: String
  let word: String
  let rate: Double
  var unit = SegmentationNoise.Unit.character

  var testDescription: String { "\(word) under \(merges) at \(rate), \(unit)" }

  static let lower = "l-o lo-w e-r w-e low-er"
  static let repeated = "a-b ab-ab abab-ab"
  static let related = "r-e a-t e-d u-n at-ed re-l rel-ated un-related"
  /// é, я and и as merges inside a character, then merges across.
  static let accents =
    "\\C3-\\A9 \\D1-\\8F \\D0-\\B8 t-\\C3\\A9 \\C3\\A9-\\C3\\A9 \\D1\\8F-\\D0 \\D0\\B8-\\D1\\8F"
  /// ก and า, with merges that tear the next character.
  static let thai =
    "\\E0-\\B8 \\E0\\B8-\\81 \\E0\\B8-\\B2 \\E0\\B8\\81-\\E0\\B8 \\B2-\\E0 \\E0\\B8\\B2-\\E0\\B8\\81"
  /// The bytes of 😀, one merge at a time, and two of them.
  static let emoji =
    "\\F0-\\9F \\F0\\9F-\\98 \\F0\\9F\\98-\\80 \\F0\\9F\\98\\80-\\F0\\9F\\98\\80 \\80-\\F0"
  static let invalid = "\\FF-\\FE \\FF\\FE-\\FF \\80-\\80 \\FE-\\FF \\C3-\\C3"

  static let all: [LawCase] = [
    LawCase(merges: lower, word: "lower", rate: 0.1),
    LawCase(merges: lower, word: "lower", rate: 0.5),
    LawCase(merges: lower, word: "lowerlower", rate: 0.3),
    LawCase(merges: repeated, word: "ababab", rate: 0.1),
    LawCase(merges: repeated, word: "ababab", rate: 0.5),
    LawCase(merges: repeated, word: "abababab", rate: 0.9),
    LawCase(merges: related, word: "unrelated", rate: 0.1),
    LawCase(merges: related, word: "unrelated", rate: 0.5),
    LawCase(merges: "a-a aa-a aa-aa aaa-aa", word: "aaaaaa", rate: 0.2),
    LawCase(merges: "a-a aa-aa", word: "aaaaaaaa", rate: 0.5),
    LawCase(merges: "b-c a-b ab-c a-bc", word: "abcabc", rate: 0.3),
    LawCase(merges: "a-b", word: "a", rate: 0.5),
    LawCase(merges: "a-b", word: "ab", rate: 0.05),
    LawCase(merges: "a-b", word: "ba", rate: 0.5),
    LawCase(merges: "", word: "abc", rate: 0.5),
    LawCase(merges: accents, word: "té", rate: 0.3),
    LawCase(merges: accents, word: "ééé", rate: 0.3),
    LawCase(merges: accents, word: "ияи", rate: 0.1),
    LawCase(merges: accents, word: "тияия", rate: 0.5),
    LawCase(merges: accents, word: "ияи", rate: 0.5, unit: .byte),
    LawCase(merges: thai, word: "กา", rate: 0.3),
    LawCase(merges: thai, word: "กาก", rate: 0.5),
    LawCase(merges: thai, word: "ากา", rate: 0.1),
    LawCase(merges: thai, word: "กา", rate: 0.5, unit: .byte),
    LawCase(merges: emoji, word: "😀😀", rate: 0.3),
    LawCase(merges: emoji, word: "😀", rate: 0.9),
    LawCase(merges: emoji, word: "😀😀", rate: 0.3, unit: .byte),
    LawCase(merges: invalid, word: "\\FF\\FE\\FF", rate: 0.3),
    LawCase(merges: invalid, word: "\\FF\\FE\\FF\\80\\80\\80", rate: 0.5),
    LawCase(merges: invalid, word: "\\C3\\C3\\C3\\80\\80", rate: 0.2),
    LawCase(merges: lower, word: "slower", rate: 0.01),
    LawCase(merges: related, word: "related", rate: 0.9),
  ]
}

@Suite struct DropoutLawTests {
  @Test(arguments: LawCase.all)
  func `100,000 samples follow the enumerated law`(_ example: LawCase) throws {
    let model = try toyModel(example.merges)
    let word = toyBytes(example.word)
    var oracle = DropoutOracle(
      model,
      rate: example.rate,
      keepsCharacters: example.unit == .character
    )
    let law = oracle.law(of: word)
    #expect(abs(law.values.reduce(0, +) - 1) < 1e-9)
    let noise = SegmentationNoise(
      rate: dropoutRate(example.rate),
      seed: 20_260,
      unit: example.unit
    )
    let counts = sampledSegmentations(of: word, model: model, noise: noise)
    let test = LawTest(counts, law: law)
    #expect(test.passes, "\(test)")
  }

  @Test(arguments: LawCase.all)
  func `the exact law of the library is the oracle's`(_ example: LawCase) throws {
    let model = try toyModel(example.merges)
    let word = toyBytes(example.word)
    var oracle = DropoutOracle(
      model,
      rate: example.rate,
      keepsCharacters: example.unit == .character
    )
    let expected = oracle.law(of: word)
    let law = try #require(
      SegmentationLaw(
        of: word,
        model: model,
        noise: SegmentationNoise(rate: dropoutRate(example.rate), unit: example.unit)
      )
    )
    #expect(law.outcomes.count == expected.count)
    for outcome in law.outcomes {
      let cut = outcome.tokens.map { Array(model.vocabulary.bytes(of: $0)) }
      #expect(abs(outcome.probability - expected[cut, default: 0]) < 1e-12)
    }
    let mean = expected.reduce(0) { $0 + Double($1.key.count) * $1.value }
    #expect(abs(law.expectedTokenCount - mean) < 1e-9)
  }

  /// Expected numbers of tokens under the paper's law, from an exact enumeration in rational
  /// numbers that was made before this code (docs/decisions/0004-dropout-law.md).
  @Test(arguments: [
    (LawCase.lower, "lower", 0.1, 1.3507), (LawCase.lower, "lower", 0.5, 3.1250),
    (LawCase.repeated, "ababab", 0.1, 1.3008), (LawCase.repeated, "ababab", 0.5, 3.6133),
  ])
  func `the published table of the paper's law comes out`(
    merges: String,
    word: String,
    rate: Double,
    tokens: Double
  ) throws {
    let law = try #require(
      SegmentationLaw(
        of: Array(word.utf8),
        model: try toyModel(merges),
        noise: SegmentationNoise(rate: dropoutRate(rate))
      )
    )
    #expect(abs(law.expectedTokenCount - tokens) < 6e-5)
  }

  @Test func `the law of a word with too many segmentations is refused, not waited for`() throws {
    let model = try toyModel("a-a aa-a a-aa aa-aa aaa-a")
    let word = [UInt8](repeating: 97, count: 60)
    let noise = SegmentationNoise(rate: dropoutRate(0.5))
    #expect(SegmentationLaw(of: word, model: model, noise: noise, splitLimit: 1000) == nil)
  }
}
