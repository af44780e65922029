import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

/// Words under the vocabularies that come with the package, and under GPT-2's where it is at hand.
@Suite struct RealVocabularyDropoutTests {
  static let words = [
    " garden", "unrelated", " kitchen", " кот", "два", "ไทย", "กา", "中文", "é", " café", "😀", "한국",
    " ال", "\\FF\\FEab", "\\E0\\B8a", "ქარ",
  ]

  @Test(arguments: words, [0.1, 0.5])
  func `100,000 samples under the multilingual vocabulary follow the enumerated law`(
    word: String,
    rate: Double
  ) throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    try check(word, rate, Tokenizer(contentsOf: path))
  }

  @Test(arguments: words)
  func `under GPT-2's vocabulary too`(word: String) throws {
    guard let path = SharedData.path("vocabs/gpt2-hf/gpt2_tokenizer.json") else {
      print("skipped: \(SharedData.folder)/vocabs/gpt2-hf/gpt2_tokenizer.json is missing")
      return
    }
    try check(word, 0.3, Tokenizer(contentsOf: path))
  }

  @Test(arguments: words, SegmentationNoise.Law.allCases)
  func `50,000 samples of the other laws follow the exact law of the library`(
    word: String,
    law: SegmentationNoise.Law
  ) throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    guard let model = tokenizer.model as? BPEModel, law != .paper else { return }
    let word = toyBytes(word)
    let noise = SegmentationNoise(rate: dropoutRate(0.3), law: law, seed: 4)
    let exact = try #require(SegmentationLaw(of: word, model: model, noise: noise))
    let probabilities = exact.outcomes.map { outcome in
      (outcome.tokens.map { Array(model.vocabulary.bytes(of: $0)) }, outcome.probability)
    }
    let counts = sampledSegmentations(of: word, model: model, noise: noise, count: 50_000)
    let test = LawTest(counts, law: Dictionary(probabilities, uniquingKeysWith: +))
    #expect(test.passes, "\(test)")
  }

  private func check(_ text: String, _ rate: Double, _ tokenizer: Tokenizer) throws {
    guard let model = tokenizer.model as? BPEModel else { return }
    let word = toyBytes(text)
    var oracle = DropoutOracle(model, rate: rate)
    let law = oracle.law(of: word)
    let noise = SegmentationNoise(rate: dropoutRate(rate), seed: 1, epoch: 2)
    let counts = sampledSegmentations(of: word, model: model, noise: noise)
    let test = LawTest(counts, law: law)
    #expect(test.passes, "\(test)")
  }
}
