// Source: cross-entropy with a full distribution per row, as in distillation (G. Hinton et al.,
//   "Distilling the Knowledge in a Neural Network", arXiv 1503.02531): -sum of q ln
//   softmax(logits).
// Procedure: with S the sum of q, the loss is S log-sum-exp - q * logits, and its gradient S
//   softmax - q.
// Complexity: O(vocabulary) per row, and memory for rows * vocabulary numbers.
// Determinism: sums over fixed lanes.

public import TensorCore

/// Cross-entropy with a distribution over all tokens for each row.
public struct DenseTargets<Element: TensorElement>: RowLoss {
  private let shares: Tensor<Element>
  private let counted: [Bool]?
  private let ones: Tensor<Element>

  /// Creates targets.
  ///
  /// **Shapes**: shares [rows, vocabulary].
  ///
  /// - Parameters:
  ///   - shares: The share of each token; the shares of a row usually sum to 1.
  ///   - counted: Which rows have a target; nil for all.
  public init(_ shares: Tensor<Element>, counted: [Bool]? = nil) {
    precondition(
      counted.map { $0.count == shares.rows } ?? true,
      "\(counted?.count ?? 0) flags are given for \(shares.rows) rows"
    )
    (self.shares, self.counted) = (shares, counted)
    ones = Tensor(Array(repeating: 1, count: shares.columns), shape: [shares.columns])
  }

  /// The number of rows of the tensor.
  public var rows: Int { shares.rows }

  /// Whether the row has a target.
  public func isCounted(_ row: Int) -> Bool { counted?[row] ?? true }

  /// Reports rows whose number of shares differs from the vocabulary.
  public func fault(vocabulary: Int) -> String? {
    shares.columns == vocabulary
      ? nil : "targets of shape \(shares.shape) do not fit the \(vocabulary) rows of the head"
  }

  /// See ``RowLoss/compare(_:_:scale:vocabulary:)``.
  public func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double {
    Tensor.read(shares, ones) { inputs in
      // SAFETY: `fault` has checked that a row has `vocabulary` shares.
      let own = inputs[0] + row * vocabulary
      let total = Element.dot(own, inputs[1], vocabulary)
      let wanted = Element.dot(own, UnsafePointer(logits), vocabulary)
      let logSum = Element.softmax(logits, valid: vocabulary, vocabulary)
      if scale != 0 { Element.axpby(logits, -scale, own, scale * total, vocabulary) }
      return Double(total) * Double(logSum) - Double(wanted)
    }
  }
}
