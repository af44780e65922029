import BytePairEncoding

/// What a pruned vocabulary is learned by, event by event, with tokens by their bytes.
public enum PrunedEvent: Hashable {
  case merge(left: [UInt8], right: [UInt8])
  case split(token: [UInt8], parts: [[UInt8]])
}

/// What pruned learning gives, done slowly.
public struct PrunedLearning {
  /// Everything that was done, in order; scaffold tokens are split in the end.
  public var events: [PrunedEvent] = []
  /// The learned tokens that are in the vocabulary, in the order in which they were made first.
  public var tokens: [[UInt8]] = []
  /// What the words are at the end.
  public var words: [[[UInt8]]] = []
}

extension LearnerOracle {
  /// PickyBPE: everything is counted anew for each step.
  public mutating func picky(
    _ words: [(bytes: [UInt8], count: Int)],
    share: Double
  ) -> PrunedLearning {
    var words = words.map { word in
      (tokens: word.bytes.compactMap { vocabulary.id(of: [$0]) }, count: word.count)
    }
    let firstLearned = vocabulary.count
    var removed: Set<TokenID> = []
    var origins: [TokenID: [TokenID]] = [:]
    var result = PrunedLearning()
    while vocabulary.count - removed.count < size, let pair = bestPair(words)?.pair {
      let before = words.reduce(0) { $0 + $1.tokens.count * $1.count }
      let product = merge(pair)
      if origins[product] == nil { origins[product] = pair }
      removed.remove(product)
      result.events.append(.merge(left: bytes(pair[0]), right: bytes(pair[1])))
      words = words.map { (joined($0.tokens, pair, product), $0.count) }
      let merged = before - words.reduce(0) { $0 + $1.tokens.count * $1.count }
      for token in pair[0] == pair[1] ? [pair[0]] : pair where token.index >= firstLearned {
        let left = words.reduce(0) { $0 + $1.tokens.count { $0 == token } * $1.count }
        guard Double(merged) / Double(merged + left) >= share else { continue }
        removed.insert(token)
        func walk(_ token: TokenID) -> [TokenID] {
          removed.contains(token) ? (origins[token] ?? []).flatMap(walk) : [token]
        }
        let parts = walk(token)
        words = words.map { ($0.tokens.flatMap { $0 == token ? parts : [$0] }, $0.count) }
        result.events.append(
          .split(token: bytes(token), parts: parts.map { bytes($0) })
        )
      }
    }
    result.tokens = (firstLearned..<vocabulary.count).map { TokenID($0) }
      .filter { !removed.contains($0) }.map { bytes($0) }
    result.words = words.map { $0.tokens.map { bytes($0) } }
    return result
  }

  /// Scaffold-BPE: everything is counted anew for each step.
  public mutating func scaffold(
    _ words: [(bytes: [UInt8], count: Int)]
  ) -> PrunedLearning {
    var words = words.map { word in
      (tokens: word.bytes.compactMap { vocabulary.id(of: [$0]) }, count: word.count)
    }
    let firstLearned = vocabulary.count
    var scaffold: Set<TokenID> = []
    var result = PrunedLearning()
    func count(_ token: TokenID) -> Int {
      words.reduce(0) { $0 + $1.tokens.count { $0 == token } * $1.count }
    }
    func bestToken() -> (token: TokenID, count: Int)? {
      let counted = scaffold.sorted().map { (token: $0, count: count($0)) }
      let most = counted.map(\.count).max() ?? 0
      return most < minimumFrequency ? nil : counted.first { $0.count == most }
    }
    while vocabulary.count - scaffold.count < size {
      let best = bestPair(words)
      if let top = bestToken(), top.count >= best?.count ?? 0 {
        scaffold.remove(top.token)
        continue
      }
      guard let pair = best?.pair else { break }
      let product = merge(pair)
      scaffold.remove(product)
      result.events.append(.merge(left: bytes(pair[0]), right: bytes(pair[1])))
      words = words.map { (joined($0.tokens, pair, product), $0.count) }
      let head = max(bestPair(words)?.count ?? 0, bestToken()?.count ?? 0)
      for token in Set(pair) where token.index >= firstLearned && count(token) < head {
        scaffold.insert(token)
      }
    }
    result.tokens = (firstLearned..<vocabulary.count).map { TokenID($0) }
      .filter { !scaffold.contains($0) }.map { bytes($0) }
    result.words = words.map { $0.tokens.map { bytes($0) } }
    return result
  }

  private func bytes(_ token: TokenID) -> [UInt8] { Array(vocabulary.bytes(of: token)) }

  private func bestPair(
    _ words: [(tokens: [TokenID], count: Int)]
  ) -> (pair: [TokenID], count: Int)? {
    var counts: [[TokenID]: Int] = [:]
    for (tokens, weight) in words {
      for pair in zip(tokens, tokens.dropFirst()) {
        counts[[pair.0, pair.1], default: 0] += weight
      }
    }
    counts = counts.filter { $0.value >= minimumFrequency && isAllowed(spelling($0.key)) }
    let best = counts.max { $0.value < $1.value || $0.value == $1.value && loses($0.key, $1.key) }
    return best.map { ($0.key, $0.value) }
  }
}

/// The events on one word, one after another, each from left to right.
///
/// - Parameters:
///   - events: In their order.
///   - word: Its bytes.
///   - isDropped: Whether an occurrence of a merge, from a byte to another, is left out.
/// - Returns: The tokens.
public func replay(
  _ events: [PrunedEvent],
  on word: [UInt8],
  isDropped: (Range<Int>) -> Bool = { _ in false }
) -> [[UInt8]] {
  var tokens = word.map { [$0] }
  for event in events {
    switch event {
    case .split(let token, let parts):
      tokens = tokens.flatMap { $0 == token ? parts : [$0] }
    case .merge(let left, let right):
      var index = 0
      while index + 1 < tokens.count {
        if tokens[index] == left, tokens[index + 1] == right {
          let start = tokens[..<index].reduce(0) { $0 + $1.count }
          if !isDropped(start..<start + left.count + right.count) {
            tokens.replaceSubrange(index...index + 1, with: [left + right])
          }
        }
        index += 1
      }
    }
  }
  return tokens
}
