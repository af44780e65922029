/// The figures of one training step.
public struct TrainingStep: Hashable, Sendable {
  /// The number of the step in the run, from 0.
  public let step: Int
  /// The pass over the data, from 0.
  public let epoch: UInt32
  /// The number of predicted tokens.
  public let targets: Int
  /// The bytes of text that these tokens stand for; 0 if the data do not record them.
  public let bytes: Int
  /// -ln of the probability of the targets, summed.
  public let nats: Double
  /// The Euclidean norm of all gradients together, before clipping.
  public let gradientNorm: Double
  /// The learning rate.
  public let learningRate: Double
  /// Whether the step changed nothing, because loss or gradients were not finite.
  public let isSkipped: Bool

  /// The mean number of nats per target; 0 without targets.
  public var loss: Double { targets > 0 ? nats / Double(targets) : 0 }
}
