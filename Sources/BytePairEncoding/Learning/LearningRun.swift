// Procedure and laws: see BPELearner.swift.

/// The state of learning between two merges.
struct LearningRun: ~Copyable {
  private let learner: BPELearner
  private var vocabulary: Vocabulary
  private var merges: [Merge] = []
  private var corpus: FlatCorpus
  private var index: PairIndex
  private var queue: PairQueue
  private var pass = MergePass()
  /// Whether the index holds all pairs.
  private let isComplete: Bool

  /// - Parameter threshold: Pairs that are less frequent are left out; 1 for none.
  init(_ learner: BPELearner, _ words: WordCounts, initial: Vocabulary, threshold: Int64) {
    self.learner = learner
    vocabulary = initial
    corpus = FlatCorpus(words, vocabulary: initial, symbols: learner.symbols)
    index = PairIndex(threshold: threshold, limits: learner.limits)
    queue = PairQueue(learner.law)
    isComplete = threshold <= 1
    index.scan(corpus, into: &queue, vocabulary)
  }

  /// Merges until the vocabulary is full or nothing is left to merge.
  ///
  /// - Returns: Whether that went well: false where a token came up that is shared by two pairs, and
  ///   the index lacks pairs.
  mutating func finish(_ progress: (Int) -> Void) -> Bool {
    while vocabulary.count < learner.vocabularySize, let next = nextPair() {
      let left = TokenID(next.pair.left)
      let right = TokenID(next.pair.right)
      let known = vocabulary.count
      let product = vocabulary.append(
        Array(vocabulary.bytes(of: left) + vocabulary.bytes(of: right))
      )
      if product.index < known {
        if !isComplete { return false }
      } else {
        corpus.addToken(vocabulary.bytes(of: product))
      }
      merges.append(Merge(left: left, right: right, product: product))
      apply(next, product.rawValue)
      if merges.count % 256 == 0 { progress(vocabulary.count) }
    }
    progress(vocabulary.count)
    return true
  }

  /// The next pair to merge, with its count as it is.
  private mutating func nextPair() -> Candidate? {
    let least = Int64(clamping: max(learner.minimumFrequency, 1))
    while true {
      guard let top = queue.pop(vocabulary), top.count >= max(index.threshold, least) else {
        guard index.threshold > least else { return nil }
        index.threshold = max(index.threshold / 16, least)
        index.scan(corpus, into: &queue, vocabulary)
        continue
      }
      let count = index.table.count(of: top.pair)
      if count == top.count { return top }
      // Without kept counts, a pair that has gained was queued again when it did.
      if count > 0 && (count < top.count || learner.law.keepsCounts) {
        queue.push(Candidate(count: count, pair: top.pair, postings: top.postings), vocabulary)
      }
    }
  }

  private mutating func apply(_ next: Candidate, _ product: UInt32) {
    let pair = next.pair
    if let earlier = index.earlier[pair] {
      var places: [UInt32]
      if learner.law.keepsCounts {
        places = corpus.occurrences(of: pair, inWordsAt: index.positions.slice(next.postings.range))
      } else {
        let all = earlier + [index.table.find(pair)?.pointee.postings ?? next.postings]
        places = all.flatMap { Array(index.positions.slice($0.range)) }.sorted()
      }
      places.withUnsafeBufferPointer { pass.join(pair, into: product, at: $0, corpus) }
    } else {
      pass.join(pair, into: product, at: index.positions.slice(next.postings.range), corpus)
    }
    pass.enter(pair, product, corpus, &index, &queue, vocabulary)
    index.settle(pair, keepingCount: learner.law.keepsCounts)
  }

  /// The vocabulary, and the merges by rank: of rules that stand twice the last.
  consuming func result() -> (vocabulary: Vocabulary, merges: [Merge]) {
    var seen: Set<UInt64> = []
    var kept: [Merge] = []
    for merge in merges.reversed() {
      if seen.insert(Pair(merge.left.rawValue, merge.right.rawValue)).inserted {
        kept.append(merge)
      }
    }
    return (vocabulary, kept.reversed())
  }
}
