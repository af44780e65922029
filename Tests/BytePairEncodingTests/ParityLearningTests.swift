import BytePairEncoding
import TestSupport
import Testing
import TextTestSupport

@Suite struct ParityLearningTests {
  @Test(arguments: LearningLaw.allCases.filter { $0 != .huggingFace })
  func `parity of random languages agrees with counting everything anew`(law: LearningLaw) {
    var text = NastyText(seed: 19)
    var compared = 0
    for round in 0..<2500 {
      let languages = (0..<text.number(below: 4) + 1).map { _ in
        (words: randomWords(&text), parallel: randomWords(&text))
      }
      let minimumFrequency = Int(text.number(below: 3))
      let longestToken = text.number(below: 2) == 0 ? Int.max : Int(text.number(below: 6) + 2)
      let size = 6 + Int(text.number(below: 30))
      let initial = byteVocabulary("abcde")
      var oracle = LearnerOracle(
        law: law,
        initial: initial,
        size: size,
        minimumFrequency: minimumFrequency,
        isAllowed: { $0.count <= longestToken }
      )
      let expected = oracle.merges(languages: languages)
      let learner = BPELearner(
        vocabularySize: size,
        minimumFrequency: UInt64(minimumFrequency),
        law: law,
        limits: JoinLimits(longestToken: longestToken)
      )
      let smaller = min(size, 12)
      let results = learner.learn(
        languages: languages.map {
          BPELearner.Language(words: wordCounts($0.words), parallel: wordCounts($0.parallel))
        },
        initial: initial,
        sizes: [size, smaller]
      ) { _ in }
      #expect(learnedMerges(results[0]) == expected, "law \(law), round \(round)")
      #expect(results[1].vocabulary.count <= smaller)
      #expect(Array(results[0].merges.prefix(3)) == Array(results[1].merges.prefix(3)) || size > 11)
      compared += expected.count
    }
    #expect(compared > 10_000)
  }

  /// A language of many words, and one of few whose parallel text is as long.
  @Test func `a small language has its share of the merges`() {
    func words(_ letters: [String], _ count: Int) -> [(bytes: [UInt8], count: Int)] {
      letters.flatMap { a in letters.map { b in (Array((a + b + a).utf8), count) } }
    }
    let large = words(["a", "b", "c", "d"], 1000)
    let small = words(["p", "q", "r", "s"], 1)
    let initial = byteVocabulary("abcdpqrs")
    let plain = learn(large + small, initial, BPELearner(vocabularySize: 28, law: .bytes))
    let fair = BPELearner(vocabularySize: 28, law: .bytes).learn(
      languages: [(large, words(["a", "b", "c", "d"], 1)), (small, small)].map {
        BPELearner.Language(words: wordCounts($0.0), parallel: wordCounts($0.1))
      },
      initial: initial,
      sizes: [28]
    ) { _ in }
    let isSmall = { (merge: LearnedMerge) in (merge.left + merge.right).allSatisfy { $0 > 0x6F } }
    #expect(plain.count { isSmall($0) } == 0)
    #expect((9...11).contains(learnedMerges(fair[0]).count { isSmall($0) }))
  }
}
