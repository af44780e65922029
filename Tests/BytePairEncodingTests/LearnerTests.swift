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
  var counts = WordCounts()
  for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
  let learner = BPELearner(vocabularySize: size)
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

  @Test func `random small corpora agree with counting everything anew`() {
    var text = NastyText(seed: 11)
    var compared = 0
    for _ in 0..<2000 {
      let letters = text.number(below: 3) + 2
      let words = (0..<text.number(below: 8) + 1).map { _ in
        (
          bytes: (0..<text.number(below: 10)).map { _ in UInt8(97 + text.number(below: letters)) },
          count: Int(text.number(below: 5) + 1)
        )
      }
      let initial = byteVocabulary("abcde")
      let (expected, isComplete) = mergesByRecounting(words, initial: initial, vocabularySize: 20)
      let merges = learn(words, initial, size: 20)
      compared += expected.count
      if isComplete {
        #expect(merges == expected)
      } else {
        // Rules that come up again move to their later rank, so compare up to that point.
        let firstAgain = expected.firstIndex { !merges.prefix(expected.count).contains($0) }
        let count = firstAgain ?? expected.count
        #expect(Array(merges.prefix(count)) == Array(expected.prefix(count)))
      }
    }
    #expect(compared > 10_000)
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
