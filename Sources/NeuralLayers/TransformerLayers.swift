public import Noise
public import TensorCore

/// Causal self-attention between two linear maps.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct SelfAttention<Element: TensorElement> {
  /// To queries, keys and values.
  public let projection: Linear<Element>
  /// Back to the residual stream.
  public let output: Linear<Element>
  /// How many heads share the columns.
  public let heads: Int

  /// A layer named `name`, with the maps `name.qkv` and `name.out`.
  ///
  /// - Parameters:
  ///   - name: Of the layer.
  ///   - columns: Of the residual stream.
  ///   - heads: Divides the columns.
  ///   - initializer: Of the projection.
  ///   - outputInitializer: Of the map back; the projection's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    columns: Int,
    heads: Int,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    precondition(
      heads > 0 && columns % heads == 0,
      "\(columns) columns cannot be shared by \(heads) heads"
    )
    projection = Linear(
      name + ".qkv",
      from: columns,
      to: 3 * columns,
      initializer: initializer,
      key: key
    )
    output = Linear(
      name + ".out",
      from: columns,
      to: columns,
      initializer: outputInitializer ?? initializer,
      key: key
    )
    self.heads = heads
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { projection.parameters + output.parameters }

  /// Attends within each sequence.
  public func callAsFunction(
    _ x: Variable<Element>,
    dropout: LayerDropout? = nil,
    firstItem: UInt64 = 0,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let mixed = tape.attention(
      projection(x, on: tape),
      heads: heads,
      dropout: dropout,
      firstItem: firstItem
    )
    return output(mixed, on: tape)
  }
}

/// Two linear maps with GELU between them.
///
/// **Shapes**: […, columns] → […, columns].
public struct MLP<Element: TensorElement> {
  /// Up, with GELU.
  public let up: Linear<Element>
  /// Down, back to the residual stream.
  public let down: Linear<Element>

  /// A layer named `name`, with the maps `name.up` and `name.down`.
  ///
  /// - Parameters:
  ///   - name: Of the layer.
  ///   - columns: Of the residual stream.
  ///   - inner: Between the maps.
  ///   - initializer: Of the first map.
  ///   - outputInitializer: Of the second; the first's where none is given.
  ///   - key: Seed and site.
  public init(
    _ name: String,
    columns: Int,
    inner: Int,
    initializer: Initializer,
    outputInitializer: Initializer? = nil,
    key: NoiseKey
  ) {
    up = Linear(
      name + ".up",
      from: columns,
      to: inner,
      activation: .gelu,
      initializer: initializer,
      key: key
    )
    down = Linear(
      name + ".down",
      from: inner,
      to: columns,
      initializer: outputInitializer ?? initializer,
      key: key
    )
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] { up.parameters + down.parameters }

  /// Maps each row up and down.
  public func callAsFunction(_ x: Variable<Element>, on tape: Tape<Element>) -> Variable<Element> {
    down(up(x, on: tape), on: tape)
  }
}
