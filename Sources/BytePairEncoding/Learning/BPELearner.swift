// Source: R. Sennrich, B. Haddow, A. Birch, ACL 2016, algorithm 1, made incremental, with the
//   tie-breaking and counting of Hugging Face tokenizers 0.23 (models/bpe/trainer.rs) or another
//   ``LearningLaw``. The flat corpus follows L. Yikai's "Full" trainer for Hugging Face tokenizers.
// Procedure: the most frequent pair of neighbours becomes a token, until the vocabulary is full.
//   Overlapping occurrences count ("aaa" has two of aa). Each merge updates the counts exactly;
//   queue entries may be stale and are refreshed when they reach the front. Two different pairs
//   that spell the same token share its id. Hugging Face's law does not reset the count of a merged
//   pair, so a pair that reappears (through a shared token) is queued again with its old count
//   added; of duplicate rules the later rank counts. Counts are 64 bits (the original's overflow at
//   2^31). In a large corpus rare pairs are left out (see PairIndex.swift). That is exact only
//   while no token is shared; as soon as one is, learning restarts with all pairs.
// Complexity: O(bytes of the distinct words + occurrences of all merges + changes * log pairs)
//   time.
// Determinism: a function of the words and their counts; their order does not matter.

/// Learns the merges of a BPE model from word counts.
public struct BPELearner: Sendable {
  /// The number of tokens to reach, initial ones included.
  public var vocabularySize: Int
  /// Pairs that occur less often are not merged.
  public var minimumFrequency: UInt64
  /// The order of equally frequent pairs, and how they are counted.
  public var law: LearningLaw
  /// Which tokens may be joined.
  public var limits: JoinLimits
  /// The symbols that words are cut into before the first merge.
  public var symbols = InitialSymbols.bytes

  /// The count below which pairs are left out at first; nil to derive it from the corpus.
  ///
  /// It affects only time and memory.
  package var threshold: Int64?

  /// - Parameters:
  ///   - vocabularySize: At least the size of the initial vocabulary, or nothing is learned.
  ///   - minimumFrequency: 0 or 1 for no bound.
  ///   - law: The order of equally frequent pairs, and how they are counted.
  ///   - limits: Which tokens may be joined.
  public init(
    vocabularySize: Int,
    minimumFrequency: UInt64 = 0,
    law: LearningLaw = .huggingFace,
    limits: JoinLimits = JoinLimits()
  ) {
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
    self.law = law
    self.limits = limits
  }

  /// Learns a vocabulary and its merges.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet; bytes that it lacks are skipped.
  ///   - known: The first merges, if an earlier run over the same words has found them.
  ///   - progress: Called from time to time with the vocabulary's size and the merges; an error
  ///     that it throws ends learning.
  /// - Returns: The initial vocabulary followed by the learned tokens, and the merges by rank.
  public func learn(
    from words: WordCounts,
    initial: Vocabulary,
    known: [Merge] = [],
    progress: (LearningProgress) throws -> Void
  ) rethrows -> (vocabulary: Vocabulary, merges: [Merge]) {
    let results = try learn(
      from: words,
      initial: initial,
      sizes: [vocabularySize],
      known: known,
      progress: progress
    )
    return results[0]
  }

  /// Learns vocabularies of several sizes at once, each identical to one learned on its own.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet; bytes that it lacks are skipped.
  ///   - sizes: The sizes, in any order, none beyond ``vocabularySize``.
  ///   - known: The first merges, if an earlier run over the same words has found them.
  ///   - progress: Called from time to time with the vocabulary's size and the merges; an error
  ///     that it throws ends learning.
  /// - Returns: For each size the initial vocabulary followed by the learned tokens, and the merges
  ///   by rank.
  public func learn(
    from words: WordCounts,
    initial: Vocabulary,
    sizes: [Int],
    known: [Merge] = [],
    progress: (LearningProgress) throws -> Void
  ) rethrows -> [(vocabulary: Vocabulary, merges: [Merge])] {
    if var run = LearningRun(self, words, initial: initial, known: known) {
      if try run.finish(progress) { return sizes.map { run.result($0) } }
    }
    let threshold = threshold ?? Self.threshold(for: words, tokens: vocabularySize)
    if threshold > 1 {
      var run = LearningRun(self, words, initial: initial, threshold: threshold)
      if try run.finish(progress) { return sizes.map { run.result($0) } }
    }
    var run = LearningRun(self, words, initial: initial, threshold: 1)
    _ = try run.finish(progress)
    return sizes.map { run.result($0) }
  }

  /// An estimate of the memory that learning starts with: the words, a slot for each of their
  /// bytes, and the positions of neighbours twice.
  ///
  /// - Parameter words: The corpus.
  /// - Returns: Bytes, those of the words included. Learning needs more as it proceeds; see
  ///   ``LearningProgress/memory``.
  public static func memoryAtStart(from words: WordCounts) -> Int {
    let slots = words.byteCount + words.count
    return words.memory + slots * 9 / 2 + 8 * max(words.byteCount - words.count, 0)
  }

  /// A count that the last merge is unlikely to fall below.
  static func threshold(for words: WordCounts, tokens: Int) -> Int64 {
    words.byteCount < 1 << 20 ? 1 : Int64(clamping: words.total / UInt64(16 * max(tokens, 1)))
  }
}

/// How far learning has got.
public struct LearningProgress: Sendable {
  /// The tokens so far, initial ones included.
  public let vocabularySize: Int
  /// The merges so far, by rank.
  public let merges: [Merge]
  /// The tokens left out so far; nil for plain BPE.
  public let pruning: VocabularyPruning?
  /// An estimate of peak memory so far in bytes, the words included.
  public let memory: Int
}
