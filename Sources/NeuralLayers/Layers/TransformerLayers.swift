public import Noise
public import TensorCore

/// How the residual stream is normalised before each part of a block.
public enum NormKind: String, CaseIterable, Sendable {
  /// Layer norm with gain and bias.
  case layerNorm = "layernorm"
  /// RMS norm with a gain.
  case rmsNorm = "rmsnorm"
}

/// A norm of the residual stream, of one kind or the other.
///
/// **Shapes**: […, columns] → […, columns].
public struct StreamNorm<Element: TensorElement> {
  /// [columns], first 1.
  public let gain: Parameter<Element>
  /// [columns], first 0; none for an RMS norm.
  public let bias: Parameter<Element>?

  /// A norm named `name`, with parameters `name.weight` and, for a layer norm, `name.bias`.
  public init(_ name: String, _ kind: NormKind = .layerNorm, columns: Int) {
    let ones = Tensor<Element>(Array(repeating: 1, count: columns), shape: [columns])
    gain = Parameter(name + ".weight", ones)
    bias = kind == .layerNorm ? Parameter(name + ".bias", Tensor(zeros: [columns])) : nil
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { [gain] + (bias.map { [$0] } ?? []) }

  /// Adds to the residual stream, where one is given, and normalises the sum.
  public func callAsFunction(
    _ x: Variable<Element>,
    residual: Variable<Element>? = nil,
    on tape: Tape<Element>
  ) -> (sum: Variable<Element>, normalized: Variable<Element>) {
    guard let bias else { return tape.rmsNorm(x, residual: residual, gain: gain) }
    return tape.layerNorm(x, residual: residual, gain: gain, bias: bias)
  }
}

/// What one pass over a window gives to the attention of every layer.
public struct AttentionContext<Element: TensorElement> {
  /// The angles by which queries and keys are turned, where they are.
  public var table: RotaryTable<Element>?
  /// The position of each row; its time in its sequence where none are given.
  public var positions: [Int32]?
  /// Where documents begin, and the end; nil where each sequence is one.
  public var bounds: [Int32]?
  /// The item of the first sequence, for noise.
  public var firstItem: UInt64

  /// Whole sequences without angles, unless something else is given.
  public init(
    table: RotaryTable<Element>? = nil,
    positions: [Int32]? = nil,
    bounds: [Int32]? = nil,
    firstItem: UInt64 = 0
  ) {
    (self.table, self.positions, self.bounds) = (table, positions, bounds)
    self.firstItem = firstItem
  }
}

/// Self-attention between two linear maps.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct SelfAttention<Element: TensorElement> {
  /// To queries, keys and values.
  public let projection: Linear<Element>
  /// Back to the residual stream.
  public let output: Linear<Element>
  /// Gains of the norms of queries and keys, where they are normalised.
  public let gains: (query: Parameter<Element>, key: Parameter<Element>)?
  /// How many heads share the columns.
  public let heads: Int
  /// How many heads keys and values have.
  public let keyHeads: Int
  /// Whether a query sees only keys that are not later.
  public let isCausal: Bool

  /// A layer named `name`, with the maps `name.qkv` and `name.out`, and the gains `name.q_norm` and
  /// `name.k_norm`.
  ///
  /// - Parameters:
  ///   - name: Of the layer.
  ///   - columns: Of the residual stream.
  ///   - heads: Divides the columns.
  ///   - keyHeads: Divides the heads; as many where none is given.
  ///   - isCausal: Whether a query sees only keys that are not later.
  ///   - normalizesHeads: Whether queries and keys are normalised, head by head.
  ///   - hasBias: Whether the maps have biases.
  ///   - initializer: Of the projection.
  ///   - outputInitializer: Of the map back; the projection's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    columns: Int,
    heads: Int,
    keyHeads: Int? = nil,
    isCausal: Bool = true,
    normalizesHeads: Bool = false,
    hasBias: Bool = true,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    let keyHeads = keyHeads ?? heads
    precondition(
      heads > 0 && columns % heads == 0 && keyHeads > 0 && heads % keyHeads == 0,
      "\(columns) columns cannot be shared by \(heads) heads over \(keyHeads)"
    )
    let width = columns / heads
    projection = Linear(
      name + ".qkv",
      from: columns,
      to: (heads + 2 * keyHeads) * width,
      hasBias: hasBias,
      initializer: initializer,
      key: key
    )
    output = Linear(
      name + ".out",
      from: columns,
      to: columns,
      hasBias: hasBias,
      initializer: outputInitializer ?? initializer,
      key: key
    )
    func gain(_ part: String) -> Parameter<Element> {
      Initializer.constant(1).parameter("\(name).\(part).weight", [width], key: key)
    }
    gains = normalizesHeads ? (gain("q_norm"), gain("k_norm")) : nil
    (self.heads, self.keyHeads, self.isCausal) = (heads, keyHeads, isCausal)
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] {
    projection.parameters + output.parameters + (gains.map { [$0.query, $0.key] } ?? [])
  }

  /// Attends within each sequence or document.
  public func callAsFunction(
    _ x: Variable<Element>,
    dropout: ActivationDropout? = nil,
    context: AttentionContext<Element> = AttentionContext(),
    on tape: Tape<Element>
  ) -> Variable<Element> {
    var qkv = projection(x, on: tape)
    if gains != nil || context.table != nil {
      qkv = tape.rotary(
        qkv,
        heads: heads,
        keyHeads: keyHeads,
        gains: gains,
        table: context.table,
        positions: context.positions
      )
    }
    let mixed = tape.attention(
      qkv,
      heads: heads,
      keyHeads: keyHeads,
      isCausal: isCausal,
      bounds: context.bounds,
      dropout: dropout,
      firstItem: context.firstItem
    )
    return output(mixed, on: tape)
  }
}

/// What stands between the two maps of an MLP.
public enum MLPKind: String, CaseIterable, Sendable {
  /// GELU in its tanh form.
  case gelu
  /// Gates: the first map is twice as wide.
  case swiglu
  /// The square of what is positive.
  case squaredReLU = "relu2"
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
  ///   - columns: Of the residual stream.
  ///   - inner: Between the maps.
  ///   - kind: What stands there.
  ///   - hasBias: Whether the maps have biases.
  ///   - initializer: Of the first map.
  ///   - outputInitializer: Of the second; the first's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    columns: Int,
    inner: Int,
    kind: MLPKind = .gelu,
    hasBias: Bool = true,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    self.kind = kind
    up = Linear(
      name + (kind == .swiglu ? ".gate_up" : ".up"),
      from: columns,
      to: kind == .swiglu ? 2 * inner : inner,
      hasBias: hasBias,
      activation: kind == .gelu ? .gelu : .identity,
      initializer: initializer,
      key: key
    )
    down = Linear(
      name + ".down",
      from: inner,
      to: columns,
      hasBias: hasBias,
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
