/// One step of the plain segmentation of a word.
public struct MergeStep: Hashable, Sendable {
  /// The rank of the merge.
  public let rank: Int
  /// The rule that is applied.
  public let merge: Merge
  /// The offset in the word, in bytes, at which the left part starts.
  public let position: Int
  /// Whether both parts lie inside one character, so that dropout never touches the step.
  public let isProtected: Bool
}

extension BPEModel {
  /// The merges that plain BPE applies to a word, in order.
  ///
  /// Complexity: O(n log n).
  ///
  /// - Parameter word: At most ``WordLimits/longestWord`` bytes.
  /// - Returns: One step for each merge; none if nothing merges.
  public func derivation(of word: [UInt8]) -> [MergeStep] {
    var steps: [MergeStep] = []
    word.withUnsafeBufferPointer { bytes in
      var split = LongSplit(bytes, self, protects: true)
      while let candidate = split.first() {
        let (left, right) = split.tokens(of: candidate)
        steps.append(
          MergeStep(
            rank: candidate.rank,
            merge: Merge(
              left: TokenID(left),
              right: TokenID(right),
              product: TokenID(merges.find(left, right).product)
            ),
            position: candidate.position,
            isProtected: !candidate.isDroppable
          )
        )
        split.apply(candidate, merges)
      }
    }
    return steps
  }
}
