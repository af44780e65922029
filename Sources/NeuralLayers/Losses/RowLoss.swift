public import TensorCore

/// What the rows of a hidden state are compared with, and how: a loss of a row of logits.
///
/// The head makes the logits of a chunk of rows at a time, and a loss turns each row into its
/// gradient in place. A further loss is a type of its own; cross-entropy has ``TokenTargets``,
/// ``WeightedTargets`` and ``DenseTargets``.
public protocol RowLoss<Element>: Sendable {
  /// The type of the logits.
  associatedtype Element: TensorElement

  /// How many rows there are.
  var rows: Int { get }

  /// Whether a row has something to be compared with; the others cost nothing and get no gradient.
  func isCounted(_ row: Int) -> Bool

  /// What is wrong with the targets.
  ///
  /// - Parameter vocabulary: How many logits a row has.
  /// - Returns: Words for an error message; nil if nothing is wrong.
  func fault(vocabulary: Int) -> String?

  /// Compares one row. Called from several threads, for rows that are counted.
  ///
  /// - Parameters:
  ///   - row: From 0.
  ///   - logits: `vocabulary` numbers. Where the scale is not 0, the body replaces them by the
  ///     gradient of scale times the loss.
  ///   - scale: What the loss is multiplied by in the gradient.
  ///   - vocabulary: How many logits there are.
  /// - Returns: The loss in nats, not scaled.
  func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double
}

/// What a prediction cost.
public struct TokenLoss: Sendable {
  /// The nats of each row; 0 if it has no target.
  public let nats: [Double]
  /// Their sum.
  public let total: Double
  /// How many rows have a target.
  public let count: Int

  /// The nats of a target on average; 0 if there is none.
  public var mean: Double { count > 0 ? total / Double(count) : 0 }
}
