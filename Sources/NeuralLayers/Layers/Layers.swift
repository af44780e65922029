public import Noise
public import TensorCore

/// A linear map with its parameters.
///
/// **Shapes**: […, in] → […, out].
public struct Linear<Element: TensorElement> {
  /// [out, in].
  public let weight: Parameter<Element>
  /// [out], where there is one.
  public let bias: Parameter<Element>?
  /// Follows the bias.
  public let activation: Activation

  /// A map named `name`, with parameters `name.weight` and `name.bias`; the bias starts at 0.
  public init(
    _ name: String,
    from inputs: Int,
    to outputs: Int,
    hasBias: Bool = true,
    activation: Activation = .identity,
    initializer: Initializer,
    key: NoiseKey
  ) {
    weight = initializer.parameter(name + ".weight", [outputs, inputs], key: key)
    bias = hasBias ? Initializer.constant(0).parameter(name + ".bias", [outputs], key: key) : nil
    self.activation = activation
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { [weight] + (bias.map { [$0] } ?? []) }

  /// Maps each row.
  public func callAsFunction(_ x: Variable<Element>, on tape: Tape<Element>) -> Variable<Element> {
    tape.linear(x, weight: weight, bias: bias, activation: activation)
  }
}

/// A row for each token.
///
/// **Shapes**: [rows] tokens → [rows…, columns].
public struct Embedding<Element: TensorElement> {
  /// [vocabulary, columns]; also the head's weight where they are tied.
  public let weight: Parameter<Element>

  /// A table named `name`, with the parameter `name.weight`.
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

  /// Looks tokens up, and adds a row for the time where positions are given.
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

/// One recurrent layer; its parameters have PyTorch's names, with one bias for its two.
///
/// **Shapes**: [times, batch, in] → [times, batch, hidden].
public struct LSTM<Element: TensorElement> {
  /// [4 hidden, in].
  public let inputWeight: Parameter<Element>
  /// [4 hidden, hidden].
  public let stateWeight: Parameter<Element>
  /// [4 hidden].
  public let bias: Parameter<Element>

  /// A layer named `name`.
  public init(
    _ name: String,
    from inputs: Int,
    hidden: Int,
    initializer: Initializer,
    key: NoiseKey
  ) {
    inputWeight = initializer.parameter(name + ".weight_ih", [4 * hidden, inputs], key: key)
    stateWeight = initializer.parameter(name + ".weight_hh", [4 * hidden, hidden], key: key)
    bias = initializer.parameter(name + ".bias", [4 * hidden], key: key)
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { [inputWeight, stateWeight, bias] }

  /// The state at the start of a text.
  public func start(batch: Int) -> LSTMState<Element> {
    LSTMState(batch: batch, hidden: stateWeight.shape[1])
  }

  /// Runs over a window, and replaces the state by the one after it.
  public func callAsFunction(
    _ x: Variable<Element>,
    state: inout LSTMState<Element>,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let result = tape.lstm(
      x,
      inputWeight: inputWeight,
      stateWeight: stateWeight,
      bias: bias,
      state: state
    )
    state = result.state
    return result.output
  }
}
