// Procedure: a window is a batch of stretches of text, sequence by sequence; a model maps it to a
//   hidden state at each token, and the head turns those into a loss, or into logits.
// Complexity: the loss never holds all logits at once (CrossEntropyOperation.swift).
// Determinism: the same bits for any number of threads; masks by ``ModelNoise``.

public import NeuralLayers
public import TensorCore

/// What a model carries from one window of a text to the next.
public struct ModelState<Element: TensorElement>: Sendable {
  /// Of each LSTM layer; none for a transformer.
  public var layers: [LSTMState<Element>]

  /// The states of the layers.
  public init(layers: [LSTMState<Element>] = []) { self.layers = layers }
}

/// What the targets of a window cost.
public struct WindowLoss: Sendable {
  /// For each token of the window -ln of the probability of its target; 0 if it has none.
  public let nats: [Double]
  /// Their sum.
  public let total: Double
  /// How many tokens have a target.
  public let count: Int

  /// The nats of a target on average; 0 if there is none.
  public var mean: Double { count > 0 ? total / Double(count) : 0 }
}

/// A model that predicts a token at each token of a window: the next one, or the one that a mask
/// hides.
public protocol LanguageModel<Element> {
  /// The type of its numbers.
  associatedtype Element: TensorElement

  /// The places where noise acts.
  static var noisePlaces: [NoisePlace] { get }
  /// Kind and shape.
  var configuration: ModelConfiguration { get }
  /// All parameters, once each, in the order of the model file.
  var parameters: [Parameter<Element>] { get }
  /// The longest window; nil if there is no limit.
  var context: Int? { get }
  /// Which index of a hidden state runs slower.
  var order: RowPlacement.Order { get }
  /// A row for each token.
  var headWeight: Parameter<Element> { get }
  /// Added to the logits, where there is one.
  var headBias: Parameter<Element>? { get }

  /// The state at the start of a text.
  func start(batch: Int) -> ModelState<Element>

  /// Runs over a window, and notes the state behind each layer in the tape's taps, where it has
  /// some.
  ///
  /// **Shapes**: [batch times] tokens → [times, batch, columns] or [batch, times, columns], as
  /// ``order`` has it.
  ///
  /// - Parameters:
  ///   - window: Not longer than ``context``.
  ///   - state: Before the window; replaced by the one behind it.
  ///   - noise: Nil for evaluation.
  ///   - tape: Where to compute, and whether to record.
  /// - Returns: What the head predicts from.
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

  /// The parameter of a name.
  public func parameter(_ name: String) -> Parameter<Element>? {
    parameters.first { $0.name == name }
  }

  /// Runs over a window and compares with its targets by cross-entropy.
  ///
  /// - Parameters:
  ///   - window: With targets.
  ///   - state: Before the window; replaced by the one behind it.
  ///   - noise: Nil for evaluation.
  ///   - scale: What the sum of nats is multiplied by in the gradient: 1 / count for the mean, with
  ///     micro-batches of the whole batch; 1 / batch in Zaremba's recipe.
  ///   - tape: Carries the gradient back, where it records.
  /// - Returns: The nats, not scaled.
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

  /// Runs over a window and compares with what a loss wants at each token.
  ///
  /// - Parameters:
  ///   - window: A token whose target is negative is left out of the loss; nil targets leave out
  ///     none.
  ///   - state: Before the window; replaced by the one behind it.
  ///   - noise: Nil for evaluation.
  ///   - scale: What the sum of nats is multiplied by in the gradient.
  ///   - tape: Carries the gradient back, where it records.
  ///   - wanted: Makes the loss of rows that stand at some places of the window, in their order.
  ///     Places without a target are among them where they are few.
  /// - Returns: The nats, not scaled.
  public func loss<Loss: RowLoss<Element>>(
    _ window: TokenWindow,
    state: inout ModelState<Element>,
    noise: ModelNoise?,
    scale: Double,
    on tape: Tape<Element>,
    _ wanted: (_ places: [Int]) -> Loss
  ) -> WindowLoss {
    var hidden = hidden(window, state: &state, noise: noise, on: tape)
    var places = window.places(order)
    if let targets = window.targets {
      let rows = places.indices.filter { targets[places[$0]] >= 0 }
      if 4 * rows.count <= 3 * places.count {
        // The head is the dearest layer: rows without a target do not reach it.
        hidden = tape.select(hidden, rows: rows)
        places = rows.map { places[$0] }
      }
    }
    let loss = tape.loss(
      hidden,
      weight: headWeight,
      bias: headBias,
      against: wanted(places),
      scale: scale
    )
    var nats = [Double](repeating: 0, count: window.inputs.count)
    for (row, place) in places.enumerated() { nats[place] = loss.nats[row] }
    return WindowLoss(nats: nats, total: loss.total, count: loss.count)
  }

  /// Runs over a window and predicts what comes behind each token.
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

  /// Runs over a window and predicts what comes behind it.
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

  /// The logits of some times, sequence by sequence.
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
