public import BytePairEncoding

extension Tokenizer {
  /// The merges by rank; none where the model has none, or makes tokens on the way only.
  public var merges: [Merge] {
    switch model {
    case .bpe(let model): model.merges.merges
    case .characters(let model): model.merges
    case .pruned, .units: []
    }
  }

  /// How often each merge was applied to a text, by rank.
  ///
  /// Complexity: O(bytes of the used tokens).
  ///
  /// - Parameter tokenCounts: How often plain BPE gave each token for the text, by id.
  /// - Returns: A number for each of ``merges``.
  public func mergeApplications(tokenCounts: [UInt64]) -> [UInt64] {
    switch model {
    case .bpe(let model): model.mergeApplications(tokenCounts: tokenCounts)
    case .characters(let model): model.mergeApplications(tokenCounts: tokenCounts)
    case .pruned, .units: []
    }
  }
}
