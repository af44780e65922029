// Procedure and laws: see BPELearner.swift.

/// The state of learning between two merges.
struct LearningRun: ~Copyable {
  let learner: BPELearner
  private(set) var vocabulary: Vocabulary
  let initialCount: Int
  private(set) var merges: [Merge] = []
  private(set) var corpus: FlatCorpus
  var index: PairIndex
  var queue: PairQueue
  private var pass = MergePass()
  private let wordsMemory: Int
  /// The bytes of all tokens.
  private var tokenBytes = 0
  /// Peak memory of learning so far in bytes, the words included.
  private(set) var peakMemory: Int
  private var reportedMemory = 0
  /// Whether the index holds all pairs.
  private let isComplete: Bool

  /// Starts a run; pairs less frequent than the threshold are left out.
  init(_ learner: BPELearner, _ words: WordCounts, initial: Vocabulary, threshold: Int64) {
    self.learner = learner
    vocabulary = initial
    initialCount = initial.count
    wordsMemory = words.memory
    peakMemory = BPELearner.memoryAtStart(from: words)
    corpus = FlatCorpus(words, vocabulary: initial, symbols: learner.symbols)
    index = PairIndex(threshold: threshold, limits: learner.limits)
    queue = PairQueue(learner.law)
    isComplete = threshold <= 1
    index.scan(corpus, into: &queue, vocabulary)
  }

  /// Resumes an earlier run from its merges; nil if they do not determine its state: there are
  /// none, or two of them made the same token.
  init?(_ learner: BPELearner, _ words: WordCounts, initial: Vocabulary, known: [Merge]) {
    var vocabulary = initial
    for merge in known {
      let next = vocabulary.count
      let parts = vocabulary.bytes(of: merge.left) + vocabulary.bytes(of: merge.right)
      guard vocabulary.append(Array(parts)).index == next, merge.product.index == next else {
        return nil
      }
    }
    var merges = known
    switch learner.symbols {
    case .bytes: break
    case .characters: return nil
    case .segmentation(let model): merges = model.merges.merges + known
    }
    guard !known.isEmpty, let model = try? BPEModel(vocabulary: vocabulary, merges: merges) else {
      return nil
    }
    self.learner = learner
    self.vocabulary = vocabulary
    initialCount = initial.count
    self.merges = known
    wordsMemory = words.memory
    peakMemory = BPELearner.memoryAtStart(from: words)
    corpus = FlatCorpus(words, vocabulary: vocabulary, symbols: .segmentation(model))
    let least = Int64(clamping: max(learner.minimumFrequency, 1))
    index = PairIndex(threshold: least, limits: learner.limits)
    queue = PairQueue(learner.law)
    isComplete = false
    index.scan(corpus, into: &queue, vocabulary)
  }

  /// Merges until the vocabulary is full or no pair is left.
  ///
  /// - Returns: Whether the result is exact: false if two pairs shared a token while the index
  ///   lacked pairs.
  mutating func finish(_ progress: (LearningProgress) throws -> Void) rethrows -> Bool {
    while vocabulary.count < learner.vocabularySize, let next = nextPair() {
      guard merge(next) != nil else { return false }
      try reportNowAndThen(to: progress)
    }
    try report(to: progress)
    return true
  }

  /// Merges a pair.
  ///
  /// - Parameter next: The pair with its current count.
  /// - Returns: By how many tokens the corpus shrank, by weight; nil if two pairs share the token
  ///   and the index lacks pairs.
  mutating func merge(_ next: Candidate) -> Int64? {
    let left = TokenID(next.pair.left)
    let right = TokenID(next.pair.right)
    let known = vocabulary.count
    let product = vocabulary.append(
      Array(vocabulary.bytes(of: left) + vocabulary.bytes(of: right))
    )
    if product.index < known {
      if !isComplete { return nil }
    } else {
      corpus.addToken(vocabulary.bytes(of: product))
    }
    merges.append(Merge(left: left, right: right, product: product))
    let joined = apply(next, product.rawValue)
    if product.index == known { tokenBytes += corpus.span(of: product.rawValue) }
    peakMemory = max(peakMemory, memory)
    return joined
  }

  /// The tokens so far, initial ones included.
  var vocabularySize: Int { vocabulary.count }

  /// The memory that it holds in bytes, the words included; each token is counted in the
  /// vocabulary, the tokenizer and its file.
  private var memory: Int {
    wordsMemory + corpus.memory + index.memory + queue.memory + pass.memory + 4 * tokenBytes
  }

  /// The number of tokens in all words, by weight.
  var tokenTotal: Int64 { corpus.tokenTotal }

  /// A pair with its count and its positions in this corpus.
  func candidate(_ pair: Pair) -> Candidate {
    let entry = index.table.find(pair)?.pointee
    return Candidate(count: entry?.count ?? 0, pair: pair, postings: entry?.postings ?? Postings())
  }

  /// Whether to report progress: every 256 merges, and whenever peak memory has grown by an eighth.
  mutating func isReportDue() -> Bool {
    guard merges.count % 256 == 0 || peakMemory > reportedMemory / 8 * 9 else { return false }
    reportedMemory = peakMemory
    return true
  }

  private mutating func reportNowAndThen(
    to progress: (LearningProgress) throws -> Void
  ) rethrows {
    if isReportDue() { try report(to: progress) }
  }

  private func report(to progress: (LearningProgress) throws -> Void) rethrows {
    try progress(
      LearningProgress(
        vocabularySize: vocabulary.count,
        merges: merges,
        pruning: nil,
        memory: peakMemory
      )
    )
  }

  /// The next pair to merge, with its current count.
  mutating func nextPair() -> Candidate? {
    let least = Int64(clamping: max(learner.minimumFrequency, 1))
    while true {
      guard let top = queue.pop(vocabulary), top.count >= max(index.threshold, least) else {
        guard index.threshold > least else { return nil }
        index.threshold = max(index.threshold / 16, least)
        index.scan(corpus, into: &queue, vocabulary)
        continue
      }
      let count = index.table.count(of: top.pair)
      // A kept count is that of the positions the candidate was queued for; any other is that of
      // all.
      if count == top.count { return learner.law.keepsCounts ? top : candidate(top.pair) }
      // Without kept counts, a pair that has gained was queued again when it did.
      if count > 0 && (count < top.count || learner.law.keepsCounts) {
        queue.push(Candidate(count: count, pair: top.pair, postings: top.postings), vocabulary)
      }
    }
  }

  private mutating func apply(_ next: Candidate, _ product: UInt32) -> Int64 {
    let pair = next.pair
    let joined: Int64
    if let places = scatteredPlaces(of: next) {
      joined = places.withUnsafeBufferPointer { pass.join(pair, into: product, at: $0, corpus) }
    } else {
      joined = pass.join(
        pair,
        into: product,
        at: index.positions.slice(next.postings.range),
        corpus
      )
      index.recycle(next.postings)
    }
    pass.enter(pair, product, corpus, &index, &queue, vocabulary)
    index.settle(pair, keepingCount: learner.law.keepsCounts)
    return joined
  }

  /// Where a pair that was gained more than once may lie, ascending; nil if its postings are
  /// complete.
  private func scatteredPlaces(of next: Candidate) -> [UInt32]? {
    guard let earlier = index.earlier[next.pair] else { return nil }
    if learner.law.keepsCounts {
      let places = index.positions.slice(next.postings.range)
      return corpus.occurrences(of: next.pair, inWordsAt: places)
    }
    return (earlier + [next.postings]).flatMap { Array(index.positions.slice($0.range)) }.sorted()
  }

  /// Where a pair may lie, ascending.
  func places(of next: Candidate) -> [UInt32] {
    scatteredPlaces(of: next) ?? Array(index.positions.slice(next.postings.range))
  }

  /// The vocabulary of a given size, and its merges by rank; of duplicate rules the last.
  func result(_ size: Int) -> (vocabulary: Vocabulary, merges: [Merge]) {
    // Learning ends with the merge that makes the last token.
    let last = merges.firstIndex { $0.product.index == size - 1 }
    let end = size <= initialCount ? 0 : last.map { $0 + 1 } ?? merges.count
    return (vocabulary(of: size), Self.rules(of: merges[..<end]))
  }

  /// The initial tokens and the products of the first `mergeCount` merges.
  func vocabulary(madeBy mergeCount: Int) -> Vocabulary {
    vocabulary(of: merges[..<mergeCount].reduce(initialCount) { max($0, $1.product.index + 1) })
  }

  /// The first tokens.
  func vocabulary(of size: Int) -> Vocabulary {
    var shorter = Vocabulary()
    for id in 0..<min(size, vocabulary.count) {
      if vocabulary.contains(TokenID(id)) {
        shorter.append(Array(vocabulary.bytes(of: TokenID(id))))
      } else {
        shorter.appendGap()
      }
    }
    return shorter
  }

  /// Merges by rank; of duplicate rules the last.
  static func rules(of merges: ArraySlice<Merge>) -> [Merge] {
    var seen: Set<UInt64> = []
    var kept: [Merge] = []
    for merge in merges.reversed() {
      if seen.insert(Pair(merge.left.rawValue, merge.right.rawValue)).inserted {
        kept.append(merge)
      }
    }
    return kept.reversed()
  }
}
