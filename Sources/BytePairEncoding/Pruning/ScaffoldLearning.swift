// Source: H. Lian et al., "Scaffold-BPE" (AAAI 2025, arXiv 2404.17808), algorithm 1.
// Procedure: learning as in BPELearner.swift, with a check of both parts after each merge: a part
//   that is now rarer than the head of the queue becomes a scaffold token and re-enters the queue
//   with its count. It becomes a normal token again when it reaches the head, or when a merge makes
//   it again. The first symbols are always normal. The size of the vocabulary is the number of
//   normal tokens. The paper leaves ties open: a token precedes an equally frequent pair, and an
//   older token a newer one. A pair that spells a scaffold token is merged, where the paper skips
//   it.
// Complexity: that of BPELearner, and O(log n) for each merge.
// Determinism: as BPELearner.

/// Learning with scaffold tokens, between two merges.
struct ScaffoldRun: ~Copyable {
  private struct State {
    var mergeCount: Int
    var scaffold: [TokenID]
  }

  private var run: LearningRun
  /// The number of occurrences of each token in the corpus.
  private var counts: [Int64]
  private var isScaffold: [Bool]
  /// The scaffold tokens by falling counts; counts may have fallen since they were queued.
  private var scaffold = PairQueue(.huggingFace)
  /// The number of normal tokens.
  private var size: Int
  /// The next pair to merge.
  private var next: Candidate?

  init(_ learner: BPELearner, _ words: WordCounts, initial: Vocabulary, threshold: Int64) {
    run = LearningRun(learner, words, initial: initial, threshold: threshold)
    counts = run.corpus.tokenCounts()
    isScaffold = Array(repeating: false, count: initial.count)
    size = initial.count
    next = run.nextPair()
  }

  /// Continues until the vocabulary is full or the queue is empty; nil if pairs that were left out
  /// might matter.
  mutating func finish(
    _ sizes: [Int],
    _ progress: (LearningProgress) throws -> Void
  ) rethrows -> [BPELearner.PrunedResult]? {
    var marks = SizeMarks<State>(sizes)
    marks.reach(size, state)
    while size < run.learner.vocabularySize {
      let token = topScaffold()
      if let token, token.count >= next?.count ?? 0 {
        isScaffold[Int(token.pair)] = false
        size += 1
      } else if let pair = next {
        guard merge(pair) else { return nil }
      } else {
        break
      }
      marks.reach(size, state)
      if run.isReportDue() { try report(to: progress) }
    }
    try report(to: progress)
    return sizes.map { result(marks[$0, state]) }
  }

  private mutating func merge(_ pair: Candidate) -> Bool {
    guard let joined = run.merge(pair), let merge = run.merges.last else { return false }
    let product = merge.product.index
    if product == counts.count {
      counts.append(0)
      isScaffold.append(false)
      size += 1
    } else if isScaffold[product] {
      isScaffold[product] = false
      size += 1
    }
    counts[product] += joined
    counts[merge.left.index] -= joined
    counts[merge.right.index] -= joined
    next = run.nextPair()
    let head = max(next?.count ?? 0, topScaffold()?.count ?? 0)
    for token in Set([merge.left, merge.right]).sorted() {
      let id = token.index
      guard id >= run.initialCount, !isScaffold[id], counts[id] < head else { continue }
      isScaffold[id] = true
      size -= 1
      queue(id)
    }
    return true
  }

  private mutating func queue(_ token: Int) {
    guard counts[token] >= max(run.learner.minimumFrequency, 1) else { return }
    let entry = Candidate(count: counts[token], pair: Pair(token), postings: Postings())
    scaffold.push(entry, run.vocabulary)
  }

  /// The most frequent scaffold token, with its current count.
  private mutating func topScaffold() -> Candidate? {
    while let top = scaffold.pop(run.vocabulary) {
      let token = Int(top.pair)
      guard isScaffold[token] else { continue }
      let isFresh = counts[token] == top.count
      queue(token)
      if isFresh { return top }
    }
    return nil
  }

  private var state: State {
    State(
      mergeCount: run.merges.count,
      scaffold: isScaffold.indices.filter { isScaffold[$0] }.map { TokenID($0) }
    )
  }

  private func result(_ state: State) -> BPELearner.PrunedResult {
    BPELearner.PrunedResult(
      vocabulary: run.vocabulary(madeBy: state.mergeCount),
      merges: LearningRun.rules(of: run.merges[..<state.mergeCount]),
      pruning: .scaffold(state.scaffold)
    )
  }

  private func report(to progress: (LearningProgress) throws -> Void) rethrows {
    let pruning = VocabularyPruning.scaffold(state.scaffold)
    try progress(
      LearningProgress(
        vocabularySize: size,
        merges: run.merges,
        pruning: pruning,
        memory: run.peakMemory
      )
    )
  }
}
