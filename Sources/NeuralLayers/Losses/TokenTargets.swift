// Source: softmax cross-entropy with one target token per row: -ln softmax(logits)[token], with the
//   gradient softmax - onehot.
// Complexity: O(vocabulary) per row.
// Determinism: sums over fixed lanes; nats in Double.

public import TensorCore

/// Cross-entropy with one target token per row.
public struct TokenTargets<Element: TensorElement>: RowLoss {
  private let tokens: [Int32]

  /// Creates targets.
  ///
  /// - Parameter tokens: One for each row, below the size of the vocabulary; negative for none.
  public init(_ tokens: [Int32]) { self.tokens = tokens }

  /// The number of tokens.
  public var rows: Int { tokens.count }

  /// Whether the token is not negative.
  public func isCounted(_ row: Int) -> Bool { tokens[row] >= 0 }

  /// Names a token outside the vocabulary.
  public func fault(vocabulary: Int) -> String? {
    tokens.first { Int($0) >= vocabulary }
      .map { "target \($0) is not below the \(vocabulary) rows of the head" }
  }

  /// See ``RowLoss/compare(_:_:scale:vocabulary:)``.
  public func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double {
    Element.crossEntropy(logits, target: Int(tokens[row]), scale: scale, vocabulary)
  }
}
