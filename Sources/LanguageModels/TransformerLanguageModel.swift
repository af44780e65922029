// Source: A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019 (GPT-2):
//   pre-norm blocks, learned positions, GELU in its tanh form, a head tied to the token embedding;
//   TransformerConfiguration.swift has the sources of the other settings. An encoder: J. Devlin et
//   al., "BERT", NAACL 2019, with the same blocks, seeing all tokens.
// Procedure: x = tokens + positions (or rotary ones in each attention), dropout; the blocks; a last
//   norm; a head without bias. If documents are separated, positions restart in each.
// Complexity: 24 layers columns^2 + 2 vocabulary columns + 2 layers times columns operations per
//   token, twice that backward.
// Determinism: masks by (place, layer, item, time), so they are the same for any division into
//   micro-batches.

public import NeuralLayers
public import Noise
public import TensorCore

extension NoisePlace {
  /// The probabilities of attention.
  public static let attention = NoisePlace(number: 4, name: "attention")
  /// The contribution of attention to the residual stream.
  public static let residual = NoisePlace(number: 5, name: "residual")
  /// The contribution of the MLP to the residual stream.
  public static let mlp = NoisePlace(number: 6, name: "mlp")
}

/// A transformer: a decoder that predicts the next token, or an encoder that predicts masked ones.
///
/// **Shapes**: [batch times] tokens → [batch, times, columns] → logits of the vocabulary.
public struct TransformerLanguageModel<Element: TensorElement>: LanguageModel {
  /// The configuration.
  public let shape: TransformerConfiguration
  /// A row for each token; also the head's weight.
  public let tokens: Embedding<Element>
  /// A row for each position, if positions are learned.
  public let positions: Embedding<Element>?
  /// From the bottom up.
  public let blocks: [TransformerBlock<Element>]
  /// The norm before the head.
  public let norm: StreamNorm<Element>

  /// Creates a model with initial values.
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
    positions =
      shape.positions == .rotary
      ? nil
      : Embedding(
        "positions",
        vocabulary: shape.context,
        columns: shape.columns,
        initializer: normal,
        key: key
      )
    blocks = (0..<shape.layers).map { TransformerBlock(layer: $0, shape, key: key) }
    norm = StreamNorm("norm", shape.norm, columns: shape.columns)
  }

  /// Kind and shape.
  public var configuration: ModelConfiguration { .transformer(shape) }
  /// All parameters, once each.
  public var parameters: [Parameter<Element>] {
    tokens.parameters + (positions?.parameters ?? []) + blocks.flatMap(\.parameters)
      + norm.parameters
  }
  /// After the embedding, in each block at its attention and both branches, and before the head.
  public static var noisePlaces: [NoisePlace] {
    [
      .embedding, .attention, .residual, .mlp, .depth, .keys, .head, .inner, .path, .blur, .cutHead,
    ]
  }
  /// The longest window.
  public var context: Int? { shape.context }
  /// Batch-major.
  public var order: RowPlacement.Order { .batchMajor }
  /// The token embedding.
  public var headWeight: Parameter<Element> { tokens.weight }
  /// Nil: the head has no bias.
  public var headBias: Parameter<Element>? { nil }

  /// An empty state: every window starts at position 0.
  public func start(batch: Int) -> ModelState<Element> { ModelState() }

  /// Runs over a window, through the blocks that the noise leaves.
  public func hidden(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let list = noise.map { noise in blocks.filter { !noise.skips(layer: $0.layer) } } ?? blocks
    return hidden(window, through: list, noise: noise, on: tape)
  }

  /// Runs over a window through a subset of the blocks.
  ///
  /// - Parameters:
  ///   - window: No longer than ``context``.
  ///   - list: Blocks of this model, from the bottom up. Omitting a block passes the residual
  ///     stream through unchanged, and does not change the noise of the others.
  ///   - noise: Nil for evaluation.
  ///   - tape: Runs the computation, and records it if it is recording.
  /// - Returns: The normalised residual stream after the last block: the input of the head.
  package func hidden(
    _ window: TokenWindow,
    through list: [TransformerBlock<Element>],
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    precondition(
      window.times <= shape.context,
      "a window of \(window.times) tokens is longer than the model's context of \(shape.context)"
    )
    let places = window.positionsInDocuments
    let x = embed(window, places, noise: noise, on: tape)
    let pass = BlockPass<Element>(
      rows: window.rows(order),
      attention: AttentionContext(
        table: shape.positions == .rotary
          ? RotaryTable<Element>(width: shape.columns / shape.heads, positions: window.times) : nil,
        positions: places,
        bounds: window.bounds,
        firstItem: window.firstItem
      ),
      noise: noise,
      layers: shape.layers
    )
    var stream = ResidualStream(x, under: list.first?.norm1 ?? norm, on: tape)
    for (index, block) in list.enumerated() {
      let next = index + 1 < list.count ? list[index + 1].norm1 : norm
      stream = block(stream, before: next, in: pass, on: tape)
      tape.taps?.note(stream.sum, behind: block.layer)
    }
    return stream.normalized
  }

  /// The embedded tokens, with their positions if those are learned.
  private func embed(
    _ window: TokenWindow,
    _ places: [Int32]?,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    let rows = window.rows(order)
    let dropout = noise?.dropout(.embedding)
    guard let positions, let places else {
      return tokens(window.inputs, positions: positions, rows: rows, dropout: dropout, on: tape)
    }
    let sum = tape.add(
      tokens(window.inputs, rows: rows, on: tape),
      positions(places, rows: rows, on: tape)
    )
    return tape.dropout(sum, dropout, rows: rows)
  }
}
