// Source: A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019 (GPT-2):
//   pre-norm blocks, learned positions, GELU in its tanh form, a head tied to the token embedding.
// Procedure: x = tokens + positions, dropout; each block: x += dropout(attention(norm1(x))), then x
//   += dropout(mlp(norm2(x))); a last norm; the head has no bias. First values: normal with
//   deviation 0.02, those that map back to the residual stream 0.02 / sqrt(2 layers); biases 0.
// Complexity: 24 layers columns^2 + 2 vocabulary columns + 2 layers times columns operations a
//   token, twice that backward.
// Determinism: masks by (place, layer, item, time): the same under any cut into micro-batches.

public import NeuralLayers
public import Noise
public import TensorCore

/// One block of a transformer.
///
/// **Shapes**: [batch, times, columns] → [batch, times, columns].
public struct TransformerBlock<Element: TensorElement> {
  /// Before attention.
  public let norm1: LayerNorm<Element>
  /// Mixes the times of a sequence.
  public let attention: SelfAttention<Element>
  /// Before the MLP.
  public let norm2: LayerNorm<Element>
  /// Maps each time by itself.
  public let mlp: MLP<Element>

  init(_ name: String, _ shape: TransformerConfiguration, key: NoiseKey) {
    let normal = Initializer.normal(deviation: 0.02)
    let toStream = Initializer.normal(deviation: 0.02 / Double(2 * shape.layers).squareRoot())
    norm1 = LayerNorm(name + ".norm1", columns: shape.columns)
    attention = SelfAttention(
      name + ".attention",
      columns: shape.columns,
      heads: shape.heads,
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
    norm2 = LayerNorm(name + ".norm2", columns: shape.columns)
    mlp = MLP(
      name + ".mlp",
      columns: shape.columns,
      inner: 4 * shape.columns,
      initializer: normal,
      outputInitializer: toStream,
      key: key
    )
  }

  /// All parameters.
  public var parameters: [Parameter<Element>] {
    norm1.parameters + attention.parameters + norm2.parameters + mlp.parameters
  }
}

/// A decoder-only transformer language model.
///
/// **Shapes**: [batch times] tokens → [batch, times, columns] → logits of the vocabulary.
public struct TransformerLanguageModel<Element: TensorElement>: LanguageModel {
  /// Its shape.
  public let shape: TransformerConfiguration
  /// A row for each token; also the head's weight.
  public let tokens: Embedding<Element>
  /// A row for each time of a window.
  public let positions: Embedding<Element>
  /// From the bottom up.
  public let blocks: [TransformerBlock<Element>]
  /// Before the head.
  public let norm: LayerNorm<Element>

  /// A model with first values.
  ///
  /// - Parameters:
  ///   - shape: Without a ``ModelConfiguration/fault``.
  ///   - key: Seed and the site `initialization`.
  public init(_ shape: TransformerConfiguration, key: NoiseKey) {
    if let fault = ModelConfiguration.transformer(shape).fault { preconditionFailure(fault) }
    let normal = Initializer.normal(deviation: 0.02)
    self.shape = shape
    tokens = Embedding(
      "tokens",
      vocabulary: shape.vocabulary,
      columns: shape.columns,
      initializer: normal,
      key: key
    )
    positions = Embedding(
      "positions",
      vocabulary: shape.context,
      columns: shape.columns,
      initializer: normal,
      key: key
    )
    blocks = (0..<shape.layers).map { TransformerBlock("blocks.\($0)", shape, key: key) }
    norm = LayerNorm("norm", columns: shape.columns)
  }

  /// Kind and shape.
  public var configuration: ModelConfiguration { .transformer(shape) }
  /// All parameters, once each.
  public var parameters: [Parameter<Element>] {
    tokens.parameters + positions.parameters + blocks.flatMap(\.parameters) + norm.parameters
  }
  /// The number of learned positions.
  public var context: Int? { shape.context }
  /// Sequence by sequence.
  public var order: RowPlacement.Order { .batchMajor }
  /// The token embedding.
  public var headWeight: Parameter<Element> { tokens.weight }
  /// There is none.
  public var headBias: Parameter<Element>? { nil }

  /// Nothing is carried: every window starts at position 0.
  public func start(batch: Int) -> ModelState<Element> { ModelState() }

  /// Runs over a window.
  public func hidden(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    precondition(
      window.times <= shape.context,
      "a window of \(window.times) tokens is longer than the model's context of \(shape.context)"
    )
    let rows = window.rows(order)
    var x = tokens(
      window.inputs,
      positions: positions,
      rows: rows,
      dropout: noise?.dropout(.embedding),
      on: tape
    )
    var normalized = (blocks.first?.norm1 ?? norm)(x, on: tape)
    for (index, block) in blocks.enumerated() {
      let mixed = block.attention(
        normalized,
        dropout: noise?.dropout(.attention, layer: index),
        firstItem: window.firstItem,
        on: tape
      )
      (x, normalized) = block.norm2(
        tape.dropout(mixed, noise?.dropout(.residual, layer: index), rows: rows),
        residual: x,
        on: tape
      )
      let mapped = block.mlp(normalized, on: tape)
      let next = index + 1 < blocks.count ? blocks[index + 1].norm1 : norm
      (x, normalized) = next(
        tape.dropout(mapped, noise?.dropout(.mlp, layer: index), rows: rows),
        residual: x,
        on: tape
      )
    }
    return normalized
  }
}
