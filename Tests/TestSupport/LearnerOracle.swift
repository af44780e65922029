public import BytePairEncoding

/// A pair of tokens by their bytes, and what it becomes.
public struct LearnedMerge: Hashable {
  /// The bytes of the token that stands first.
  public let left: [UInt8]
  /// The bytes of the token that follows it.
  public let right: [UInt8]

  /// - Parameters:
  ///   - left: The bytes of the token that stands first.
  ///   - right: The bytes of the token that follows it.
  public init(_ left: [UInt8], _ right: [UInt8]) {
    self.left = left
    self.right = right
  }
}

/// Learns by counting everything anew for each merge; ids are given as Hugging Face gives them.
///
/// - Returns: The merges up to the first whose product is already a token: from there on Hugging
///   Face's counts are its own (see BPELearner.swift), and counting anew no longer describes them.
public func mergesByRecounting(
  _ words: [(bytes: [UInt8], count: Int)],
  initial: Vocabulary,
  vocabularySize: Int
) -> (merges: [LearnedMerge], isComplete: Bool) {
  var vocabulary = initial
  var split = words.map { word in word.bytes.compactMap { vocabulary.id(of: [$0]) } }
  var merges: [LearnedMerge] = []
  while vocabulary.count < vocabularySize {
    var counts: [[TokenID]: Int] = [:]
    for (tokens, word) in zip(split, words) {
      for (left, right) in zip(tokens, tokens.dropFirst()) {
        counts[[left, right], default: 0] += word.count
      }
    }
    let best = counts.max { first, second in
      first.value != second.value
        ? first.value < second.value
        : (second.key[0], second.key[1]) < (first.key[0], first.key[1])
    }
    guard let pair = best?.key, counts[pair] ?? 0 > 0 else { break }
    let parts = pair.map { Array(vocabulary.bytes(of: $0)) }
    if vocabulary.id(of: parts[0] + parts[1]) != nil { return (merges, false) }
    let product = vocabulary.append(parts[0] + parts[1])
    merges.append(LearnedMerge(parts[0], parts[1]))
    split = split.map { tokens in
      var joined: [TokenID] = []
      var index = 0
      while index < tokens.count {
        if index + 1 < tokens.count && tokens[index] == pair[0] && tokens[index + 1] == pair[1] {
          joined.append(product)
          index += 2
        } else {
          joined.append(tokens[index])
          index += 1
        }
      }
      return joined
    }
  }
  return (merges, true)
}
