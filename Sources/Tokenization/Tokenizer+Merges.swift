public import BytePairEncoding

extension Tokenizer {
  /// The merges by rank; none where the model is no ``MergingModel``.
  public var merges: [Merge] { (model as? any MergingModel)?.mergesByRank ?? [] }

  /// How often each merge was applied to a text, by rank.
  ///
  /// Complexity: O(bytes of the used tokens).
  ///
  /// - Parameter tokenCounts: How often plain BPE gave each token for the text, by id.
  /// - Returns: A number for each of ``merges``.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    (model as? any MergingModel)?.mergeUsage(tokenCounts: tokenCounts) ?? []
  }
}
