// Procedure: a step accumulates the gradients of its micro-batches, one after the other.
// Complexity: three times the operations of the forward pass.
// Determinism: a function of the context and of the loss's own tensors.

import LanguageModels
import NeuralLayers
public import TensorCore

/// The computation of a training step: the gradients of one batch.
///
/// ``PredictionLoss`` is the plain one. Two views of a batch, a second model or an added term are
/// further conforming types, each in its own file.
public protocol StepLoss<Element> {
  /// The type of the model's numbers.
  associatedtype Element: TensorElement

  /// The settings, by which a checkpoint identifies its run; empty by default.
  var settings: [(key: String, value: String)] { get }

  /// Tensors that the loss carries from step to step; empty by default.
  ///
  /// A checkpoint stores them under `loss.` and their names. Names and shapes must stay those of
  /// the first step.
  var tensors: [(name: String, value: Tensor<Element>)] { get set }

  /// Adds the gradients of a batch to those of the model's parameters.
  ///
  /// - Parameter step: The batch, cut into micro-batches, with its model and noise.
  /// - Returns: -ln of the probability of the targets, summed over the batch and unscaled.
  /// - Throws: ``InvalidData`` for an id that the model does not have.
  mutating func addGradients(of step: inout StepContext<Element>) throws -> Double
}

extension StepLoss {
  /// No settings.
  public var settings: [(key: String, value: String)] { [] }

  /// No tensors.
  public var tensors: [(name: String, value: Tensor<Element>)] {
    get { [] }
    set { precondition(newValue.isEmpty, "a loss without tensors cannot take any over") }
  }
}

/// The cross-entropy of the targets, in one pass through the model.
public struct PredictionLoss<Element: TensorElement>: StepLoss {
  /// Creates the plain loss.
  public init() {}

  /// Runs each micro-batch forward and backward.
  public mutating func addGradients(of step: inout StepContext<Element>) throws -> Double {
    var nats = 0.0
    for part in 0..<step.partCount {
      let window = try step.window(ofPart: part)
      let tape = step.tape()
      var state = step.state(ofPart: part, rows: window.batch)
      nats +=
        step.model.loss(
          window,
          state: &state,
          noise: step.noise,
          scale: step.scale,
          on: tape
        ).total
      tape.backward()
      step.carry(state, fromPart: part)
    }
    return nats
  }
}
