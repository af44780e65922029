/// What a vocabulary leaves out of the tokens that its merges make.
public enum VocabularyPruning: Sendable, Equatable {
  /// Tokens that are split when all merging is done (Scaffold-BPE).
  case scaffold([TokenID])
  /// Tokens that are split on the way, in order (PickyBPE); a later merge may make one again.
  case removals([Removal])

  /// A token is split wherever it lies.
  public struct Removal: Sendable, Hashable {
    /// The token that is split.
    public let token: TokenID
    /// How many merges come before.
    public let mergeCount: Int

    /// - Parameters:
    ///   - token: The token that is split.
    ///   - mergeCount: How many merges come before.
    public init(_ token: TokenID, after mergeCount: Int) {
      self.token = token
      self.mergeCount = mergeCount
    }
  }
}
