public import Noise
public import TensorCore

/// A table with a row for each token.
///
/// **Shapes**: [rows] tokens → [rows…, columns].
public struct Embedding<Element: TensorElement> {
  /// [vocabulary, columns]; also the head's weight if the two are tied.
  public let weight: Parameter<Element>

  /// Creates a table named `name`, with the parameter `name.weight`.
  public init(
    _ name: String,
    vocabulary: Int,
    columns: Int,
    initializer: Initializer,
    key: NoiseKey
  ) {
    weight = initializer.parameter(name + ".weight", [vocabulary, columns], key: key)
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { [weight] }

  /// Looks up tokens, and adds a row for each time if positions are given.
  public func callAsFunction(
    _ ids: [Int32],
    positions: Embedding<Element>? = nil,
    rows: RowPlacement,
    dropout: ActivationDropout? = nil,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    tape.embedding(
      ids,
      table: weight,
      positions: positions?.weight,
      rows: rows,
      dropout: dropout
    )
  }
}
