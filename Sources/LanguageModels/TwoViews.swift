// Procedure: each view runs through the trunk on a tape of its own, because a tape derives a weight
//   only once. The head reads both on a third tape, whose gradients go back into the two.
// Complexity: twice that of one view.
// Determinism: that of its operations.

public import NeuralLayers
import TensorCore

/// The loss of two views of a window.
public struct TwoViewLoss: Sendable {
  /// -ln of the probability of the targets, the mean over both views.
  public let prediction: WindowLoss
  /// The divergence of the views, summed over the targets and times its weight.
  public let divergence: Double
}

extension LanguageModel {
  /// Runs two views of a window, and propagates the gradient of their predictions and of their
  /// divergence.
  ///
  /// - Parameters:
  ///   - window: A window with targets.
  ///   - states: The states before the window, one for each view; replaced by those after it.
  ///   - noise: The views are ``ModelNoise/view(_:)`` 0 and 1 of it. Columns that are cut before the
  ///     head are the same for both.
  ///   - weight: The factor of the divergence.
  ///   - scale: The factor of the sum of nats in the gradient.
  ///   - makeTape: Makes an empty tape.
  /// - Returns: The nats, unscaled.
  public func twoViewLoss(
    _ window: TokenWindow,
    states: inout (ModelState<Element>, ModelState<Element>),
    noise: ModelNoise?,
    weight: Double,
    scale: Double,
    _ makeTape: () -> Tape<Element>
  ) -> TwoViewLoss {
    guard let targets = window.targets else {
      preconditionFailure("a window without targets has no loss")
    }
    func view(
      _ number: UInt64,
      _ state: inout ModelState<Element>
    ) -> (tape: Tape<Element>, input: HeadInput<Element>, hidden: Variable<Element>) {
      let (tape, noise) = (makeTape(), noise?.view(number))
      let input = headInput(window, state: &state, noise: noise, on: tape)
      return (tape, input, tape.dropout(input.hidden, noise?.dropout(.head), rows: input.rows))
    }
    let views = [view(0, &states.0), view(1, &states.1)]
    let head = makeTape()
    let inputs = views.map { head.input($0.hidden.value, needsGradient: true) }
    let places = views[0].input.places
    let loss = head.loss(
      head.interleave(inputs[0], inputs[1]),
      weight: headWeight,
      bias: headBias,
      columns: noise?.kept(.cutHead, layer: 0, of: inputs[0].value.columns),
      against: TwoViewTargets(places.map { targets[$0] }, weight: weight),
      scale: scale
    )
    head.backward()
    for (view, input) in zip(views, inputs) {
      if let gradient = input.gradient?.tensor { view.tape.seed(gradient, at: view.hidden) }
      view.tape.backward()
    }
    var nats = [Double](repeating: 0, count: window.inputs.count)
    var (total, divergence) = (0.0, 0.0)
    for (row, place) in places.enumerated() {
      nats[place] = loss.nats[2 * row]
      total += loss.nats[2 * row]
      divergence += loss.nats[2 * row + 1]
    }
    return TwoViewLoss(
      prediction: WindowLoss(nats: nats, total: total, count: loss.count),
      divergence: divergence
    )
  }
}
