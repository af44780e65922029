// Procedure: no merge crosses the ends of a token, so the making of a token does not depend on its
//   context. The merges of a token are those that segment its own bytes, wherever it stands, and
//   each distinct token is segmented once.
// Complexity: O(bytes of the distinct tokens).

extension BPEModel {
  /// The number of times each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: The number of occurrences of each token in the text under plain BPE,
  ///   by id.
  /// - Returns: A count for each merge. A token that no merges make, taken whole by a model that
  ///   ignores merges, adds nothing.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    var applications = [UInt64](repeating: 0, count: merges.merges.count)
    for (id, count) in tokenCounts.enumerated() where count > 0 {
      let bytes = Array(vocabulary.bytes(of: TokenID(id)))
      let steps = derivation(of: bytes)
      guard steps.count == bytes.count - 1 else { continue }
      for step in steps { applications[step.rank] += count }
    }
    return applications
  }
}
