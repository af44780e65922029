// Source: J. Devlin et al., "BERT", NAACL 2019, section 3.2: the class is predicted from the hidden
//   state of the first token.
// Procedure: the encoder runs over the window, the first rows of all sequences pass through a
//   linear map, and their softmax is compared with the labels.
// Complexity: that of the encoder.
// Determinism: that of its operations.

public import NeuralLayers
public import Noise
public import TensorCore

/// An encoder with a head that predicts the class of a sequence.
///
/// **Shapes**: [batch times] tokens → [batch, classes].
public struct SequenceClassifier<Element: TensorElement> {
  /// The encoder; pretrained on masked tokens, or new.
  public let encoder: TransformerLanguageModel<Element>
  /// Maps the first token's state to the classes.
  public let head: Linear<Element>

  /// Creates a classifier whose head starts at small values.
  ///
  /// - Parameters:
  ///   - encoder: An encoder, which sees all tokens.
  ///   - classes: The number of classes.
  ///   - key: Seed and the site `initialization`.
  public init(_ encoder: TransformerLanguageModel<Element>, classes: Int, key: NoiseKey) {
    precondition(
      !encoder.shape.isCausal && classes > 0,
      "a classifier reads with an encoder: the first token of a causal model sees itself only"
    )
    self.encoder = encoder
    head = Linear(
      "classes",
      from: encoder.shape.columns,
      to: classes,
      initializer: .normal(deviation: 0.02),
      key: key
    )
  }

  /// All parameters, the encoder's first.
  public var parameters: [Parameter<Element>] { encoder.parameters + head.parameters }

  private func states(
    _ window: TokenWindow,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> HeadInput<Element> {
    var state = encoder.start(batch: window.batch)
    let hidden = encoder.hidden(window, state: &state, noise: noise, on: tape)
    let first = (0..<window.batch).map { $0 * window.times }
    return HeadInput(
      hidden: tape.select(hidden, rows: first),
      places: first,
      rows: window.rows(encoder.order).selecting(first)
    )
  }

  /// Runs over a window and returns the cross-entropy with the labels.
  ///
  /// - Parameters:
  ///   - window: At least one token per sequence; its targets are ignored.
  ///   - labels: One for each sequence, negative for none.
  ///   - noise: Nil for evaluation.
  ///   - scale: The factor of the sum of nats in the gradient.
  ///   - tape: Propagates the gradient, if it is recording.
  /// - Returns: The nats of each label, unscaled.
  public func loss(
    _ window: TokenWindow,
    labels: [Int32],
    noise: ModelNoise? = nil,
    scale: Double = 0,
    on tape: Tape<Element>
  ) -> TokenLoss {
    tape.loss(
      states(window, noise: noise, on: tape),
      weight: head.weight,
      bias: head.bias,
      under: noise,
      against: TokenTargets(labels),
      scale: scale
    )
  }

  /// Runs over a window and predicts the classes.
  ///
  /// **Shapes**: [batch times] tokens → [batch, classes].
  public func logits(_ window: TokenWindow, on tape: Tape<Element>) -> Tensor<Element> {
    head(states(window, noise: nil, on: tape).hidden, on: tape).value
  }
}
