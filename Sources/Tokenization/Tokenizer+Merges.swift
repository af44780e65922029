public import BytePairEncoding

extension Tokenizer {
  /// The merges by rank; empty if the model is not a ``MergingModel``.
  public var merges: [Merge] { (model as? any MergingModel)?.mergesByRank ?? [] }

  /// The number of times each merge was applied to a text, by rank.
  ///
  /// Complexity: O(bytes of the used tokens).
  ///
  /// - Parameter tokenCounts: The number of occurrences of each token in the text under plain BPE,
  ///   by id.
  /// - Returns: One number for each of ``merges``.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    (model as? any MergingModel)?.mergeUsage(tokenCounts: tokenCounts) ?? []
  }
}
