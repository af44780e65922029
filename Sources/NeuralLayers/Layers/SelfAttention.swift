public import Noise
public import TensorCore

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

/// The shape of a layer of self-attention.
public struct AttentionShape: Hashable, Sendable {
  /// Of the residual stream.
  public var columns: Int
  /// How many heads share the columns.
  public var heads: Int
  /// How many heads keys and values have; divides ``heads``.
  public var keyHeads: Int
  /// Whether a query sees only keys that are not later.
  public var isCausal: Bool
  /// Whether queries and keys are normalised, head by head.
  public var normalizesHeads: Bool
  /// Whether the linear maps have biases.
  public var hasBias: Bool

  /// A shape; GPT-2's but for what is given.
  ///
  /// - Parameters:
  ///   - columns: Of the residual stream.
  ///   - heads: Divides the columns.
  ///   - keyHeads: Divides the heads; as many where none is given.
  ///   - isCausal: Whether a query sees only keys that are not later.
  ///   - normalizesHeads: Whether queries and keys are normalised, head by head.
  ///   - hasBias: Whether the linear maps have biases.
  public init(
    columns: Int,
    heads: Int,
    keyHeads: Int? = nil,
    isCausal: Bool = true,
    normalizesHeads: Bool = false,
    hasBias: Bool = true
  ) {
    (self.columns, self.heads, self.keyHeads) = (columns, heads, keyHeads ?? heads)
    (self.isCausal, self.normalizesHeads, self.hasBias) = (isCausal, normalizesHeads, hasBias)
    precondition(
      heads > 0 && columns % heads == 0 && self.keyHeads > 0 && heads % self.keyHeads == 0,
      "\(columns) columns cannot be shared by \(heads) heads over \(self.keyHeads)"
    )
  }

  /// The columns of a head.
  public var width: Int { columns / heads }
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
  /// Columns and heads.
  public let shape: AttentionShape

  /// A layer named `name`, with the maps `name.qkv` and `name.out`, and the gains `name.q_norm` and
  /// `name.k_norm`.
  ///
  /// - Parameters:
  ///   - name: Of the layer.
  ///   - shape: Columns and heads.
  ///   - initializer: Of the projection.
  ///   - outputInitializer: Of the map back; the projection's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    _ shape: AttentionShape,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    projection = Linear(
      name + ".qkv",
      from: shape.columns,
      to: (shape.heads + 2 * shape.keyHeads) * shape.width,
      hasBias: shape.hasBias,
      initializer: initializer,
      key: key
    )
    output = Linear(
      name + ".out",
      from: shape.columns,
      to: shape.columns,
      hasBias: shape.hasBias,
      initializer: outputInitializer ?? initializer,
      key: key
    )
    func gain(_ part: String) -> Parameter<Element> {
      Initializer.constant(1).parameter("\(name).\(part).weight", [shape.width], key: key)
    }
    gains = shape.normalizesHeads ? (gain("q_norm"), gain("k_norm")) : nil
    self.shape = shape
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
        heads: shape.heads,
        keyHeads: shape.keyHeads,
        gains: gains,
        table: context.table,
        positions: context.positions
      )
    }
    let mixed = tape.attention(
      qkv,
      heads: shape.heads,
      keyHeads: shape.keyHeads,
      isCausal: shape.isCausal,
      bounds: context.bounds,
      dropout: dropout,
      firstItem: context.firstItem
    )
    return output(mixed, on: tape)
  }
}
