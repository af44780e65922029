/// The tokens that merges make but a vocabulary leaves out.
public enum VocabularyPruning: Sendable, Equatable {
  /// Tokens that are split after all merging (Scaffold-BPE).
  case scaffold([TokenID])
  /// Tokens that are split between merges, in order (PickyBPE); a later merge may make one again.
  case removals([Removal])

  /// The removal of a token, which splits it wherever it lies.
  public struct Removal: Sendable, Hashable {
    /// The token that is split.
    public let token: TokenID
    /// The number of merges before the removal.
    public let mergeCount: Int

    /// - Parameters:
    ///   - token: The token that is split.
    ///   - mergeCount: The number of merges before the removal.
    public init(_ token: TokenID, after mergeCount: Int) {
      self.token = token
      self.mergeCount = mergeCount
    }

    /// The parts of the token: the two that it was first made of, and recursively those of them
    /// that are removed.
    ///
    /// - Parameters:
    ///   - isRemoved: The tokens that are removed at this point, this one among them.
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
