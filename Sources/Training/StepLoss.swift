// Procedure: a step adds up the gradients of its micro-batches, one behind the other.
// Complexity: three times the operations of the forward pass.
// Determinism: a function of the context and of the loss's own tensors.

import LanguageModels
import NeuralLayers
public import TensorCore

/// What a step of training computes: the gradients of one batch.
///
/// ``PredictionLoss`` is the plain one. Two views of a batch, a second model or an added term are
/// other values of it, each in a file of its own.
public protocol StepLoss<Element> {
  /// The type of the model's numbers.
  associatedtype Element: TensorElement

  /// The settings, by which a checkpoint knows the run that it belongs to; none by default.
  var settings: [(key: String, value: String)] { get }

  /// Tensors that the loss carries from step to step; none by default.
  ///
  /// A checkpoint holds them under `loss.` and their names. Names and shapes stay those of the
  /// first step.
  var tensors: [(name: String, value: Tensor<Element>)] { get set }

  /// Adds the gradients of a batch to those of the model's parameters.
  ///
  /// - Parameter step: The batch, cut into micro-batches, and what it meets.
  /// - Returns: -ln of the probability of the targets, summed over the batch and not scaled.
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

/// The cross-entropy of the targets, once through the model.
public struct PredictionLoss<Element: TensorElement>: StepLoss {
  /// The plain loss.
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
