public import TensorCore

/// A loss of rows of logits, with the targets of each row.
///
/// The head computes the logits of a chunk of rows at a time, and a loss turns each row into its
/// gradient in place. Another loss is another conforming type; cross-entropy has ``TokenTargets``,
/// ``WeightedTargets`` and ``DenseTargets``.
public protocol RowLoss<Element>: Sendable {
  /// The type of the logits.
  associatedtype Element: TensorElement

  /// The number of rows.
  var rows: Int { get }

  /// The number of consecutive rows that are compared together; 1 by default.
  ///
  /// The first row of a group says whether the group has a target.
  var group: Int { get }

  /// Whether a row has a target; other rows contribute no loss and get no gradient.
  func isCounted(_ row: Int) -> Bool

  /// A fault of the targets.
  ///
  /// - Parameter vocabulary: The number of logits in a row.
  /// - Returns: Words for an error message; nil if there is no fault.
  func fault(vocabulary: Int) -> String?

  /// Computes the loss of one row. Called from several threads, for rows with a target.
  ///
  /// - Parameters:
  ///   - row: From 0.
  ///   - logits: `vocabulary` numbers. Unless the scale is 0, the body replaces them with the
  ///     gradient of scale times the loss.
  ///   - scale: The factor of the loss in the gradient.
  ///   - vocabulary: The number of logits.
  /// - Returns: The loss in nats, unscaled.
  func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double

  /// Computes the loss of a group of rows, of which ``compare(_:_:scale:vocabulary:)`` is the case
  /// of one.
  ///
  /// - Parameters:
  ///   - row: The first row of the group.
  ///   - logits: As many lines of `vocabulary` numbers as the group has rows.
  ///   - scale: The factor of the loss in the gradient.
  ///   - vocabulary: The number of logits in a line.
  /// - Returns: The nats of each row, unscaled.
  func compareGroup(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> [Double]
}

extension RowLoss {
  /// Each row by itself.
  public var group: Int { 1 }

  /// The nats of the one row.
  public func compareGroup(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> [Double] {
    [compare(row, logits, scale: scale, vocabulary: vocabulary)]
  }
}

/// The loss of a prediction.
public struct TokenLoss: Sendable {
  /// The nats of each row; 0 if it has no target.
  public let nats: [Double]
  /// Their sum.
  public let total: Double
  /// The number of rows with a target.
  public let count: Int

  package init(nats: [Double], total: Double, count: Int) {
    (self.nats, self.total, self.count) = (nats, total, count)
  }

  /// The mean number of nats per target; 0 if there are no targets.
  public var mean: Double { count > 0 ? total / Double(count) : 0 }
}
