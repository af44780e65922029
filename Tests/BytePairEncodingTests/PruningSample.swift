import BytePairEncoding
import TestSupport
import TextTestSupport

func initialVocabulary() -> Vocabulary {
  var vocabulary = Vocabulary()
  for byte in "abcde".utf8 { vocabulary.append([byte]) }
  return vocabulary
}

/// A random small corpus with random settings.
struct PruningSample {
  let words: [(bytes: [UInt8], count: Int)]
  let minimumFrequency: Int
  let longestToken: Int
  let size: Int

  init(_ text: inout NastyText) {
    let letters = text.number(below: 3) + 2
    let longest: UInt32 = text.number(below: 4) == 0 ? 24 : 9
    words = (0..<text.number(below: 8) + 1).map { _ in
      (
        bytes: (0..<text.number(below: longest)).map { _ in UInt8(97 + text.number(below: letters))
        },
        count: Int(text.number(below: 5) + 1)
      )
    }
    minimumFrequency = Int(text.number(below: 3))
    longestToken = text.number(below: 2) == 0 ? Int.max : Int(text.number(below: 6) + 2)
    size = 6 + Int(text.number(below: 40))
  }

  var counts: WordCounts {
    var counts = WordCounts()
    for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
    return counts
  }

  func oracle(_ law: LearningLaw, size: Int) -> LearnerOracle {
    let longest = longestToken
    return LearnerOracle(
      law: law,
      initial: initialVocabulary(),
      size: size,
      minimumFrequency: minimumFrequency,
      isAllowed: { $0.count <= longest }
    )
  }

  func learner(_ law: LearningLaw) -> BPELearner {
    BPELearner(
      vocabularySize: size,
      minimumFrequency: UInt64(minimumFrequency),
      law: law,
      limits: JoinLimits(longestToken: longestToken)
    )
  }
}

extension BPELearner.PrunedResult {
  /// The merges by bytes, and where tokens are removed.
  var steps: [[[UInt8]]] {
    var steps = merges.map { merge in
      [Array(vocabulary.bytes(of: merge.left)), Array(vocabulary.bytes(of: merge.right))]
    }
    guard case .removals(let removals) = pruning else { return steps }
    for removal in removals.reversed() {
      steps.insert([Array(vocabulary.bytes(of: removal.token))], at: removal.mergeCount)
    }
    return steps
  }
}

extension PrunedLearning {
  var steps: [[[UInt8]]] {
    events.map { event in
      switch event {
      case .merge(let left, let right): [left, right]
      case .split(let token, _): [token]
      }
    }
  }
}

extension PrunedModel {
  var learnedTokens: [[UInt8]] {
    (5..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
  }
}

extension PrunedEncoder {
  mutating func tokens(
    _ word: [UInt8],
    _ model: PrunedModel,
    noise: SegmentationNoise? = nil,
    at address: WordAddress = WordAddress()
  ) throws -> [[UInt8]] {
    var ids: [UInt32] = []
    try word.withUnsafeBufferPointer { try encode($0, noise: noise, at: address, into: &ids) }
    return ids.map { Array(model.vocabulary.bytes(of: TokenID($0))) }
  }
}

extension PruningSample {
  /// Words of four letters, many of which come up again.
  static var repeated: WordCounts {
    var text = NastyText(seed: 46)
    var counts = WordCounts()
    for _ in 0..<300 {
      let word = (0..<40).map { _ in UInt8(97 + text.number(below: 4)) }
      counts.append(word, occurrences: UInt64(text.number(below: 50) + 1))
    }
    return counts
  }
}
