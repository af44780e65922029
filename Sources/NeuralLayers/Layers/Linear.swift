public import Noise
public import TensorCore

/// A linear map with its parameters.
///
/// **Shapes**: […, in] → […, out].
public struct Linear<Element: TensorElement> {
  /// [out, in].
  public let weight: Parameter<Element>
  /// [out]; nil for no bias.
  public let bias: Parameter<Element>?
  /// Applied after the bias.
  public let activation: Activation

  /// Creates a map named `name`, with parameters `name.weight` and `name.bias`; the bias starts at
  /// 0.
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
