public import Noise
public import TensorCore

/// What stands between the two maps of an MLP.
public enum MLPKind: String, CaseIterable, Sendable {
  /// GELU in its tanh form.
  case gelu
  /// Gates: the first map is twice as wide.
  case swiglu
  /// The square of what is positive.
  case squaredReLU = "relu2"
}

/// The shape of an MLP.
public struct MLPShape: Hashable, Sendable {
  /// Of the residual stream.
  public var columns: Int
  /// Between the maps.
  public var inner: Int
  /// What stands between the maps.
  public var kind: MLPKind
  /// Whether the maps have biases.
  public var hasBias: Bool

  /// A shape.
  public init(columns: Int, inner: Int, kind: MLPKind = .gelu, hasBias: Bool = true) {
    (self.columns, self.inner, self.kind, self.hasBias) = (columns, inner, kind, hasBias)
  }
}

/// Two linear maps with something between them that is not linear.
///
/// **Shapes**: […, columns] → […, columns].
public struct MLP<Element: TensorElement> {
  /// Up, with GELU where that is the kind; gates, then values, for SwiGLU.
  public let up: Linear<Element>
  /// Down, back to the residual stream.
  public let down: Linear<Element>
  /// What stands between.
  public let kind: MLPKind

  /// A layer named `name`, with the maps `name.up` (`name.gate_up` for SwiGLU) and `name.down`.
  ///
  /// - Parameters:
  ///   - name: Of the layer.
  ///   - shape: Columns, and what stands between the maps.
  ///   - initializer: Of the first map.
  ///   - outputInitializer: Of the second; the first's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    _ shape: MLPShape,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    let (kind, inner, columns) = (shape.kind, shape.inner, shape.columns)
    self.kind = kind
    up = Linear(
      name + (kind == .swiglu ? ".gate_up" : ".up"),
      from: columns,
      to: kind == .swiglu ? 2 * inner : inner,
      hasBias: shape.hasBias,
      activation: kind == .gelu ? .gelu : .identity,
      initializer: initializer,
      key: key
    )
    down = Linear(
      name + ".down",
      from: inner,
      to: columns,
      hasBias: shape.hasBias,
      initializer: outputInitializer ?? initializer,
      key: key
    )
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { up.parameters + down.parameters }

  /// Maps each row up and down.
  public func callAsFunction(_ x: Variable<Element>, on tape: Tape<Element>) -> Variable<Element> {
    let inner = up(x, on: tape)
    switch kind {
    case .gelu: return down(inner, on: tape)
    case .swiglu: return down(tape.swiglu(inner), on: tape)
    case .squaredReLU: return down(tape.squaredReLU(inner), on: tape)
    }
  }
}
