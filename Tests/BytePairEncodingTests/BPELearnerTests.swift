import BytePairEncoding
import Foundation
import TestSupport
import Testing
import TextTestSupport

@Suite struct BPELearnerTests {
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

  @Test(arguments: LearningLaw.allCases)
  func `random small corpora agree with counting everything anew`(law: LearningLaw) {
    var text = NastyText(seed: 11)
    var compared = 0
    for round in 0..<2500 {
      let cutting = Cutting(&text)
      let (words, initial) = (cutting.words, cutting.initial)
      let minimumFrequency = Int(text.number(below: 3))
      let longestToken = text.number(below: 2) == 0 ? Int.max : Int(text.number(below: 6) + 2)
      let size = initial.count + 1 + Int(text.number(below: 40))
      var oracle = LearnerOracle(
        law: law,
        initial: initial,
        size: size,
        minimumFrequency: minimumFrequency,
        isAllowed: { $0.count <= longestToken }
      )
      let expected = oracle.merges(cutting.pieces)
      compared += expected.count
      var learner = BPELearner(
        vocabularySize: size,
        minimumFrequency: UInt64(minimumFrequency),
        law: law,
        limits: JoinLimits(longestToken: longestToken)
      )
      learner.symbols = cutting.symbols
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

  /// subword-nmt's own reference: its codes, learned from its own test corpus.
  @Test(.enabled(if: SharedData.path("golden/subword-nmt/bpe.ref") != nil, "no golden/subword-nmt"))
  func `the codes of subword-nmt`() throws {
    let corpus = try #require(SharedData.path("golden/subword-nmt/corpus.en"))
    let codes = try #require(SharedData.path("golden/subword-nmt/bpe.ref"))
    var words: [[UInt8]: UInt64] = [:]
    for line in try bytes(corpus).split(separator: 0x0A) {
      for word in line.split(separator: 0x20) where word != [0x0D] {
        words[Array(word), default: 0] += 1
      }
    }
    var counts = WordCounts()
    var initial = Vocabulary()
    for (word, count) in words {
      counts.append(word, occurrences: count)
      for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
        initial.append(Array(String(scalar).utf8))
        initial.append(Array("\(scalar)</w>".utf8))
      }
    }
    let expected = try bytes(codes).split(separator: 0x0A).dropFirst().map { line in
      LearnedMerge(
        Array(line.split(separator: 0x20)[0]),
        Array(line.split(separator: 0x20)[1])
      )
    }
    var learner = BPELearner(
      vocabularySize: initial.count + expected.count,
      minimumFrequency: 2,
      law: .subwordNMT
    )
    learner.symbols = .characters(.init(suffix: Array("</w>".utf8)))
    let (vocabulary, merges) = learner.learn(from: counts, initial: initial) { _ in }
    let learned = merges.prefix(expected.count).map { merge in
      LearnedMerge(
        Array(vocabulary.bytes(of: merge.left)),
        Array(vocabulary.bytes(of: merge.right))
      )
    }
    #expect(expected.count == 1000)
    #expect(Array(learned) == expected)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(
      try String(contentsOfFile: path, encoding: .isoLatin1).unicodeScalars.map { UInt8($0.value) }
    )
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
    let learned = learner.learn(from: counts, initial: byteVocabulary("abcd")) { _ in }
    #expect(learned.merges.count == 1)
  }
}
