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

/// Learning done slowly.
public struct LearnerOracle {
  let law: LearningLaw
  let size: Int
  let minimumFrequency: Int
  let isAllowed: ([UInt8]) -> Bool
  var vocabulary: Vocabulary
  private var merges: [LearnedMerge] = []

  /// - Parameters:
  ///   - law: The order of ties.
  ///   - initial: The vocabulary to begin with.
  ///   - size: The number of tokens to reach.
  ///   - minimumFrequency: The least count of a pair that is merged.
  ///   - isAllowed: Whether a token of these bytes may be made.
  public init(
    law: LearningLaw,
    initial: Vocabulary,
    size: Int,
    minimumFrequency: Int = 0,
    isAllowed: @escaping ([UInt8]) -> Bool = { _ in true }
  ) {
    self.law = law
    self.size = size
    self.minimumFrequency = max(minimumFrequency, 1)
    self.isAllowed = isAllowed
    vocabulary = initial
  }

  /// The merges that are learned from words; of equal rules the last.
  public mutating func merges(_ words: [(bytes: [UInt8], count: Int)]) -> [LearnedMerge] {
    merges(words.map { word in (symbols: word.bytes.map { [$0] }, count: word.count) })
  }

  /// The merges that are learned from words cut into symbols; those that are no tokens are passed
  /// over.
  public mutating func merges(
    _ words: [(symbols: [[UInt8]], count: Int)]
  ) -> [LearnedMerge] {
    let split = words.map { word in word.symbols.compactMap { vocabulary.id(of: $0) } }
    if law == .huggingFace {
      likeHuggingFace(split, words.map(\.count))
    } else {
      byRecounting(split, words.map(\.count))
    }
    return merges.enumerated().filter { !merges[($0 + 1)...].contains($1) }.map(\.1)
  }

  /// Counts everything anew for each merge.
  private mutating func byRecounting(_ words: [[TokenID]], _ weights: [Int]) {
    var words = words
    while vocabulary.count < size {
      var counts: [[TokenID]: Int] = [:]
      for (tokens, weight) in zip(words, weights) {
        for pair in zip(tokens, tokens.dropFirst()) {
          counts[[pair.0, pair.1], default: 0] += weight
        }
      }
      counts = counts.filter { $0.value >= minimumFrequency && isAllowed(spelling($0.key)) }
      let best = counts.max { $0.value < $1.value || $0.value == $1.value && loses($0.key, $1.key) }
      guard let pair = best?.key else { return }
      let product = merge(pair)
      words = words.map { joined($0, pair, product) }
    }
  }

  /// The merges of several languages, each with its part of a parallel text, whose longest chooses.
  public mutating func merges(
    languages: [(words: [(bytes: [UInt8], count: Int)], parallel: [(bytes: [UInt8], count: Int)])]
  ) -> [LearnedMerge] {
    var texts = languages.map { language in
      [language.words, language.parallel].map { words in
        words.map { word in
          (tokens: word.bytes.compactMap { vocabulary.id(of: [$0]) }, count: word.count)
        }
      }
    }
    var choosers = Array(languages.indices)
    while vocabulary.count < size, !choosers.isEmpty {
      let lengths = texts.map { $0[1].reduce(0) { $0 + $1.tokens.count * $1.count } }
      let longest = choosers.map { lengths[$0] }.max() ?? 0
      let chooser = choosers.first { lengths[$0] == longest } ?? 0
      var counts: [[TokenID]: Int] = [:]
      for (tokens, count) in texts[chooser][0] {
        for pair in zip(tokens, tokens.dropFirst()) {
          counts[[pair.0, pair.1], default: 0] += count
        }
      }
      counts = counts.filter { $0.value >= minimumFrequency && isAllowed(spelling($0.key)) }
      let best = counts.max { $0.value < $1.value || $0.value == $1.value && loses($0.key, $1.key) }
      guard let pair = best?.key else {
        choosers.removeAll { $0 == chooser }
        continue
      }
      let product = merge(pair)
      texts = texts.map { $0.map { $0.map { (joined($0.tokens, pair, product), $0.count) } } }
    }
    return merges.enumerated().filter { !merges[($0 + 1)...].contains($1) }.map(\.1)
  }

  /// models/bpe/trainer.rs, line by line.
  private mutating func likeHuggingFace(_ words: [[TokenID]], _ weights: [Int]) {
    struct Entry {
      var count: Int
      let pair: [TokenID]
      let words: Set<Int>
    }
    var words = words
    var counts: [[TokenID]: Int] = [:]
    var queue: [Entry] = []
    var places: [[TokenID]: Set<Int>] = [:]
    for (index, tokens) in words.enumerated() {
      for pair in zip(tokens, tokens.dropFirst()) where isAllowed(spelling([pair.0, pair.1])) {
        counts[[pair.0, pair.1], default: 0] += weights[index]
        places[[pair.0, pair.1], default: []].insert(index)
      }
    }
    for (pair, words) in places where counts[pair, default: 0] > 0 {
      queue.append(Entry(count: counts[pair, default: 0], pair: pair, words: words))
    }
    while vocabulary.count < size {
      let first = queue.indices.max { one, other in
        let (one, other) = (queue[one], queue[other])
        if one.count != other.count { return one.count < other.count }
        return (other.pair[0], other.pair[1]) < (one.pair[0], one.pair[1])
      }
      guard let first else { return }
      let top = queue[first]
      if top.count != counts[top.pair, default: 0] {
        queue[first].count = counts[top.pair, default: 0]
        continue
      }
      guard top.count >= minimumFrequency else { return }
      queue.remove(at: first)
      let product = merge(top.pair)
      places = [:]
      for index in top.words.sorted() {
        change(&words[index], top.pair, product) { pair, sign in
          guard sign < 0 || isAllowed(spelling(pair)) else { return }
          counts[pair, default: 0] += sign * weights[index]
          if sign > 0 { places[pair, default: []].insert(index) }
        }
      }
      for (pair, words) in places where counts[pair, default: 0] > 0 {
        queue.append(Entry(count: counts[pair, default: 0], pair: pair, words: words))
      }
    }
  }

  /// models/bpe/word.rs, `merge`.
  private func change(
    _ tokens: inout [TokenID],
    _ pair: [TokenID],
    _ product: TokenID,
    _ note: ([TokenID], Int) -> Void
  ) {
    var index = 0
    while index + 1 < tokens.count {
      if tokens[index] == pair[0] && tokens[index + 1] == pair[1] {
        if index > 0 {
          note([tokens[index - 1], pair[0]], -1)
          note([tokens[index - 1], product], 1)
        }
        tokens.replaceSubrange(index...index + 1, with: [product])
        if index + 1 < tokens.count {
          note([pair[1], tokens[index + 1]], -1)
          note([product, tokens[index + 1]], 1)
        }
      }
      index += 1
    }
  }

  func spelling(_ pair: [TokenID]) -> [UInt8] {
    Array(vocabulary.bytes(of: pair[0]) + vocabulary.bytes(of: pair[1]))
  }

  mutating func merge(_ pair: [TokenID]) -> TokenID {
    let parts = pair.map { Array(vocabulary.bytes(of: $0)) }
    merges.append(LearnedMerge(parts[0], parts[1]))
    return vocabulary.append(parts[0] + parts[1])
  }

  /// Whether, of two equally frequent pairs, the second is merged first.
  func loses(_ one: [TokenID], _ other: [TokenID]) -> Bool {
    let (a, b) = (spelling(one), spelling(other))
    if law == .sentencePiece {
      let (first, second) = (String(decoding: a, as: UTF8.self), String(decoding: b, as: UTF8.self))
      let lengths = (first.unicodeScalars.count, second.unicodeScalars.count)
      if lengths.0 != lengths.1 { return lengths.0 > lengths.1 }
      if a != b { return b.lexicographicallyPrecedes(a) }
      return (other[0], other[1]) < (one[0], one[1])
    }
    let (left, otherLeft) = (vocabulary.bytes(of: one[0]), vocabulary.bytes(of: other[0]))
    if left != otherLeft { return left.lexicographicallyPrecedes(otherLeft) }
    return vocabulary.bytes(of: one[1]).lexicographicallyPrecedes(vocabulary.bytes(of: other[1]))
  }

  func joined(_ tokens: [TokenID], _ pair: [TokenID], _ product: TokenID) -> [TokenID] {
    var joined: [TokenID] = []
    var rest = tokens[...]
    while let token = rest.popFirst() {
      if token == pair[0] && rest.first == pair[1] {
        rest.removeFirst()
        joined.append(product)
      } else {
        joined.append(token)
      }
    }
    return joined
  }
}
