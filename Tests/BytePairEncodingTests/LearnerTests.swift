import BytePairEncoding
import TestSupport
import Testing

private func byteVocabulary(_ bytes: String) -> Vocabulary {
  var vocabulary = Vocabulary()
  for byte in bytes.utf8 { vocabulary.append([byte]) }
  return vocabulary
}

private func learn(
  _ words: [(bytes: [UInt8], count: Int)],
  _ initial: Vocabulary,
  size: Int
) -> [LearnedMerge] {
  learn(words, initial, BPELearner(vocabularySize: size))
}

private func learn(
  _ words: [(bytes: [UInt8], count: Int)],
  _ initial: Vocabulary,
  _ learner: BPELearner
) -> [LearnedMerge] {
  var counts = WordCounts()
  for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
  let (vocabulary, merges) = learner.learn(from: counts, initial: initial)
  return merges.map { merge in
    LearnedMerge(
      Array(vocabulary.bytes(of: merge.left)),
      Array(vocabulary.bytes(of: merge.right))
    )
  }
}

@Suite struct LearnerTests {
  /// Figure 1 of Sennrich, Haddow and Birch (2016), without its end-of-word mark.
  ///
  /// First come er, lo and low; ties are broken by the smaller ids.
  @Test func `the example of the paper`() {
    let words = [("low", 5), ("lowest", 2), ("newer", 6), ("wider", 3)]
    let merges = learn(
      words.map { (Array($0.0.utf8), $0.1) },
      byteVocabulary("deilnorstw"),
      size: 14
    )
    let expected = [("e", "r"), ("l", "o"), ("lo", "w"), ("e", "w")]
    #expect(merges == expected.map { LearnedMerge(Array($0.0.utf8), Array($0.1.utf8)) })
  }

  /// Words of few letters, some of which repeat, with small counts: ties and shared tokens abound.
  private static func randomWords(_ text: inout NastyText) -> [(bytes: [UInt8], count: Int)] {
    let letters = text.number(below: 3) + 2
    let longest = text.number(below: 4) == 0 ? 24 : 9
    return (0..<text.number(below: 8) + 1).map { _ in
      (
        bytes: (0..<text.number(below: UInt32(longest))).map { _ in
          UInt8(97 + text.number(below: letters))
        },
        count: Int(text.number(below: 5) + 1)
      )
    }
  }

  @Test(arguments: LearningLaw.allCases)
  func `random small corpora agree with counting everything anew`(law: LearningLaw) {
    var text = NastyText(seed: 11)
    var compared = 0
    for round in 0..<2500 {
      let words = Self.randomWords(&text)
      let initial = byteVocabulary("abcde")
      let minimumFrequency = Int(text.number(below: 3))
      let longestToken = text.number(below: 2) == 0 ? Int.max : Int(text.number(below: 6) + 2)
      let size = 6 + Int(text.number(below: 40))
      var oracle = LearnerOracle(
        law: law,
        initial: initial,
        size: size,
        minimumFrequency: minimumFrequency,
        isAllowed: { $0.count <= longestToken }
      )
      let expected = oracle.merges(words)
      compared += expected.count
      var learner = BPELearner(
        vocabularySize: size,
        minimumFrequency: UInt64(minimumFrequency),
        law: law,
        limits: JoinLimits(longestToken: longestToken)
      )
      // Leaving rare pairs out at first must not show.
      for threshold: Int64 in [1, 3, 1000] {
        learner.threshold = threshold
        let merges = learn(words, initial, learner)
        #expect(merges == expected, "law \(law), round \(round), threshold \(threshold)")
      }
    }
    #expect(compared > 10_000)
  }

  @Test func `whole characters`() {
    var text = NastyText(seed: 14)
    var joins = 0
    for _ in 0..<500 {
      let words = (0..<20).map { _ in
        (bytes: text.next(longest: 6), count: Int(text.number(below: 9) + 1))
      }
      var initial = Vocabulary()
      for byte in UInt8.min...UInt8.max { initial.append([byte]) }
      let limits = JoinLimits(wholeCharacters: true)
      let merges = learn(words, initial, BPELearner(vocabularySize: 320, limits: limits))
      for merge in merges {
        let product = merge.left + merge.right
        // Whole characters, or a part of one.
        let isWhole = String(validating: product, as: UTF8.self) != nil
        let isPart = product.count < 4 && product.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 }
        #expect(isWhole || isPart)
        joins += isWhole && product.count > 4 ? 1 : 0
      }
    }
    #expect(joins > 1000)
  }

  @Test func `learning goes on from a model as if it had not stopped`() throws {
    var text = NastyText(seed: 15)
    for _ in 0..<300 {
      let words = Self.randomWords(&text)
      var counts = WordCounts()
      for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
      // Under the law of bytes nothing is remembered but the words.
      let whole = BPELearner(vocabularySize: 16, law: .bytes)
        .learn(from: counts, initial: byteVocabulary("abcde"))
      guard Set(whole.merges.map(\.product)).count == whole.merges.count else { continue }
      let part = BPELearner(vocabularySize: 10, law: .bytes)
        .learn(from: counts, initial: byteVocabulary("abcde"))
      var further = BPELearner(vocabularySize: 16, law: .bytes)
      further.symbols = .segmentation(
        try BPEModel(vocabulary: part.vocabulary, merges: part.merges)
      )
      let rest = further.learn(from: counts, initial: part.vocabulary)
      #expect(part.merges + rest.merges == whole.merges)
    }
  }

  @Test func `the order of the words does not matter`() {
    var text = NastyText(seed: 12)
    for _ in 0..<200 {
      let words = (0..<20).map { _ in
        (
          bytes: (0..<text.number(below: 12)).map { _ in UInt8(97 + text.number(below: 3)) },
          count: Int(text.number(below: 9) + 1)
        )
      }
      let initial = byteVocabulary("abc")
      #expect(learn(words, initial, size: 40) == learn(words.reversed(), initial, size: 40))
    }
  }

  @Test func `nothing to learn, nothing learned`() {
    #expect(learn([], byteVocabulary("ab"), size: 10).isEmpty)
    #expect(learn([(Array("a".utf8), 9)], byteVocabulary("ab"), size: 10).isEmpty)
    #expect(learn([(Array("xyz".utf8), 9)], byteVocabulary("ab"), size: 10).isEmpty)
    #expect(learn([(Array("abab".utf8), 9)], byteVocabulary("ab"), size: 2).isEmpty)
  }

  @Test func `counts beyond 32 bits stay exact`() {
    let words = [
      (bytes: Array("ab".utf8), count: 1 << 40), (bytes: Array("cd".utf8), count: 1 << 41),
    ]
    let merges = learn(words, byteVocabulary("abcd"), size: 6)
    #expect(merges.map(\.left) == [Array("c".utf8), Array("a".utf8)])
  }

  @Test func `a minimum frequency ends the learning`() {
    var counts = WordCounts()
    counts.append(Array("ab".utf8), occurrences: 5)
    counts.append(Array("cd".utf8), occurrences: 4)
    let learner = BPELearner(vocabularySize: 100, minimumFrequency: 5)
    #expect(learner.learn(from: counts, initial: byteVocabulary("abcd")).merges.count == 1)
  }
}
