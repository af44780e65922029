// Procedure: BPE with the tokens that are left out, and at the end each of those split.
// Complexity, Determinism: as BPEEncoder.swift.

/// BPE with scaffold tokens, which are split at the end.
struct ScaffoldEncoder: Sendable {
  private var bpe: BPEEncoder
  /// How many tokens are in the vocabulary.
  private let kept: UInt32
  private let splits: [[UInt32]]
  private var whole: [UInt32] = []

  init(bpe: BPEEncoder, kept: UInt32, splits: [[UInt32]]) {
    self.bpe = bpe
    self.kept = kept
    self.splits = splits
  }

  /// Appends what BPE gives, split.
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
