// Source: W. Zaremba, I. Sutskever, O. Vinyals, "Recurrent Neural Network Regularization", arXiv
//   1409.2329; tied weights: O. Press, L. Wolf, "Using the Output Embedding to Improve Language
//   Models", EACL 2017.
// Procedure: embedding and dropout, then an LSTM and dropout for each layer, then the head: the
//   masks apply to the connections between layers, never to those through time, unless noise on the
//   states or the recurrent weights is asked for by name. All parameters,
//   including biases, are initially uniform in -bound...bound: 0.1 for the paper's small model,
//   0.05 and 0.04 for the medium and the large one.
// Complexity: 16 layers columns^2 + 2 vocabulary columns operations per token, twice that backward.
// Determinism: masks by (place, layer, item, time), so they are the same for any division into
//   micro-batches.

public import NeuralLayers
public import Noise
public import TensorCore

extension NoisePlace {
  /// Between two LSTM layers.
  public static let layers = NoisePlace(number: 2, name: "layers")
  /// Before the head of an LSTM.
  public static let output = NoisePlace(number: 3, name: "output")
}

/// A recurrent language model.
///
/// **Shapes**: [batch times] tokens → [times, batch, columns] → logits of the vocabulary.
public struct LSTMLanguageModel<Element: TensorElement>: LanguageModel {
  /// The configuration.
  public let shape: LSTMConfiguration
  /// A row for each token.
  public let embedding: Embedding<Element>
  /// From the bottom up.
  public let layers: [LSTM<Element>]
  /// The head's weight; the embedding's if the two are tied.
  public let headWeight: Parameter<Element>
  /// Added to the logits; nil for none.
  public let headBias: Parameter<Element>?

  /// Creates a model with initial values.
  ///
  /// - Parameters:
  ///   - shape: Without a ``ModelConfiguration/fault``.
  ///   - bound: The bound of the initial values.
  ///   - key: Seed and the site `initialization`.
  public init(_ shape: LSTMConfiguration, bound: Double = 0.1, key: NoiseKey) {
    if let fault = ModelConfiguration.lstm(shape).fault { preconditionFailure(fault) }
    let initializer = Initializer.uniform(bound: bound)
    self.shape = shape
    embedding = Embedding(
      "embedding",
      vocabulary: shape.vocabulary,
      columns: shape.columns,
      initializer: initializer,
      key: key
    )
    layers = (0..<shape.layers).map {
      LSTM(
        "lstm.\($0)",
        from: shape.columns,
        hidden: shape.columns,
        initializer: initializer,
        key: key
      )
    }
    headWeight =
      shape.isTied
      ? embedding.weight
      : initializer.parameter("head.weight", [shape.vocabulary, shape.columns], key: key)
    headBias = initializer.parameter("head.bias", [shape.vocabulary], key: key)
  }

  /// Kind and shape.
  public var configuration: ModelConfiguration { .lstm(shape) }
  /// All parameters, once each.
  public var parameters: [Parameter<Element>] {
    embedding.parameters + layers.flatMap(\.parameters) + (shape.isTied ? [] : [headWeight])
      + (headBias.map { [$0] } ?? [])
  }
  /// After the embedding, between layers, before the head, on the states and their weights.
  public static var noisePlaces: [NoisePlace] {
    [
      .embedding, .layers, .output, .head, .weights, .recurrent, .locked, .cutInputs, .cutStates,
      .cutHead,
    ]
  }
  /// Windows may have any length.
  public var context: Int? { nil }
  /// Time-major.
  public var order: RowPlacement.Order { .timeMajor }

  /// A state of zeros.
  public func start(batch: Int) -> ModelState<Element> {
    ModelState(layers: layers.map { $0.start(batch: batch) })
  }

  /// Runs over a window, and advances the state.
  public func hidden(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element> {
    precondition(
      state.layers.count == layers.count,
      "the state has \(state.layers.count) layers, the model \(layers.count)"
    )
    let rows = window.rows(order)
    var x = embedding(
      window.places(order).map { window.inputs[$0] },
      rows: rows,
      dropout: noise?.dropout(.embedding),
      on: tape
    )
    x = tape.dropout(x, noise?.locked(.locked, layer: 0), rows: rows)
    for (index, layer) in layers.enumerated() {
      if let law: DropConnect<Element> = noise?.dropConnect(layer: index) {
        tape.see(layer.stateWeight, through: law)
      }
      x = layer(
        x,
        state: &state.layers[index],
        noise: noise?.recurrent(layer: index, width: shape.columns, rows: rows),
        on: tape
      )
      tape.taps?.note(x, behind: index)
      let place: NoisePlace = index == layers.count - 1 ? .output : .layers
      x = tape.dropout(x, noise?.dropout(place, layer: index), rows: rows)
      x = tape.dropout(x, noise?.locked(.locked, layer: index + 1), rows: rows)
    }
    return x
  }
}
