public import TensorCore

/// The norm of the residual stream before each part of a block.
public enum NormKind: String, CaseIterable, Sendable {
  /// Layer norm with gain and bias.
  case layerNorm = "layernorm"
  /// RMS norm with a gain.
  case rmsNorm = "rmsnorm"
}

/// A norm of the residual stream, of either kind.
///
/// **Shapes**: […, columns] → […, columns].
public struct StreamNorm<Element: TensorElement> {
  /// [columns], initially 1.
  public let gain: Parameter<Element>
  /// [columns], initially 0; nil for an RMS norm.
  public let bias: Parameter<Element>?

  /// Creates a norm named `name`, with parameters `name.weight` and, for a layer norm, `name.bias`.
  public init(_ name: String, _ kind: NormKind = .layerNorm, columns: Int) {
    let ones = Tensor<Element>(Array(repeating: 1, count: columns), shape: [columns])
    gain = Parameter(name + ".weight", ones)
    bias = kind == .layerNorm ? Parameter(name + ".bias", Tensor(zeros: [columns])) : nil
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { [gain] + (bias.map { [$0] } ?? []) }

  /// Adds x to the residual stream, if one is given, and normalises the sum.
  public func callAsFunction(
    _ x: Variable<Element>,
    residual: Variable<Element>? = nil,
    on tape: Tape<Element>
  ) -> (sum: Variable<Element>, normalized: Variable<Element>) {
    guard let bias else { return tape.rmsNorm(x, residual: residual, gain: gain) }
    return tape.layerNorm(x, residual: residual, gain: gain, bias: bias)
  }
}
