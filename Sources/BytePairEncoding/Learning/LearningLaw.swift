// Source: Hugging Face tokenizers 0.23 (models/bpe/trainer.rs); subword-nmt 0.3.8 (learn_bpe.py);
//   SentencePiece 0.2 (bpe_model_trainer.cc); Stanford CS336 and minbpe for plain bytes.

/// The order in which equally frequent pairs are merged, and how pairs are counted.
///
/// Under all laws overlapping occurrences count ("aaa" has two of aa), and a merge proceeds from
/// left to right.
public enum LearningLaw: String, CaseIterable, Sendable {
  /// The smaller (left id, right id). The count of a merged pair is kept; see decision 6.
  case huggingFace = "huggingface"
  /// The greater (left, right) by bytes.
  case subwordNMT = "subword-nmt"
  /// The pair with fewer characters, then the smaller by bytes, then by ids. (SentencePiece itself
  /// considers only some of the pairs at a time, so its merges can differ.)
  case sentencePiece = "sentencepiece"
  /// The greater (left, right) by bytes, as in the textbook `max` over byte strings.
  case bytes

  /// Whether a merged pair that reappears is queued separately, with its old count added.
  var keepsCounts: Bool { self == .huggingFace }

  /// Whether the first of two pairs with equal counts is merged before the second.
  @inline(__always)
  func prefers(_ first: Pair, to second: Pair, in vocabulary: borrowing Vocabulary) -> Bool {
    if self == .huggingFace { return first < second }
    return prefersSpelling(first, to: second, in: vocabulary)
  }

  @inline(never)
  private func prefersSpelling(
    _ first: Pair,
    to second: Pair,
    in vocabulary: borrowing Vocabulary
  ) -> Bool {
    if first == second { return false }
    let lefts = [first.left, second.left].map { vocabulary.bytes(of: TokenID($0)) }
    let rights = [first.right, second.right].map { vocabulary.bytes(of: TokenID($0)) }
    if self == .sentencePiece {
      let spellings = zip(lefts, rights).map { Array($0 + $1) }
      let lengths = spellings.map { $0.count { $0 & 0xC0 != 0x80 } }
      if lengths[0] != lengths[1] { return lengths[0] < lengths[1] }
      if spellings[0] != spellings[1] {
        return spellings[0].lexicographicallyPrecedes(spellings[1])
      }
      return first < second
    }
    if lefts[0] != lefts[1] { return lefts[1].lexicographicallyPrecedes(lefts[0]) }
    return rights[1].lexicographicallyPrecedes(rights[0])
  }
}
