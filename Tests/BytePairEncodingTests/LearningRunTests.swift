import BytePairEncoding
import TestSupport
import Testing
import TextTestSupport

@Suite struct LearningRunTests {
  @Test func `learning goes on from a model as if it had not stopped`() throws {
    var text = NastyText(seed: 15)
    for _ in 0..<300 {
      let words = randomWords(&text)
      var counts = WordCounts()
      for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
      // Under the law of bytes nothing is remembered but the words.
      let whole = BPELearner(vocabularySize: 16, law: .bytes)
        .learn(from: counts, initial: byteVocabulary("abcde")) { _ in }
      guard Set(whole.merges.map(\.product)).count == whole.merges.count else { continue }
      let part = BPELearner(vocabularySize: 10, law: .bytes)
        .learn(from: counts, initial: byteVocabulary("abcde")) { _ in }
      var further = BPELearner(vocabularySize: 16, law: .bytes)
      further.symbols = .segmentation(
        try BPEModel(vocabulary: part.vocabulary, merges: part.merges)
      )
      let rest = further.learn(from: counts, initial: part.vocabulary) { _ in }
      #expect(part.merges + rest.merges == whole.merges)
    }
  }

  @Test(arguments: LearningLaw.allCases)
  func `a second phase over longer words agrees with counting everything anew`(
    law: LearningLaw
  ) throws {
    var text = NastyText(seed: 18)
    var superwords = 0
    for round in 0..<1500 {
      // Words of the second phase are sentences; those of the first are what is between spaces.
      let space = UInt8(ascii: "a")
      let sentences = randomWords(&text)
      let words = sentences.flatMap { sentence in
        sentence.bytes.split(separator: space).map { (bytes: Array($0), count: sentence.count) }
      }
      var first = WordCounts()
      for word in words { first.append(word.bytes, occurrences: UInt64(word.count)) }
      let base = BPELearner(vocabularySize: 9, law: law)
        .learn(from: first, initial: byteVocabulary("abcde")) { _ in }
      let model = try BPEModel(vocabulary: base.vocabulary, merges: base.merges)
      let size = base.vocabulary.count + 1 + Int(text.number(below: 20))
      var oracle = LearnerOracle(law: law, initial: base.vocabulary, size: size)
      let expected = oracle.merges(
        sentences.map { sentence in
          let tokens = plainSegmentation(sentence.bytes, model)
          return (tokens.map { Array(model.vocabulary.bytes(of: $0)) }, sentence.count)
        }
      )
      var learner = BPELearner(vocabularySize: size, law: law)
      learner.symbols = .segmentation(model)
      for threshold: Int64 in [1, 3] {
        learner.threshold = threshold
        let merges = learn(sentences, base.vocabulary, learner)
        #expect(merges == expected, "law \(law), round \(round), threshold \(threshold)")
      }
      superwords += expected.count { ($0.left + $0.right).dropFirst().contains(space) }
    }
    #expect(superwords > 1000)
  }

  @Test func `several sizes at once are those learned alone, and known merges are gone on from`() {
    var text = NastyText(seed: 16)
    var resumed = 0
    for _ in 0..<500 {
      let cutting = Cutting(&text)
      let (counts, initial) = (wordCounts(cutting.words), cutting.initial)
      for law in LearningLaw.allCases {
        let sizes = [4, 20, 0, 9].map { initial.count + $0 }
        func learner(_ size: Int) -> BPELearner {
          var learner = BPELearner(vocabularySize: size, law: law)
          learner.symbols = cutting.symbols
          return learner
        }
        let all = learner(sizes[1]).learn(from: counts, initial: initial, sizes: sizes) { _ in }
        for (size, result) in zip(sizes, all) {
          let alone = learner(size).learn(from: counts, initial: initial) { _ in }
          #expect(alone.merges == result.merges)
          #expect(alone.vocabulary.count == result.vocabulary.count)
        }
        var seen: [[Merge]] = []
        let whole = learner(sizes[1]).learn(from: counts, initial: initial) {
          seen.append($0.merges)
        }
        #expect(whole.merges == all[1].merges)
        guard let merges = seen.last, !merges.isEmpty else { continue }
        // Whatever was done when a run was interrupted, the next ends with the same.
        let known = Array(merges.prefix(1 + Int(text.number(below: UInt32(merges.count)))))
        let again = learner(sizes[1]).learn(from: counts, initial: initial, known: known) { _ in }
        #expect(again.merges == whole.merges)
        resumed += 1
      }
    }
    #expect(resumed > 1000)
  }
}
