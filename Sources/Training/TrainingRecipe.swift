public import LanguageModels
public import TensorCore

/// How a model is trained: everything that a step depends on besides model and batches.
public struct TrainingRecipe: Hashable, Sendable {
  /// The number of steps of the whole run.
  public var steps: Int
  /// The rule by which parameters follow their gradients.
  public var rule = OptimizerRule.adamW(beta2: 0.99)
  /// The learning rate and its schedule.
  public var learningRate = LearningRate(1e-3)
  /// The decay of matrices, multiplied by the learning rate.
  public var weightDecay = 0.0
  /// The largest norm of all gradients together; nil for any.
  public var clip: Double? = 1
  /// The rates of the model's dropout, and their schedules.
  public var noise = ModelNoiseRates()
  /// The weight of the divergence of two views of each batch; 0 for one view.
  public var consistency = 0.0
  /// The number of micro-batches in a batch, computed one after the other to save memory.
  public var accumulation = 1
  /// Parameters with other settings than the recipe's; none by default.
  public var groups: [ParameterGroup] = []
  /// The seed of the model's dropout.
  public var seed: UInt64 = 0

  /// Creates a recipe: AdamW at a constant rate of 0.001, clipped at 1, without noise.
  ///
  /// - Parameter steps: The number of steps of the whole run.
  public init(steps: Int) { self.steps = steps }

  /// What each step computes: the plain loss, or that of two views.
  ///
  /// - Parameter type: The type of the model's numbers.
  /// - Returns: A loss at its first step.
  public func loss<Element: TensorElement>(of type: Element.Type) -> any StepLoss<Element> {
    consistency > 0 ? ConsistencyLoss<Element>(weight: consistency) : PredictionLoss<Element>()
  }

  /// The settings as text, by which a checkpoint identifies its run.
  var settings: [(key: String, value: String)] {
    [
      ("steps", "\(steps)"), ("optimizer", "\(rule)"), ("learning_rate", "\(learningRate)"),
      ("weight_decay", "\(weightDecay)"), ("clip", clip.map { "\($0)" } ?? "none"),
      ("dropout", "\(noise)"), ("accumulation", "\(accumulation)"),
      ("seed", "\(seed)"),
    ] + groups.enumerated().map { ("group.\($0)", "\($1)") }
  }
}
