// Source: X. Liang et al., "R-Drop", NeurIPS 2021; the third form of AttentionDrop.
// Procedure: each micro-batch runs twice under unrelated noise. The loss is the mean of both
//   cross-entropies, plus the weight times the divergence of the predictions. Both views begin at
//   the carried state; the first one's is carried on.
// Complexity: twice that of the plain step: compare at equal time, not at equal steps.
// Determinism: the views are functions of the step's noise.

import LanguageModels
import NeuralLayers
public import TensorCore

/// Two views of each batch, whose predictions are to agree.
public struct ConsistencyLoss<Element: TensorElement>: StepLoss {
  /// The factor of the divergence.
  public let weight: Double

  /// Creates the loss.
  ///
  /// - Parameter weight: The factor of the divergence, at least 0.
  public init(weight: Double) { self.weight = weight }

  /// The weight.
  public var settings: [(key: String, value: String)] { [("consistency", "\(weight)")] }

  /// Runs both views of each micro-batch forward and backward.
  ///
  /// - Returns: The mean nats of both views, without the divergence.
  public mutating func addGradients(of step: inout StepContext<Element>) throws -> Double {
    var nats = 0.0
    for part in 0..<step.partCount {
      let window = try step.window(ofPart: part)
      let start = step.state(ofPart: part, rows: window.batch)
      var states = (start, start)
      let context = step
      nats +=
        step.model.twoViewLoss(
          window,
          states: &states,
          noise: step.noise,
          weight: weight,
          scale: step.scale
        ) { context.tape() }.prediction.total
      step.carry(states.0, fromPart: part)
    }
    return nats
  }
}
