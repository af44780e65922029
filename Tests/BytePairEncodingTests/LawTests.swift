import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

/// The laws of the peers and the other samplers, against runs of the literal algorithms.
@Suite struct LawTests {
  static let others = SegmentationNoise.Law.allCases.filter { $0 != .paper }
  static let words = [
    LawCase(merges: LawCase.lower, word: "lower", rate: 0.1),
    LawCase(merges: LawCase.lower, word: "lowlow", rate: 0.5),
    LawCase(merges: LawCase.repeated, word: "ababab", rate: 0.3),
    LawCase(merges: "a-a aa-a aa-aa aaa-aa", word: "aaaaaa", rate: 0.2),
    LawCase(merges: "a-a aa-aa", word: "aaaaa", rate: 0.9),
    LawCase(merges: "b-c a-b ab-c a-bc", word: "abcabc", rate: 0.3),
    LawCase(merges: "a-b", word: "a", rate: 0.5),
    LawCase(merges: "", word: "abc", rate: 0.5),
    LawCase(merges: LawCase.related, word: "rel", rate: 0.05),
    LawCase(merges: LawCase.accents, word: "éé", rate: 0.3),
    LawCase(merges: LawCase.accents, word: "ия", rate: 0.5),
    LawCase(merges: LawCase.accents, word: "тé", rate: 0.5),
    LawCase(merges: LawCase.emoji, word: "😀", rate: 0.9),
    LawCase(merges: LawCase.invalid, word: "\\FF\\FE\\FF", rate: 0.3),
  ]

  /// The unit of a law's noise, and of a second one where it has another.
  private func units(_ law: SegmentationNoise.Law) -> [SegmentationNoise.Unit] {
    law.knowsBytesOnly ? [.byte] : [.character, .byte]
  }

  @Test(arguments: SegmentationNoise.Law.allCases, words)
  func `the exact law is that of all runs of the literal algorithm`(
    law: SegmentationNoise.Law,
    example: LawCase
  ) throws {
    let model = try toyModel(example.merges)
    let word = toyBytes(example.word)
    let literal = LiteralLaws(model)
    for unit in units(law) {
      let expected = Chance.law { chance in
        literal.cut(word, law, rate: example.rate, protects: unit == .character, &chance)
      }
      #expect(abs(expected.values.reduce(0, +) - 1) < 1e-9)
      let noise = SegmentationNoise(rate: dropoutRate(example.rate), law: law, unit: unit)
      let exact = try #require(SegmentationLaw(of: word, model: model, noise: noise))
      #expect(exact.outcomes.count == expected.count)
      for outcome in exact.outcomes {
        let cut = outcome.tokens.map { Array(model.vocabulary.bytes(of: $0)) }
        #expect(abs(outcome.probability - expected[cut, default: 0]) < 1e-12)
      }
    }
  }

  @Test(arguments: others, LawCase.all)
  func `samples follow the exact law`(law: SegmentationNoise.Law, example: LawCase) throws {
    if law.knowsBytesOnly && example.unit == .character { return }
    let model = try toyModel(example.merges)
    let word = toyBytes(example.word)
    let noise = SegmentationNoise(
      rate: dropoutRate(example.rate),
      law: law,
      seed: 5,
      unit: example.unit
    )
    try check(word, model, noise, samples: 50_000)
  }

  private func check(
    _ word: [UInt8],
    _ model: BPEModel,
    _ noise: SegmentationNoise,
    samples: Int
  ) throws {
    let exact = try #require(SegmentationLaw(of: word, model: model, noise: noise))
    let law = Dictionary(
      exact.outcomes.map { outcome in
        (outcome.tokens.map { Array(model.vocabulary.bytes(of: $0)) }, outcome.probability)
      },
      uniquingKeysWith: +
    )
    #expect(abs(law.values.reduce(0, +) - 1) < 1e-9)
    let counts = sampledSegmentations(of: word, model: model, noise: noise, count: samples)
    let test = LawTest(counts, law: law)
    #expect(test.passes, "\(noise.law) at \(noise.rate): \(test)")
  }

  /// Expected tokens and distances to the paper's law, enumerated in rational numbers before this
  /// code existed (docs/laws.md).
  @Test(arguments: [
    (LawCase.lower, "lower", 0.1, [1.3507, 1.1806, 1.3507, 1.7168], [0.086, 0, 0.154]),
    (LawCase.lower, "lower", 0.5, [3.1250, 2.9609, 3.1250, 3.5000], [0.094, 0, 0.1875]),
    (LawCase.repeated, "ababab", 0.1, [1.3008, 1.3008, 1.2409, 1.8420], [0, 0.026, 0.235]),
    (LawCase.repeated, "ababab", 0.5, [3.6133, 3.6133, 3.1914, 4.2500], [0, 0.195, 0.293]),
  ])
  func `the table of the laws of the peers comes out`(
    merges: String,
    word: String,
    rate: Double,
    tokens: [Double],
    distances: [Double]
  ) throws {
    let model = try toyModel(merges)
    let laws = try [.paper, .huggingface, .subwordNMT, .sentencepiece].map { law in
      try #require(
        SegmentationLaw(
          of: Array(word.utf8),
          model: model,
          noise: SegmentationNoise(rate: dropoutRate(rate), law: law)
        )
      )
    }
    for (law, expected) in zip(laws, tokens) {
      #expect(abs(law.expectedTokenCount - expected) < 6e-5)
    }
    for (law, expected) in zip(laws.dropFirst(), distances) {
      #expect(abs(law.distance(to: laws[0]) - expected) < 6e-4)
    }
    let other = SegmentationNoise(rate: dropoutRate(rate), law: .youtokentome)
    let same = try #require(SegmentationLaw(of: Array(word.utf8), model: model, noise: other))
    #expect(same.distance(to: laws[1]) == 0)
  }

  @Test(arguments: others)
  func `a rate of zero is plain BPE, and outcomes do not depend on the cache`(
    law: SegmentationNoise.Law
  ) throws {
    let model = try toyModel(
      "t-h th-e h-e \\20-the e-n a-r \\C3-\\A9 g-ar gar-d den-s d-en \\F0-\\9F"
    )
    let words = ["", "a", " the", " gardens", "'ll", " café", "😀😀"].map { Array($0.utf8) }
    let zero = SegmentationNoise(rate: .zero, law: law)
    let noise = SegmentationNoise(rate: dropoutRate(0.4), law: law)
    var cold = BPEEncoder(model: model, cacheCapacity: 0)
    var warm = BPEEncoder(model: model)
    for pass in 0..<2 {
      for (index, word) in (pass == 0 ? words : words.reversed()).enumerated() {
        var results: [[UInt32]] = [[], [], []]
        let place = pass == 0 ? index : words.count - 1 - index
        word.withUnsafeBufferPointer { word in
          cold.encode(word, noise: zero, into: &results[0])
          cold.encode(word, noise: noise, at: WordAddress(position: place), into: &results[1])
          warm.encode(word, noise: noise, at: WordAddress(position: place), into: &results[2])
        }
        #expect(results[0].map { TokenID($0) } == plainSegmentation(word, model))
        #expect(results[1] == results[2])
        let text = results[1].flatMap { Array(model.vocabulary.bytes(of: TokenID($0))) }
        #expect(text == word)
      }
    }
  }

  @Test(arguments: others)
  func `long words end in time proportional to their length, nearly`(
    law: SegmentationNoise.Law
  ) throws {
    let model = try toyModel("a-a aa-aa aaaa-aaaa a-b")
    var encoder = BPEEncoder(model: model)
    let word = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    let noise = SegmentationNoise(rate: dropoutRate(0.9), law: law)
    var ids: [UInt32] = []
    word.withUnsafeBufferPointer { encoder.encode($0, noise: noise, into: &ids) }
    let length = ids.reduce(0) { $0 + model.vocabulary.byteCount(of: TokenID($1)) }
    #expect(length == word.count && ids.count < word.count && ids.count > word.count / 8)
  }

  @Test func `draws of one document differ, and the first is the one without a number`() throws {
    let model = try toyModel(LawCase.repeated)
    let word = Array("abababababababab".utf8)
    let noise = SegmentationNoise(rate: dropoutRate(0.5), seed: 3)
    var encoder = BPEEncoder(model: model)
    let draws = (0..<8 as Range<UInt64>).map { number in
      var ids: [UInt32] = []
      word.withUnsafeBufferPointer { encoder.encode($0, noise: noise.sample(number), into: &ids) }
      return ids
    }
    var plain: [UInt32] = []
    word.withUnsafeBufferPointer { encoder.encode($0, noise: noise, into: &plain) }
    #expect(draws[0] == plain)
    #expect(Set(draws).count >= 7)
    // A draw's number is no word's index.
    var other: [UInt32] = []
    let address = WordAddress(index: 1)
    word.withUnsafeBufferPointer { encoder.encode($0, noise: noise, at: address, into: &other) }
    #expect(other != draws[1])
  }
}
