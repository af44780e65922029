// Source: P. Chizhov, C. Arnett, E. Korotkova, I. Yamshchikov, "BPE Gets Picky" (EMNLP 2024, arXiv
//   2409.04599), algorithm 1, and its reference implementation (pchizhov/picky_bpe,
//   bpe_trainer.py).
// Procedure: learning as in BPELearner.swift. After a merge (x1, x2), the share of x1 that went
//   into it (its "intersection over self": joined / (joined + left)) is compared with the
//   threshold, then that of x2. A token whose share reaches it is removed: each remaining
//   occurrence is split into the two tokens that it was first made of, and recursively those of
//   them that are removed. A later merge may make it again. The first symbols are never removed.
//   The size of the vocabulary is the number of tokens not removed. The reference counts a merge
//   into an existing token as one more token; here it adds none.
// Complexity: that of BPELearner with all pairs in memory, and O(log n) for each token that is
//   split. Learning ends, because a step removes only tokens shorter than those that it makes.
// Determinism: as BPELearner.

/// Learning with removals, between two merges.
struct PickyRun: ~Copyable {
  private struct State {
    var mergeCount: Int
    var removalCount: Int
  }

  private var run: LearningRun
  private let share: Double
  /// The number of occurrences of each token in the corpus.
  private var counts: [Int64]
  private var isRemoved: [Bool]
  /// Where each learned token may lie.
  private var places: [[UInt32]] = []
  /// The number of entries of `places`, at most.
  private var placeCount = 0
  /// The merge that first made each learned token.
  private var origins: [Merge] = []
  private var removals: [VocabularyPruning.Removal] = []
  /// The number of tokens not removed.
  private var size: Int

  init(_ learner: BPELearner, _ words: WordCounts, initial: Vocabulary, share: Double) {
    // Splits bring pairs back, so rare ones cannot be left out.
    run = LearningRun(learner, words, initial: initial, threshold: 1)
    self.share = share
    counts = run.corpus.tokenCounts()
    isRemoved = Array(repeating: false, count: initial.count)
    size = initial.count
  }

  /// Continues until the vocabulary is full or no pair is left to merge.
  mutating func finish(
    _ sizes: [Int],
    _ progress: (LearningProgress) throws -> Void
  ) rethrows -> [BPELearner.PrunedResult] {
    var marks = SizeMarks<State>(sizes)
    marks.reach(size, state)
    while size < run.learner.vocabularySize, let next = run.nextPair() {
      merge(next)
      marks.reach(size, state)
      if run.isReportDue() { try report(to: progress) }
    }
    try report(to: progress)
    return sizes.map { result(marks[$0, state]) }
  }

  private mutating func merge(_ next: Candidate) {
    let maybe = run.places(of: next)
    guard let joined = run.merge(next), let merge = run.merges.last else { return }
    let product = merge.product.index
    if product == counts.count {
      counts.append(0)
      isRemoved.append(false)
      places.append([])
      origins.append(merge)
      size += 1
    } else if isRemoved[product] {
      isRemoved[product] = false
      size += 1
    }
    if product >= run.initialCount {
      for place in maybe where run.corpus.slots[Int(place)] == merge.product.rawValue {
        places[product - run.initialCount].append(place)
        placeCount += 1
      }
    }
    counts[product] += joined
    counts[merge.left.index] -= joined
    counts[merge.right.index] -= joined
    removeIfUsedUp(merge.left, joined)
    if merge.right != merge.left { removeIfUsedUp(merge.right, joined) }
  }

  private mutating func removeIfUsedUp(_ token: TokenID, _ joined: Int64) {
    let left = counts[token.index]
    guard token.index >= run.initialCount, joined > 0,
      Double(joined) / Double(joined + left) >= share
    else { return }
    isRemoved[token.index] = true
    size -= 1
    let removal = VocabularyPruning.Removal(token, after: run.merges.count)
    removals.append(removal)
    let parts = removal.parts(isRemoved) { origins[$0.index - run.initialCount] }
    let starts = run.split(
      token.rawValue,
      into: parts,
      at: places[token.index - run.initialCount].sorted()
    )
    placeCount -= places[token.index - run.initialCount].count
    places[token.index - run.initialCount] = []
    counts[token.index] = 0
    var offset: UInt32 = 0
    for part in parts {
      counts[Int(part)] += left
      if Int(part) >= run.initialCount {
        places[Int(part) - run.initialCount] += starts.map { $0 + offset }
        placeCount += starts.count
      }
      offset += UInt32(run.corpus.span(of: part))
    }
  }

  private var state: State {
    State(mergeCount: run.merges.count, removalCount: removals.count)
  }

  private func result(_ state: State) -> BPELearner.PrunedResult {
    BPELearner.PrunedResult(
      vocabulary: run.vocabulary(madeBy: state.mergeCount),
      merges: Array(run.merges[..<state.mergeCount]),
      pruning: .removals(Array(removals[..<state.removalCount]))
    )
  }

  private func report(to progress: (LearningProgress) throws -> Void) rethrows {
    try progress(
      LearningProgress(
        vocabularySize: size,
        merges: run.merges,
        pruning: .removals(removals),
        // `places` is reassembled as tokens are learned and split.
        memory: run.peakMemory + 16 * placeCount
      )
    )
  }
}
