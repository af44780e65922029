// Source: X. Liang et al., "R-Drop: Regularized Dropout for Neural Networks", NeurIPS 2021; the third
//   form of AttentionDrop (ScoreNoise.swift).
// Procedure: rows 2 i and 2 i + 1 are two views of one target. The loss of a pair is the mean of both
//   cross-entropies, plus the weight times the mean of KL(p || q) and KL(q || p); the gradient flows
//   into both.
// Complexity: three passes over two rows of logits.
// Determinism: sums over fixed lanes; equal views have a divergence of exactly 0.

public import TensorCore

/// Cross-entropy of two views of each target, and their divergence.
public struct TwoViewTargets<Element: TensorElement>: RowLoss {
  private let tokens: [Int32]
  private let weight: Element

  /// Creates targets.
  ///
  /// - Parameters:
  ///   - tokens: One for each pair of rows, below the size of the vocabulary; negative for none.
  ///   - weight: The factor of the divergence.
  public init(_ tokens: [Int32], weight: Double) {
    (self.tokens, self.weight) = (tokens, Element(weight))
  }

  /// Two for each token.
  public var rows: Int { 2 * tokens.count }

  /// Two.
  public var group: Int { 2 }

  /// Whether it is the first row of a pair whose token is not negative.
  public func isCounted(_ row: Int) -> Bool { row % 2 == 0 && tokens[row / 2] >= 0 }

  /// Names a token outside the vocabulary.
  public func fault(vocabulary: Int) -> String? {
    TokenTargets<Element>(tokens).fault(vocabulary: vocabulary)
  }

  /// See ``RowLoss/compare(_:_:scale:vocabulary:)``.
  public func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double {
    let nats = compareGroup(row, logits, scale: scale, vocabulary: vocabulary)
    return nats.reduce(0, +)
  }

  /// The mean cross-entropy, and the divergence times its weight.
  public func compareGroup(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> [Double] {
    withUnsafeTemporaryAllocation(of: Element.self, capacity: vocabulary) { scratch in
      guard let scratch = scratch.baseAddress else { return [0, 0] }
      // SAFETY: the head gives as many lines as the group has rows; the scratch is written first.
      let rows = TwoViewRows(first: logits, second: logits + vocabulary, scratch: scratch)
      let (nats, divergence) = Element.twoViews(
        rows,
        target: Int(tokens[row / 2]),
        scale: scale,
        weight: weight,
        vocabulary
      )
      return [nats, Double(weight) * divergence]
    }
  }
}
