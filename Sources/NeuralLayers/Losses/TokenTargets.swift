// Source: softmax cross-entropy with one right token a row: -ln softmax(logits)[token], whose
//   gradient is softmax - onehot.
// Complexity: O(vocabulary) a row.
// Determinism: sums over fixed lanes; nats in Double.

public import TensorCore

/// Cross-entropy with one token for each row.
public struct TokenTargets<Element: TensorElement>: RowLoss {
  private let tokens: [Int32]

  /// Targets.
  ///
  /// - Parameter tokens: One for each row, below the size of the vocabulary; negative for none.
  public init(_ tokens: [Int32]) { self.tokens = tokens }

  /// One for each token.
  public var rows: Int { tokens.count }

  /// Whether the token is not negative.
  public func isCounted(_ row: Int) -> Bool { tokens[row] >= 0 }

  /// Names a token that is not below the vocabulary.
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
