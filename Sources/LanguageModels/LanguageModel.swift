// Procedure: a window is a batch of stretches of text, sequence by sequence; a model maps it to a
//   hidden state at each token, and the head maps those to a loss, or to logits.
// Complexity: the loss never holds all logits at once (HeadLoss.swift).
// Determinism: results are bitwise identical for any number of threads; masks by ``ModelNoise``.

public import NeuralLayers
public import TensorCore

/// The state that a model carries from one window of a text to the next.
public struct ModelState<Element: TensorElement>: Sendable {
  /// The state of each LSTM layer; empty for a transformer.
  public var layers: [LSTMState<Element>]

  /// Creates a state from those of the layers.
  public init(layers: [LSTMState<Element>] = []) { self.layers = layers }
}

/// The loss over the targets of a window.
public struct WindowLoss: Sendable {
  /// For each token of the window, -ln of the probability of its target; 0 if it has none.
  public let nats: [Double]
  /// Their sum.
  public let total: Double
  /// The number of tokens with a target.
  public let count: Int

  /// The mean number of nats per target; 0 if there are no targets.
  public var mean: Double { count > 0 ? total / Double(count) : 0 }
}

/// A model that predicts a token at each token of a window: the next one, or the one hidden by a
/// mask.
public protocol LanguageModel<Element> {
  /// The type of its numbers.
  associatedtype Element: TensorElement

  /// The places of noise in the model.
  static var noisePlaces: [NoisePlace] { get }
  /// Kind and shape.
  var configuration: ModelConfiguration { get }
  /// All parameters, once each, in the order of the model file.
  var parameters: [Parameter<Element>] { get }
  /// The longest window; nil if there is no limit.
  var context: Int? { get }
  /// The index of a hidden state that varies slowest.
  var order: RowPlacement.Order { get }
  /// A row for each token.
  var headWeight: Parameter<Element> { get }
  /// Added to the logits; nil for none.
  var headBias: Parameter<Element>? { get }

  /// The state at the start of a text.
  func start(batch: Int) -> ModelState<Element>

  /// Runs over a window, and reports the state after each layer to the tape's taps, if it has any.
  ///
  /// **Shapes**: [batch times] tokens → [times, batch, columns] or [batch, times, columns],
  /// according to ``order``.
  ///
  /// - Parameters:
  ///   - window: No longer than ``context``.
  ///   - state: The state before the window; replaced by the one after it.
  ///   - noise: Nil for evaluation.
  ///   - tape: Runs the computation, and records it if it is recording.
  /// - Returns: The input of the head.
  func hidden(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> Variable<Element>
}

extension LanguageModel {
  /// None.
  public static var noisePlaces: [NoisePlace] { [] }

  /// The parameter with a given name.
  public func parameter(_ name: String) -> Parameter<Element>? {
    parameters.first { $0.name == name }
  }

  /// Runs over a window and returns the cross-entropy with its targets.
  ///
  /// - Parameters:
  ///   - window: A window with targets.
  ///   - state: The state before the window; replaced by the one after it.
  ///   - noise: Nil for evaluation.
  ///   - scale: The factor of the sum of nats in the gradient: 1 / count for the mean, where with
  ///     micro-batches the count is that of the whole batch; 1 / batch in Zaremba's recipe.
  ///   - tape: Propagates the gradient, if it is recording.
  /// - Returns: The nats, unscaled.
  public func loss(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise? = nil,
    scale: Double = 0,
    on tape: Tape<Element>
  ) -> WindowLoss {
    guard let targets = window.targets else {
      preconditionFailure("a window without targets has no loss")
    }
    return loss(window, state: &state, noise: noise, scale: scale, on: tape) { places in
      TokenTargets(places.map { targets[$0] })
    }
  }

  /// Runs over a window and computes a loss at each token.
  ///
  /// - Parameters:
  ///   - window: A token whose target is negative is left out of the loss; if targets are nil, no
  ///     token is left out.
  ///   - state: The state before the window; replaced by the one after it.
  ///   - noise: Nil for evaluation.
  ///   - scale: The factor of the sum of nats in the gradient.
  ///   - tape: Propagates the gradient, if it is recording.
  ///   - wanted: Makes the loss of rows at given places of the window, in their order. They include
  ///     places without a target if those are few.
  /// - Returns: The nats, unscaled.
  public func loss<Loss: RowLoss<Element>>(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    scale: Double,
    on tape: Tape<Element>,
    _ wanted: (_ places: [Int]) -> Loss
  ) -> WindowLoss {
    let input = headInput(window, state: &state, noise: noise, on: tape)
    let loss = tape.loss(
      input,
      weight: headWeight,
      bias: headBias,
      under: noise,
      against: wanted(input.places),
      scale: scale
    )
    var nats = [Double](repeating: 0, count: window.inputs.count)
    for (row, place) in input.places.enumerated() { nats[place] = loss.nats[row] }
    return WindowLoss(nats: nats, total: loss.total, count: loss.count)
  }

  /// Runs over a window, up to the noise before the head.
  func headInput(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    on tape: Tape<Element>
  ) -> HeadInput<Element> {
    let hidden = hidden(window, state: &state, noise: noise, on: tape)
    let (places, placement) = (window.places(order), window.rows(order))
    if let targets = window.targets {
      let rows = places.indices.filter { targets[places[$0]] >= 0 }
      if 4 * rows.count <= 3 * places.count {
        // The head is the most expensive layer, so rows without a target are left out of it.
        return HeadInput(
          hidden: tape.select(hidden, rows: rows),
          places: rows.map { places[$0] },
          rows: placement.selecting(rows)
        )
      }
    }
    return HeadInput(hidden: hidden, places: places, rows: placement)
  }

  /// Runs over a window and predicts the token after each token.
  ///
  /// **Shapes**: [batch times] tokens → [batch, times, vocabulary].
  public func logits(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    on tape: Tape<Element>
  ) -> Tensor<Element> {
    let hidden = hidden(window, state: &state, noise: nil, on: tape).value
    return head(hidden, window, times: 0..<window.times, on: tape)
  }

  /// Runs over a window and predicts the token after it.
  ///
  /// **Shapes**: [batch times] tokens → [batch, 1, vocabulary].
  public func lastLogits(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    on tape: Tape<Element>
  ) -> Tensor<Element> {
    let hidden = hidden(window, state: &state, noise: nil, on: tape).value
    return head(hidden, window, times: max(window.times - 1, 0)..<window.times, on: tape)
  }

  /// The logits of a range of times, sequence by sequence.
  private func head(
    _ hidden: Tensor<Element>,
    _ window: TokenWindow,
    times: Range<Int>,
    on tape: Tape<Element>
  ) -> Tensor<Element> {
    let columns = hidden.columns
    var rows = Tensor<Element>(uninitialized: [window.batch, times.count, columns])
    hidden.read { hidden in
      rows.write { rows in
        for sequence in 0..<window.batch {
          for time in times {
            let source =
              order == .timeMajor
              ? time * window.batch + sequence : sequence * window.times + time
            let target = sequence * times.count + time - times.lowerBound
            // SAFETY: both rows lie inside their tensors.
            (rows + target * columns).update(from: hidden + source * columns, count: columns)
          }
        }
      }
    }
    return tape.linear(tape.input(rows), weight: headWeight, bias: headBias).value
  }
}
