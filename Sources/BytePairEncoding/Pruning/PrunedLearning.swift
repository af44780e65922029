// Source, Procedure: see PickyLearning.swift and ScaffoldLearning.swift.

extension BPELearner {
  /// The method that finds the tokens to leave out.
  public enum PruningMethod: Hashable, Sendable {
    /// PickyBPE: a token is removed when a large enough share of it went into the last merge.
    case picky(threshold: Double)
    /// Scaffold-BPE: a token is left out while it is rarer than the next pair to merge.
    case scaffold
  }

  /// The result of pruned learning.
  public struct PrunedResult: Sendable {
    /// The initial vocabulary followed by all tokens that were made.
    public var vocabulary: Vocabulary
    /// The merges in order.
    public var merges: [Merge]
    /// The tokens that are left out.
    public var pruning: VocabularyPruning
  }

  /// Learns vocabularies without merely intermediate tokens, of several sizes at once.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet, which always stay.
  ///   - sizes: The numbers of tokens, not counting those left out, in any order, none beyond
  ///     ``vocabularySize``.
  ///   - pruningMethod: The method that finds the tokens to leave out.
  ///   - progress: Called from time to time with the vocabulary's size and the merges; an error
  ///     that it throws ends learning.
  /// - Returns: The result for each size.
  /// - Precondition: The law is not Hugging Face's, whose kept counts have no meaning here.
  public func learn(
    from words: WordCounts,
    initial: Vocabulary,
    sizes: [Int],
    pruningMethod: PruningMethod,
    progress: (LearningProgress) throws -> Void
  ) rethrows -> [PrunedResult] {
    precondition(!law.keepsCounts, "a law without kept counts")
    switch pruningMethod {
    case .picky(let threshold):
      var run = PickyRun(self, words, initial: initial, share: threshold)
      return try run.finish(sizes, progress)
    case .scaffold:
      // As in plain learning: rare pairs are left out until a token is shared.
      let threshold = threshold ?? Self.threshold(for: words, tokens: vocabularySize)
      if threshold > 1 {
        var run = ScaffoldRun(self, words, initial: initial, threshold: threshold)
        if let results = try run.finish(sizes, progress) { return results }
      }
      var run = ScaffoldRun(self, words, initial: initial, threshold: 1)
      return try run.finish(sizes, progress) ?? []
    }
  }
}

/// The state of a run at the moment its vocabulary reached each wanted size.
struct SizeMarks<State> {
  private var wanted: [Int]
  private var marks: [Int: State] = [:]

  init(_ sizes: [Int]) { wanted = Set(sizes).sorted(by: >) }

  /// Records the state for all sizes up to the one reached.
  mutating func reach(_ size: Int, _ state: @autoclosure () -> State) {
    while let next = wanted.last, next <= size {
      marks[next] = state()
      wanted.removeLast()
    }
  }

  /// The state at a size; `last` if that size was not reached.
  subscript(size: Int, last: State) -> State { marks[size] ?? last }
}
