public import Noise
public import TensorCore

/// The part of a forward pass that the attention of every layer shares.
public struct AttentionContext<Element: TensorElement> {
  /// The rotary angles of queries and keys; nil for none.
  public var table: RotaryTable<Element>?
  /// The position of each row; nil for its time in its sequence.
  public var positions: [Int32]?
  /// The start of each document, and the end; nil if each sequence is one document.
  public var bounds: [Int32]?
  /// The item of the first sequence, for noise.
  public var firstItem: UInt64

  /// Creates a context; by default, whole sequences without rotary positions.
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
  /// The columns of the residual stream.
  public var columns: Int
  /// The number of query heads, which share the columns.
  public var heads: Int
  /// The number of heads of keys and values; divides ``heads``.
  public var keyHeads: Int
  /// Whether a query sees only keys that are not later.
  public var isCausal: Bool
  /// Whether queries and keys are normalised, head by head.
  public var normalizesHeads: Bool
  /// Whether the linear maps have biases.
  public var hasBias: Bool

  /// Creates a shape; the defaults are GPT-2's.
  ///
  /// - Parameters:
  ///   - columns: The columns of the residual stream.
  ///   - heads: Divides the columns.
  ///   - keyHeads: Divides the heads; nil for as many as heads.
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
  /// The map to queries, keys and values.
  public let projection: Linear<Element>
  /// The map back to the residual stream.
  public let output: Linear<Element>
  /// The gains of the norms of queries and keys; nil if they are not normalised.
  public let gains: (query: Parameter<Element>, key: Parameter<Element>)?
  /// Columns and heads.
  public let shape: AttentionShape

  /// Creates a layer named `name`, with the maps `name.qkv` and `name.out`, and the gains
  /// `name.q_norm` and `name.k_norm`.
  ///
  /// - Parameters:
  ///   - name: The name of the layer.
  ///   - shape: Columns and heads.
  ///   - initializer: The law of the projection's weights.
  ///   - outputInitializer: The law of the output map's weights; nil for that of the projection.
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
    noise: AttentionNoise? = nil,
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
      noise: noise,
      firstItem: context.firstItem
    )
    return output(mixed, on: tape)
  }
}
