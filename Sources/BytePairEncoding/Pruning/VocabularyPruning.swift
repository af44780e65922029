/// The tokens that merges make and a vocabulary leaves out.
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

    /// What the token is split into: the two that it was first made of, and those of them that are
    /// removed themselves into theirs.
    ///
    /// - Parameters:
    ///   - isRemoved: Which tokens are removed now, this one among them.
    ///   - origin: The merge that first made a token.
    /// - Returns: Tokens that are not removed, from left to right.
    func parts(_ isRemoved: [Bool], origin: (TokenID) -> Merge) -> [UInt32] {
      var parts: [UInt32] = []
      var waiting = [token]
      while let next = waiting.popLast() {
        if isRemoved[next.index] {
          let origin = origin(next)
          waiting += [origin.right, origin.left]
        } else {
          parts.append(next.rawValue)
        }
      }
      return parts
    }
  }
}
