import BytePairEncoding
import TestSupport
import TextTestSupport

func byteVocabulary(_ bytes: String) -> Vocabulary {
  var vocabulary = Vocabulary()
  for byte in bytes.utf8 { vocabulary.append([byte]) }
  return vocabulary
}

func learn(
  _ words: [(bytes: [UInt8], count: Int)],
  _ initial: Vocabulary,
  size: Int
) -> [LearnedMerge] {
  learn(words, initial, BPELearner(vocabularySize: size))
}

func learn(
  _ words: [(bytes: [UInt8], count: Int)],
  _ initial: Vocabulary,
  _ learner: BPELearner
) -> [LearnedMerge] {
  learnedMerges(learner.learn(from: wordCounts(words), initial: initial) { _ in })
}

func wordCounts(_ words: [(bytes: [UInt8], count: Int)]) -> WordCounts {
  var counts = WordCounts()
  for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
  return counts
}

func learnedMerges(_ result: (vocabulary: Vocabulary, merges: [Merge])) -> [LearnedMerge] {
  result.merges.map { merge in
    LearnedMerge(
      Array(result.vocabulary.bytes(of: merge.left)),
      Array(result.vocabulary.bytes(of: merge.right))
    )
  }
}

/// Words of few letters, some of which repeat, with small counts: ties and shared tokens abound.
func randomWords(_ text: inout NastyText) -> [(bytes: [UInt8], count: Int)] {
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
struct Cutting {
  var symbols = InitialSymbols.bytes
  var initial = byteVocabulary("abcde")
  var words: [(bytes: [UInt8], count: Int)]
  var pieces: [(symbols: [[UInt8]], count: Int)] = []

  /// Bytes, or characters of one to four bytes with marks or without, of which one may be unknown.
  init(_ text: inout NastyText) {
    words = randomWords(&text)
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
