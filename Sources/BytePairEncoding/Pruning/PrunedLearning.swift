// Source, Procedure: see PickyLearning.swift and ScaffoldLearning.swift.

extension BPELearner {
  /// The method that finds tokens a vocabulary can do without.
  public enum PruningMethod: Hashable, Sendable {
    /// PickyBPE: a token goes when so large a share of it went into the last merge.
    case picky(threshold: Double)
    /// Scaffold-BPE: a token goes while it is rarer than what would be merged next.
    case scaffold
  }

  /// What pruned learning gives.
  public struct PrunedResult: Sendable {
    /// The initial vocabulary, with all tokens that were made behind it.
    public var vocabulary: Vocabulary
    /// The merges in order.
    public var merges: [Merge]
    /// Which of the tokens are left out.
    public var pruning: VocabularyPruning
  }

  /// Learns vocabularies without merely intermediate tokens, of several sizes at once.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet, which always stay.
  ///   - sizes: The numbers of tokens without those left out, in any order, none beyond
  ///     ``vocabularySize``.
  ///   - pruningMethod: Which tokens are left out.
  ///   - progress: Told the vocabulary's size and the merges from time to time; what it throws
  ///     ends learning.
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

/// The state of a run when its vocabulary had the sizes that are wanted.
struct SizeMarks<State> {
  private var wanted: [Int]
  private var marks: [Int: State] = [:]

  init(_ sizes: [Int]) { wanted = Set(sizes).sorted(by: >) }

  /// Notes the state for all sizes up to the one that is reached.
  mutating func reach(_ size: Int, _ state: @autoclosure () -> State) {
    while let next = wanted.last, next <= size {
      marks[next] = state()
      wanted.removeLast()
    }
  }

  /// The state at a size, or where it was not reached the last.
  subscript(size: Int, last: State) -> State { marks[size] ?? last }
}
