import BytePairEncoding
import Glibc
import Noise
import TestSupport
import Testing
import TextTestSupport

@Suite struct SegmentationLawTests {
  private static let cases = LawTests.words + LawCase.all

  @Test(arguments: SegmentationNoise.Law.allCases, cases)
  func `the probability of one segmentation is that of the whole law`(
    law: SegmentationNoise.Law,
    example: LawCase
  ) throws {
    let model = try toyModel(example.merges)
    let word = toyBytes(example.word)
    let noise = SegmentationNoise(rate: dropoutRate(example.rate), law: law)
    let exact = try #require(SegmentationLaw(of: word, model: model, noise: noise))
    for outcome in exact.outcomes {
      let alone = SegmentationLaw.probability(
        of: outcome.tokens,
        word: word,
        model: model,
        noise: noise
      )
      #expect(abs(try #require(alone) - outcome.probability) < 1e-12)
      #expect(exact.probability(of: outcome.tokens) == outcome.probability)
    }
    let bytes = word.map { TokenID(UInt32($0)) }
    let other = [bytes + [TokenID(0 as UInt32)], bytes.dropLast() + [TokenID(255 as UInt32)]]
    for tokens in other {
      let alone = SegmentationLaw.probability(of: tokens, word: word, model: model, noise: noise)
      #expect(alone == exact.probability(of: tokens))
      #expect(tokens.count == word.count || alone == 0)
    }
  }

  @Test func `a word too long for the whole law has probabilities of its segmentations`() throws {
    let model = try toyModel("a-b ab-ab c-d cd-cd")
    let word = Array("ababababcdcdcdcdababababcdcdcdcd".utf8)
    let noise = SegmentationNoise(rate: dropoutRate(0.2))
    #expect(SegmentationLaw(of: word, model: model, noise: noise, splitLimit: 5000) == nil)
    var tokens: [UInt32] = []
    var encoder = BPEEncoder(model: model)
    word.withUnsafeBufferPointer { encoder.encode($0, noise: nil, into: &tokens) }
    let letters = word.map { TokenID(UInt32($0)) }
    let none = SegmentationLaw.probability(
      of: letters,
      word: word,
      model: model,
      noise: noise,
      splitLimit: 5000
    )
    // No merge at all: the 16 candidates of the first step are dropped.
    #expect(abs(try #require(none) / pow(0.2, 16) - 1) < 1e-9)
  }

  @Test func `the longest words are refused, the shortest are not`() throws {
    let model = try toyModel("a-b")
    let noise = SegmentationNoise(rate: dropoutRate(0.2))
    let long = [UInt8](repeating: 97, count: SegmentationLaw.longestWord + 1)
    #expect(SegmentationLaw(of: long, model: model, noise: noise) == nil)
    for law in SegmentationNoise.Law.allCases {
      let noise = SegmentationNoise(rate: dropoutRate(0.2), law: law)
      let empty = try #require(SegmentationLaw(of: [], model: model, noise: noise))
      #expect(empty.outcomes.map(\.tokens) == [[]])
      #expect(empty.expectedTokenCount == 0 && empty.entropy(log2: { log2($0) }) == 0)
    }
  }

  @Test(arguments: SegmentationNoise.Law.allCases)
  func `the expected number of tokens is the mean of samples`(
    law: SegmentationNoise.Law
  ) throws {
    for example in LawCase.all {
      let model = try toyModel(example.merges)
      let noise = SegmentationNoise(rate: dropoutRate(example.rate), law: law, seed: 8)
      let word = toyBytes(example.word)
      let exact = try #require(SegmentationLaw(of: word, model: model, noise: noise))
      let estimate = SegmentationEstimate(
        of: word,
        model: model,
        noise: noise,
        sampleCount: 20_000
      )
      let difference = abs(estimate.expectedTokenCount - exact.expectedTokenCount)
      // Rare outcomes may not come up at all: then the error is not known from the samples.
      #expect(difference <= 5.5 * estimate.standardError + 0.002, "\(example)")
      #expect(abs(estimate.outcomes.reduce(0) { $0 + $1.probability } - 1) < 1e-9)
    }
  }

  @Test(arguments: SegmentationNoise.Law.allCases)
  func `the rate of a wanted number of tokens is found`(law: SegmentationNoise.Law) throws {
    let model = try toyModel(LawCase.related)
    let words = ["unrelated", "related", "rated", "unrelated"].map { Array($0.utf8) }
    let noise = SegmentationNoise(rate: .zero, law: law)
    let least = try noise.expectedTokenCount(of: words, model: model)
    let most = try noise.at(dropoutRate(1)).expectedTokenCount(of: words, model: model)
    // unrelated; related; r, ated; unrelated. MaxMatch has "r" and "ated", too.
    #expect(least == 5 && most > 8)
    for share in [0.1, 0.5, 0.9] {
      let wanted = (1 - share) * least + share * most
      let found = try noise.rate(forExpectedTokenCount: wanted, of: words, model: model)
      let rate = try #require(found)
      let count = try noise.at(rate).expectedTokenCount(of: words, model: model)
      #expect(abs(count - wanted) < 1e-6)
    }
    for wanted in [least - 0.1, most + 0.1] {
      #expect(try noise.rate(forExpectedTokenCount: wanted, of: words, model: model) == nil)
    }
    #expect(throws: TooManySplits.self) {
      try noise.rate(forExpectedTokenCount: 6, of: words, model: model, splitLimit: 2)
    }
  }

  @Test func `laws are as far apart as their outcomes say`() throws {
    let model = try toyModel("a-b")
    let word = Array("ab".utf8)
    let laws = try [0.1, 0.4, 1].map { rate in
      let noise = SegmentationNoise(rate: dropoutRate(rate))
      return try #require(SegmentationLaw(of: word, model: model, noise: noise))
    }
    #expect(abs(laws[0].distance(to: laws[1]) - 0.3) < 1e-12)
    #expect(abs(laws[2].distance(to: laws[0]) - 0.9) < 1e-12)
    #expect(laws[1].distance(to: laws[1]) == 0)
  }
}
