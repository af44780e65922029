public import Noise
public import TensorCore

/// A recurrent layer; its parameters have PyTorch's names, with one bias instead of two.
///
/// **Shapes**: [times, batch, in] → [times, batch, hidden].
public struct LSTM<Element: TensorElement> {
  /// [4 hidden, in].
  public let inputWeight: Parameter<Element>
  /// [4 hidden, hidden].
  public let stateWeight: Parameter<Element>
  /// [4 hidden].
  public let bias: Parameter<Element>

  /// Creates a layer named `name`.
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

  /// Runs over a window, and replaces the state with the one after it.
  public func callAsFunction(
    _ x: Variable<Element>,
    state: inout LSTMState<Element>,
    noise: LSTMNoise? = nil,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let result = tape.lstm(
      x,
      inputWeight: inputWeight,
      stateWeight: stateWeight,
      bias: bias,
      state: state,
      noise: noise
    )
    state = result.state
    return result.output
  }
}
