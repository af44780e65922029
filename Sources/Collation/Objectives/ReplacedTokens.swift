// Source: K. Clark, M.-T. Luong, Q. Le, C. Manning, "ELECTRA", ICLR 2020, section 2, with a law in place of the
//   generator (the paper's unigram generator, table 2).
// Procedure: each ordinary token is exchanged with the given rate; see TokenReplacement.swift. The target of an ordinary
//   token is 1 where another one stands in its place, else 0: a token exchanged for itself is not replaced.
// Complexity: O(n).
// Determinism: that of TokenReplacement.swift, with its site.

/// Finding the tokens that others stand for.
public struct ReplacedTokens: Sendable {
  /// What is exchanged.
  public let replacement: TokenReplacement

  /// - Parameter replacement: What is exchanged.
  public init(_ replacement: TokenReplacement) { self.replacement = replacement }

  /// Makes inputs and targets of a row.
  func apply(
    to row: inout Row,
    sample: UInt64,
    _ moment: NoiseContext,
    _ laws: inout NoiseLaws
  ) throws {
    row.input(row.ids.indices)
    try replacement.apply(to: &row, sample: sample, moment, &laws)
    for (id, input) in zip(row.ids, row.inputs) {
      let isOrdinary = !replacement.classes.isSpecial(id)
      row.targets.append(isOrdinary ? (id == input ? 0 : 1) : Batch.ignoredTarget)
    }
    row.targetBytes.append(contentsOf: repeatElement(0, count: row.ids.count))
  }
}
