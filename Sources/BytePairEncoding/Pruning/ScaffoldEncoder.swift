// Procedure: BPE over the expanded vocabulary, then a split of each token that is left out.
// Complexity, Determinism: as BPEEncoder.swift.

/// BPE with scaffold tokens, which are split at the end.
struct ScaffoldEncoder: Sendable {
  private var bpe: BPEEncoder
  /// The number of tokens in the vocabulary.
  private let kept: UInt32
  private let splits: [[UInt32]]
  private var whole: [UInt32] = []

  init(bpe: BPEEncoder, kept: UInt32, splits: [[UInt32]]) {
    self.bpe = bpe
    self.kept = kept
    self.splits = splits
  }

  /// Appends the tokens that BPE gives, split.
  mutating func encode(
    into tokens: inout [UInt32],
    _ body: (inout BPEEncoder, inout [UInt32]) -> Void
  ) {
    whole.removeAll(keepingCapacity: true)
    body(&bpe, &whole)
    for token in whole {
      if token < kept {
        tokens.append(token)
      } else {
        tokens += splits[Int(token - kept)]
      }
    }
  }
}
