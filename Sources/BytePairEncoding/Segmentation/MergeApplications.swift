// Procedure: what stands outside of a token in a word has no part in how the token came to be: no merge
//   crosses its ends. So the merges behind a token are those that cut its own bytes, however often and
//   wherever it stands, and each token of a text need be looked at once.
// Complexity: O(bytes of the used tokens).

extension BPEModel {
  /// How often each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: How often plain BPE gave each token for the text, by id.
  /// - Returns: A number for each merge. A token that no merges make, taken whole by a model that
  ///   ignores merges, adds nothing.
  public func mergeApplications(tokenCounts: [UInt64]) -> [UInt64] {
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
