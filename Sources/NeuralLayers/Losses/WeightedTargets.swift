// Source: cross-entropy with several target tokens per row, as in label smoothing or mixed examples
//   (S. Yun et al., "CutMix", ICCV 2019): sum of share * -ln softmax(logits)[token].
// Procedure: with S the sum of the shares, the loss is S log-sum-exp - sum of share * logit, and
//   its gradient S softmax - shares.
// Complexity: O(vocabulary + tokens of the row) per row.
// Determinism: shares are added in the order given.

public import TensorCore

/// Cross-entropy with a short list of weighted target tokens per row.
public struct WeightedTargets<Element: TensorElement>: RowLoss {
  /// A token and its share of the target.
  public struct Share: Hashable, Sendable {
    /// Below the size of the vocabulary.
    public let token: Int32
    /// Its weight; the shares of a row usually sum to 1.
    public let share: Double

    /// Creates a share of a target.
    public init(_ token: Int32, _ share: Double) { (self.token, self.share) = (token, share) }
  }

  private let shares: [[Share]]

  /// Creates targets.
  ///
  /// - Parameter shares: A list for each row; empty for no target.
  public init(_ shares: [[Share]]) { self.shares = shares }

  /// The number of lists.
  public var rows: Int { shares.count }

  /// Whether the list is not empty.
  public func isCounted(_ row: Int) -> Bool { !shares[row].isEmpty }

  /// Names a token outside the vocabulary, or a share that is not finite.
  public func fault(vocabulary: Int) -> String? {
    for part in shares.joined() {
      if !(0..<vocabulary).contains(Int(part.token)) {
        return "target \(part.token) is not below the \(vocabulary) rows of the head"
      }
      if !part.share.isFinite { return "the share of target \(part.token) is \(part.share)" }
    }
    return nil
  }

  /// See ``RowLoss/compare(_:_:scale:vocabulary:)``.
  public func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double {
    // SAFETY: `fault` has checked that all tokens are below the vocabulary.
    let total = shares[row].reduce(0) { $0 + $1.share }
    let wanted = shares[row].reduce(0) { $0 + $1.share * Double(logits[Int($1.token)]) }
    let logSum = Element.softmax(logits, valid: vocabulary, vocabulary)
    if scale != 0 {
      Element.axpby(logits, scale * Element(total), UnsafePointer(logits), 0, vocabulary)
      for part in shares[row] { logits[Int(part.token)] -= scale * Element(part.share) }
    }
    return total * Double(logSum) - wanted
  }
}
