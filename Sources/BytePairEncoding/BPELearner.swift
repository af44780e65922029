// Source: R. Sennrich, B. Haddow, A. Birch, ACL 2016, algorithm 1, in the incremental form and with
//   the law of ties and counts of Hugging Face tokenizers 0.23 (models/bpe/trainer.rs).
// Procedure: the most frequent pair of neighbours becomes a token, until the vocabulary is full; of
//   equally frequent pairs the one with the smaller (left id, right id). Overlapping occurrences
//   count ("aaa" has two of aa). Counts are kept exact by the changes that each merge makes; queue
//   entries go stale and are refreshed when they come to the front. Two habits of the original are
//   kept because ids depend on them: where two different pairs spell the same token they share its
//   id; and the count of a pair is not reset when it is merged, so that a pair that comes up again
//   (through such a shared token) is queued again, with its old count added. Of rules that then
//   stand twice the later rank counts. Counts are 64 bits (the original's overflow at 2^31).
// Complexity: O(total length of the different words + changes * log pairs) time; memory for the
//   words as 4 bytes a byte, and one posting for each word and pair.
// Determinism: a function of the words and their counts; their order does not matter.

/// Learns the merges of a BPE model from word counts.
public struct BPELearner: Sendable {
  /// The number of tokens to reach, initial ones included.
  public let vocabularySize: Int
  /// Pairs that occur less often are not merged.
  public let minimumFrequency: UInt64

  /// - Parameters:
  ///   - vocabularySize: At least the size of the initial vocabulary, or nothing is learned.
  ///   - minimumFrequency: 0 or 1 for no bound.
  public init(vocabularySize: Int, minimumFrequency: UInt64 = 0) {
    self.vocabularySize = vocabularySize
    self.minimumFrequency = minimumFrequency
  }

  /// Learns.
  ///
  /// - Parameters:
  ///   - words: The corpus.
  ///   - initial: The special tokens and the alphabet; bytes that it lacks are passed over.
  ///   - progress: Told the size of the vocabulary every now and then.
  /// - Returns: The initial vocabulary with the learned tokens behind it, and the merges by rank.
  public func learn(
    from words: WordCounts,
    initial: Vocabulary,
    progress: (Int) -> Void = { _ in }
  ) -> (vocabulary: Vocabulary, merges: [Merge]) {
    var vocabulary = initial
    var corpus = PairCorpus(words, alphabet: initial)
    var queue = PairQueue()
    corpus.queueChangedPairs(into: &queue)
    var merges: [Merge] = []
    while vocabulary.count < vocabularySize, let top = queue.pop() {
      let count = corpus.count(of: top.pair)
      guard count == top.count else {
        queue.push(PairQueue.Entry(count: count, pair: top.pair, words: top.words))
        continue
      }
      guard count >= 1, UInt64(count) >= minimumFrequency else { break }
      let left = TokenID(UInt32(truncatingIfNeeded: top.pair >> 32))
      let right = TokenID(UInt32(truncatingIfNeeded: top.pair))
      let bytes = vocabulary.bytes(of: left) + vocabulary.bytes(of: right)
      let product = vocabulary.append(Array(bytes))
      let merge = Merge(left: left, right: right, product: product)
      merges.append(merge)
      corpus.apply(merge, in: top.words)
      corpus.queueChangedPairs(into: &queue)
      if merges.count % 256 == 0 { progress(vocabulary.count) }
    }
    progress(vocabulary.count)
    return (vocabulary, Self.keepingLast(merges))
  }

  /// Removes all but the last of rules for the same pair.
  private static func keepingLast(_ merges: [Merge]) -> [Merge] {
    var seen: Set<UInt64> = []
    var kept: [Merge] = []
    for merge in merges.reversed() {
      let pair = UInt64(merge.left.rawValue) << 32 | UInt64(merge.right.rawValue)
      if seen.insert(pair).inserted { kept.append(merge) }
    }
    return kept.reversed()
  }
}
