// Source: N. Foroutan et al., "Parity-Aware Byte-Pair Encoding" (arXiv 2508.04796), algorithm 1, as
//   in Hugging Face tokenizers 0.23 (models/bpe/parity_trainer.rs, the base variant with a
//   development set).
// Procedure: each language has its own words and its side of a parallel text, the same sentences in
//   all. At each step the language whose side takes the most tokens (on a tie, the first) picks the
//   most frequent pair of its words, which is then merged in all languages. A language with no pair
//   left no longer picks.
// Complexity: that of BPELearner for each language, with all pairs in memory.
// Determinism: a function of the languages, in their order.

extension BPELearner {
  /// The data of one language.
  public struct Language: Sendable {
    /// The words that its merges are learned from.
    public var words: WordCounts
    /// Its side of the parallel text.
    public var parallel: WordCounts

    /// - Parameters:
    ///   - words: The words that its merges are learned from.
    ///   - parallel: Its side of the parallel text.
    public init(words: WordCounts, parallel: WordCounts) {
      self.words = words
      self.parallel = parallel
    }
  }

  /// Learns merges that compress all languages alike, for vocabularies of several sizes at once.
  ///
  /// - Parameters:
  ///   - languages: At least one.
  ///   - initial: The special tokens and the alphabet.
  ///   - sizes: The sizes, in any order, none beyond ``vocabularySize``.
  ///   - progress: Called from time to time with the vocabulary's size and the merges; an error
  ///     that it throws ends learning.
  /// - Returns: For each size the initial vocabulary followed by the learned tokens, and the merges
  ///   by rank.
  /// - Precondition: The law is not Hugging Face's, whose kept counts have no meaning here.
  public func learn(
    languages: [Language],
    initial: Vocabulary,
    sizes: [Int],
    progress: (LearningProgress) throws -> Void
  ) rethrows -> [(vocabulary: Vocabulary, merges: [Merge])] {
    precondition(!languages.isEmpty && !law.keepsCounts, "languages, and a law without kept counts")
    let runs = languages.map { LanguageRun(self, $0, initial: initial) }
    while runs[0].words.vocabularySize < vocabularySize {
      var chooser: LanguageRun?
      for run in runs where !run.isExhausted && run.length > chooser?.length ?? .min {
        chooser = run
      }
      guard let chooser else { break }
      guard let next = chooser.words.nextPair() else {
        chooser.isExhausted = true
        continue
      }
      for run in runs { run.merge(next.pair) }
      if runs[0].words.isReportDue() {
        try progress(
          LearningProgress(
            vocabularySize: runs[0].words.vocabularySize,
            merges: runs[0].words.merges,
            pruning: nil,
            memory: runs.reduce(0) { $0 + $1.memory }
          )
        )
      }
    }
    return sizes.map { runs[0].words.result($0) }
  }
}

/// The state of one language between two merges.
private final class LanguageRun {
  var words: LearningRun
  private var parallel: LearningRun
  /// The number of tokens on its side of the parallel text.
  private(set) var length: Int64
  /// Whether it has no pair left that is frequent enough.
  var isExhausted = false

  init(_ learner: BPELearner, _ language: BPELearner.Language, initial: Vocabulary) {
    words = LearningRun(learner, language.words, initial: initial, threshold: 1)
    parallel = LearningRun(learner, language.parallel, initial: initial, threshold: 1)
    length = parallel.tokenTotal
  }

  /// Its peak memory, in bytes.
  var memory: Int { words.peakMemory + parallel.peakMemory }

  func merge(_ pair: Pair) {
    _ = words.merge(words.candidate(pair))
    length -= parallel.merge(parallel.candidate(pair)) ?? 0
  }
}
