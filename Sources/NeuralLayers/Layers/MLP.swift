public import Noise
public import TensorCore

/// The nonlinearity between the two maps of an MLP.
public enum MLPKind: String, CaseIterable, Sendable {
  /// GELU in its tanh form.
  case gelu
  /// SwiGLU: the first map is twice as wide, for gates and values.
  case swiglu
  /// Squared ReLU: max(x, 0)^2.
  case squaredReLU = "relu2"
}

/// The shape of an MLP.
public struct MLPShape: Hashable, Sendable {
  /// The columns of the residual stream.
  public var columns: Int
  /// The columns between the maps.
  public var inner: Int
  /// The nonlinearity between the maps.
  public var kind: MLPKind
  /// Whether the maps have biases.
  public var hasBias: Bool

  /// Creates a shape.
  public init(columns: Int, inner: Int, kind: MLPKind = .gelu, hasBias: Bool = true) {
    (self.columns, self.inner, self.kind, self.hasBias) = (columns, inner, kind, hasBias)
  }
}

/// Two linear maps with a nonlinearity between them.
///
/// **Shapes**: […, columns] → […, columns].
public struct MLP<Element: TensorElement> {
  /// The map up, followed by GELU for that kind; gates, then values, for SwiGLU.
  public let up: Linear<Element>
  /// The map down, back to the residual stream.
  public let down: Linear<Element>
  /// The nonlinearity.
  public let kind: MLPKind

  /// Creates a layer named `name`, with the maps `name.up` (`name.gate_up` for SwiGLU) and
  /// `name.down`.
  ///
  /// - Parameters:
  ///   - name: The name of the layer.
  ///   - shape: The columns and the nonlinearity.
  ///   - initializer: The law of the first map's weights.
  ///   - outputInitializer: The law of the second map's weights; nil for that of the first.
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
  ///
  /// - Parameters:
  ///   - x: The rows.
  ///   - dropout: Applied between the maps, after the nonlinearity; nil for none.
  ///   - rows: The sequence and time of each row; needed for dropout only.
  ///   - tape: Runs the computation.
  /// - Returns: The mapped rows.
  public func callAsFunction(
    _ x: Variable<Element>,
    dropout: ActivationDropout? = nil,
    rows: RowPlacement? = nil,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    var inner = up(x, on: tape)
    switch kind {
    case .gelu: break
    case .swiglu: inner = tape.swiglu(inner)
    case .squaredReLU: inner = tape.squaredReLU(inner)
    }
    if let rows { inner = tape.dropout(inner, dropout, rows: rows) }
    return down(inner, on: tape)
  }
}
