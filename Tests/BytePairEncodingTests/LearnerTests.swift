import BytePairEncoding
import Foundation
import TestSupport
import Testing
import TextTestSupport

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
  learnedMerges(learner.learn(from: wordCounts(words), initial: initial) { _ in })
}

private func wordCounts(_ words: [(bytes: [UInt8], count: Int)]) -> WordCounts {
  var counts = WordCounts()
  for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
  return counts
}

private func learnedMerges(_ result: (vocabulary: Vocabulary, merges: [Merge])) -> [LearnedMerge] {
  result.merges.map { merge in
    LearnedMerge(
      Array(result.vocabulary.bytes(of: merge.left)),
      Array(result.vocabulary.bytes(of: merge.right))
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

  /// What words are cut into, with the first tokens, and the words as the oracle takes them.
  private struct Cutting {
    var symbols = InitialSymbols.bytes
    var initial = byteVocabulary("abcde")
    var words: [(bytes: [UInt8], count: Int)]
    var pieces: [(symbols: [[UInt8]], count: Int)] = []

    /// Bytes, or characters of one to four bytes with marks or without, of which one may be unknown.
    init(_ text: inout NastyText) {
      words = LearnerTests.randomWords(&text)
      guard text.number(below: 2) == 0 else {
        pieces = words.map { word in (word.bytes.map { [$0] }, word.count) }
        return
      }
      let letters = ["a", "é", "中", "😀", "e"].map { Array($0.utf8) }
      let prefix: [UInt8] = text.number(below: 2) == 0 ? [] : [0xFF]
      let suffix = text.number(below: 2) == 0 ? [] : Array("</w>".utf8)
      let breaks = text.number(below: 2) == 0
      symbols = .characters(.init(prefix: prefix, suffix: suffix, breaksAtUnknown: breaks))
      initial = Vocabulary()
      for letter in letters.dropLast(Int(text.number(below: 3))) {
        for start in [[], prefix] {
          for end in [[], suffix] { initial.append(start + letter + end) }
        }
      }
      for index in words.indices {
        let word = words[index].bytes.map { letters[Int($0) - 97] }
        words[index].bytes = word.flatMap { $0 }
        var pieces: [[[UInt8]]] = [[]]
        for (place, letter) in word.enumerated() {
          let symbol =
            (place == 0 ? prefix : []) + letter + (place == word.count - 1 ? suffix : [])
          if initial.id(of: symbol) != nil {
            pieces[pieces.count - 1].append(symbol)
          } else if breaks {
            pieces.append([])
          }
        }
        self.pieces += pieces.map { ($0, words[index].count) }
      }
    }
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

  @Test func `learning goes on from a model as if it had not stopped`() throws {
    var text = NastyText(seed: 15)
    for _ in 0..<300 {
      let words = Self.randomWords(&text)
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
      let sentences = Self.randomWords(&text)
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

  @Test(arguments: LearningLaw.allCases.filter { $0 != .huggingFace })
  func `parity of random languages agrees with counting everything anew`(law: LearningLaw) {
    var text = NastyText(seed: 19)
    var compared = 0
    for round in 0..<2500 {
      let languages = (0..<text.number(below: 4) + 1).map { _ in
        (words: Self.randomWords(&text), parallel: Self.randomWords(&text))
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

@Suite struct WordTallyTests {
  @Test func `words of all lengths are counted as a dictionary does`() {
    var text = NastyText(seed: 17)
    var expected: [[UInt8]: UInt64] = [:]
    var first = WordTally()
    var second = WordTally()
    for round in 0..<20_000 {
      // Zeros at the end must not be taken for padding, and words longer than 15 bytes lie elsewhere.
      var word = text.next(longest: 5, isValid: false)
      if round % 3 == 0 { word += [UInt8](repeating: 0, count: Int(text.number(below: 20))) }
      guard !word.isEmpty else { continue }
      let count = UInt64(text.number(below: 3) + 1)
      expected[word, default: 0] += count
      word.withUnsafeBufferPointer {
        if round % 2 == 0 {
          first.add($0, occurrences: count)
        } else {
          second.add($0, occurrences: count)
        }
      }
    }
    first.add(second)
    let counts = first.sortedCounts()
    #expect(counts.count == expected.count)
    for index in 0..<counts.count {
      #expect(counts.occurrences(index) == expected[Array(counts.word(index))])
      if index > 0 {
        #expect(counts.word(index - 1).lexicographicallyPrecedes(counts.word(index)))
      }
    }
  }
}
