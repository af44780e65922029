// Source: R. Sennrich, B. Haddow, A. Birch, ACL 2016, algorithm 1, in the incremental form and with
//   the law of ties and counts of Hugging Face tokenizers 0.23 (models/bpe/trainer.rs), or another
//   of ``LearningLaw``. The flat corpus follows L. Yikai's "Full" trainer for Hugging Face
//   tokenizers.
// Procedure: the most frequent pair of neighbours becomes a token, until the vocabulary is full.
//   Overlapping occurrences count ("aaa" has two of aa). Counts are kept exact by the changes that
//   each merge makes; queue entries go stale and are refreshed when they come to the front. Where
//   two different pairs spell the same token they share its id. Under Hugging Face's law the count
//   of a pair is not reset when it is merged, so that a pair that comes up again (through such a
//   shared token) is queued again, with its old count added; of rules that then stand twice the
//   later rank counts. Counts are 64 bits (the original's overflow at 2^31). In a large corpus rare
//   pairs are left out (see PairIndex.swift); that is exact only while no token is shared, so where
//   one is, learning begins again with all pairs.
// Complexity: O(bytes of the different words + occurrences of all merges + changes * log pairs)
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
  /// What words are cut into before anything is merged.
  public var symbols = InitialSymbols.bytes

  /// The count below which pairs are left out at first; nil to choose by the corpus.
  ///
  /// It shows in nothing but time and memory.
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

  /// Learns.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet; bytes that it lacks are passed over.
  ///   - known: The first merges, where they are known from an earlier run over the same words.
  ///   - progress: Told the vocabulary's size and the merges from time to time; what it throws
  ///     ends learning.
  /// - Returns: The initial vocabulary with the learned tokens behind it, and the merges by rank.
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

  /// Learns vocabularies of several sizes at once, each the one that would be learned alone.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet; bytes that it lacks are passed over.
  ///   - sizes: The sizes, in any order, none beyond ``vocabularySize``.
  ///   - known: The first merges, where they are known from an earlier run over the same words.
  ///   - progress: Told the vocabulary's size and the merges from time to time; what it throws
  ///     ends learning.
  /// - Returns: For each size the initial vocabulary with the learned tokens behind it, and the
  ///   merges by rank.
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

  /// About how much memory learning begins with: the words, each byte of them in a slot, and twice
  /// the places of neighbours.
  ///
  /// - Parameter words: The corpus.
  /// - Returns: The bytes, those of the words included; what is learned needs more as it goes on,
  ///   see ``LearningProgress/memory``.
  public static func memoryAtStart(from words: WordCounts) -> Int {
    let slots = words.byteCount + words.count
    return words.memory + slots * 9 / 2 + 8 * max(words.byteCount - words.count, 0)
  }

  /// A count that the last merge will probably not fall below.
  static func threshold(for words: WordCounts, tokens: Int) -> Int64 {
    words.byteCount < 1 << 20 ? 1 : Int64(clamping: words.total / UInt64(16 * max(tokens, 1)))
  }
}

/// How far learning is.
public struct LearningProgress: Sendable {
  /// The tokens so far, initial ones included.
  public let vocabularySize: Int
  /// The merges so far, by rank.
  public let merges: [Merge]
  /// What has been left out of the tokens that they make; nil for plain BPE.
  public let pruning: VocabularyPruning?
  /// About how many bytes learning has held so far at most, with the words that it learns from.
  public let memory: Int
}
