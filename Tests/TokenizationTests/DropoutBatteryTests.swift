import BytePairEncoding
import Glibc
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

/// The paper's law on many words at once: one family of chi-square tests of level 0.001.
///
/// 20,000 samples a case; `BPEDROP_BATTERY=1000000` makes them a million.
@Suite struct DropoutBatteryTests {
  private static let level = 0.001
  private static let rates = [0.05, 0.1, 0.3, 0.5, 0.9]
  /// Longer words are compared with samples of the literal algorithm instead of an enumeration.
  private static let longestEnumerated = 12

  private static let samples: Int = {
    getenv("BPEDROP_BATTERY").flatMap { Int(String(cString: $0)) } ?? 20_000
  }()

  /// Words under tables of merges that are hard for a sampler.
  private static let toys: [(merges: String, words: [String])] = [
    ("a-a aa-a aa-aa aaa-aa", ["a", "aa", "aaa", "aaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
    ("aa-a a-a", ["aaaaaaa"]),
    ("a-b ab-ab abab-ab", ["ababab", "abababababab", "abababababababababababab"]),
    ("a-b b-a ab-a ba-b aba-ba", ["abababa", "babababab"]),
    ("b-c a-b ab-c a-bc", ["abc", "abcabc", "abcabcabcabcabc"]),
    ("ab-c a-b c-a b-ca", ["abca", "abcabcab"]),
    ("", ["abcdefgh"]),
    ("l-o lo-w e-r w-e low-er", ["lower", "lowerlower", "lowerlowerlowerlowerlowerlower"]),
    ("r-e a-t e-d u-n at-ed re-l rel-ated un-related", ["unrelated", "relatedunrelated"]),
    // Inside a character, and across characters, of ranks before and behind each other.
    (
      "\\C3-\\A9 \\D1-\\8F \\D0-\\B8 t-\\C3\\A9 \\C3\\A9-\\C3\\A9 \\D1\\8F-\\D0 \\D0\\B8-\\D1\\8F",
      ["té", "ééé", "ияи", "тияия", "téияétияtéияé"]
    ),
    (
      "\\B8-\\81 \\E0-\\B8 \\E0\\B8-\\81 \\81-\\E0 \\E0\\B8-\\B2 \\E0\\B8\\81-\\E0\\B8 \\B2-\\E0",
      ["กา", "กาก", "กากากากากา"]
    ),
    (
      "\\98-\\80 \\F0-\\9F \\80-\\F0 \\F0\\9F-\\98 \\F0\\9F-\\98\\80 \\F0\\9F\\98-\\80 a-\\F0",
      ["😀", "😀😀", "a😀a😀"]
    ),
    ("\\FF-\\FE \\FF\\FE-\\FF \\80-\\80 \\FE-\\FF \\C3-\\C3", ["\\FF\\FE\\FF\\80\\80\\80\\C3\\C3"]),
  ]

  private static let real: [(file: String, words: [String])] = [
    (
      "vocab/english/tokenizer.json",
      [
        "a", " a", "of", " the", "'ll", " garden", " kitchen", "unrelated", " children",
        " understanding", " responsibilities", " internationalisation",
        "honorificabilitudinitatibus",
        " the-mother-of-all-the-gardens",
      ]
    ),
    (
      "vocab/multilingual/tokenizer.json",
      [
        "é", " кот", "два", " здравствуй", "ไทย", "กา", "中文", "中文字", "한국", " ال", "😀", "ქარ",
        "\\FF\\FEab", "\\E0\\B8a", " unterwegs",
      ]
    ),
  ]

  /// Where they are at hand.
  private static let shared: [(file: String, words: [String])] = [
    (
      "vocabs/gpt2-hf/gpt2_tokenizer.json",
      [" the", " café", "unrelated", " два", " conversationalists", "😀😀"]
    )
  ]

  private struct Case {
    let model: BPEModel
    let words: [[UInt8]]
  }

  private func cases() throws -> [Case] {
    var cases = try Self.toys.map {
      Case(model: try toyModel($0.merges), words: $0.words.map(toyBytes))
    }
    let files =
      Self.real.map { ("\(SharedData.projectFolder)/\($0.file)", $0.words) }
      + Self.shared.compactMap { shared in SharedData.path(shared.file).map { ($0, shared.words) } }
    for (path, words) in files {
      guard let model = try Tokenizer(contentsOf: path).model as? BPEModel else { continue }
      cases.append(Case(model: model, words: words.map(toyBytes)))
    }
    return cases
  }

  @Test func `samples of sixty words at five rates follow the law`() throws {
    var values: [(p: Double, name: String)] = []
    var seed: UInt64 = 0
    let cases = try cases()
    #expect(cases.reduce(0) { $0 + $1.words.count } >= 60)
    for example in cases {
      for word in example.words {
        for rate in Self.rates {
          seed += 1
          let name = "\(String(decoding: word, as: UTF8.self)) at \(rate)"
          let found = pValues(word, example.model, rate, seed)
          values += found.map { ($0, name) }
        }
      }
    }
    let smallest = try #require(values.min { $0.p < $1.p })
    let bound = Self.level / Double(values.count)
    print("\(values.count) tests of \(Self.samples) samples, smallest p-value \(smallest)")
    // Holm's first step is Bonferroni's, and nothing may be rejected.
    #expect(smallest.p > bound, "\(smallest.name): \(smallest.p) against \(bound)")
    // They are p-values at all: half of them above one half, up to five deviations.
    let large = Double(values.filter { $0.p > 0.5 }.count) / Double(values.count)
    #expect(abs(large - 0.5) < 5 * 0.5 / Double(values.count).squareRoot())
  }

  /// The p-values of what can be tested about a word: none where it has one segmentation.
  private func pValues(
    _ word: [UInt8],
    _ model: BPEModel,
    _ rate: Double,
    _ seed: UInt64
  ) -> [Double] {
    let noise = SegmentationNoise(rate: dropoutRate(rate), seed: seed)
    if word.count <= Self.longestEnumerated {
      var oracle = DropoutOracle(model, rate: rate)
      let counts = sampledSegmentations(of: word, model: model, noise: noise, count: Self.samples)
      let test = LawTest(counts, law: oracle.law(of: word))
      if test.impossible > 0 { return [0] }
      return test.chiSquare.degreesOfFreedom > 0 ? [test.chiSquare.pValue] : []
    }
    var counts: [[UInt32]: Int] = [:]
    var encoder = BPEEncoder(model: model)
    var ids: [UInt32] = []
    for document in 0..<UInt64(Self.samples) {
      ids.removeAll(keepingCapacity: true)
      word.withUnsafeBufferPointer {
        encoder.encode($0, noise: noise, at: WordAddress(document: document), into: &ids)
      }
      counts[ids, default: 0] += 1
    }
    let literal = LiteralAlgorithm1(model)
    var chance = Chance(seed: seed)
    var expected: [[UInt32]: Int] = [:]
    for _ in 0..<Self.samples / 4 {
      expected[literal.cut(word, rate: rate, protects: true, &chance), default: 0] += 1
    }
    // All of it, its length, and every place where it may be cut.
    var tests = [ChiSquare.twoSamples(counts, expected)]
    tests.append(.twoSamples(grouped(counts) { $0.count }, grouped(expected) { $0.count }))
    for place in 1..<word.count {
      let isCut = { (ids: [UInt32]) -> Bool in
        var end = 0
        return ids.contains { id in
          end += model.vocabulary.byteCount(of: TokenID(id))
          return end == place
        }
      }
      tests.append(.twoSamples(grouped(counts, isCut), grouped(expected, isCut)))
    }
    return tests.compactMap { $0?.pValue }
  }

  private func grouped<Key: Hashable>(
    _ counts: [[UInt32]: Int],
    _ key: ([UInt32]) -> Key
  ) -> [Key: Int] {
    var grouped: [Key: Int] = [:]
    for (ids, count) in counts { grouped[key(ids), default: 0] += count }
    return grouped
  }
}
