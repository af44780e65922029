import Collation
import LanguageModels
import Noise
import Training

extension OptimizationOptions {
  /// The settings of batches: flags over those of a recipe's file, or over defaults without one.
  func collation(
    _ source: BatchSourceOptions,
    shape: ModelShapeOptions
  ) throws -> CollationRecipe {
    var flags: [String: RecipeValue] = [:]
    if let batchSize { flags["batch_size"] = .number(Double(batchSize * accumulation)) }
    if let size = shape.blockSize { flags["block_size"] = .number(Double(size)) }
    if let bpeDropout { flags["bpe_dropout"] = .text("\(bpeDropout)") }
    if let epochs { flags["epochs"] = .number(Double(epochs)) }
    let recipe =
      try source.recipePath == nil ? CollationRecipe(defaults(shape)) : source.recipe()
    return try recipe.overridden(by: CollationRecipe(flags))
  }

  private func defaults(_ shape: ModelShapeOptions) -> [String: RecipeValue] {
    let isRecurrent = shape.architecture == .lstm
    let rows = bpeDropout != nil ? "grid" : isRecurrent ? "contiguous" : "windows"
    let batchSize = (isRecurrent ? 20 : 16) * accumulation
    var settings: [String: RecipeValue] = [
      "rows": .text(rows), "block_size": isRecurrent ? 35 : 128,
      "batch_size": .number(Double(batchSize)),
    ]
    if shape.architecture == .encoder { settings["objective"] = "masked" }
    return settings
  }

  /// The recipe of a run over some batches.
  func recipe(for stream: BatchStream, seed: UInt64) -> TrainingRecipe {
    let stepsOfEpoch = max(stream.stepCount(epoch: 0), 1)
    let total = steps ?? (0..<(epochs ?? 3)).reduce(0) { $0 + stream.stepCount(epoch: UInt32($1)) }
    var recipe = TrainingRecipe(steps: total)
    recipe.rule = optimizer == .sgd ? .sgd : .adamW(beta1: beta1, beta2: beta2)
    let peak = learningRate ?? (optimizer == .sgd ? 20 : 1e-3)
    let floor = minimumLearningRate ?? peak / 10
    recipe.learningRate = LearningRate(
      peak,
      warmup: warmup ?? (optimizer == .sgd ? 0 : min(100, total / 10)),
      schedule: {
        switch schedule {
        case .cosine: .cosine(floor: floor)
        case .linear: .linear(floor: floor)
        case .constant: .constant
        case .decay:
          .decay(factor: decayFactor, after: decayAfter * stepsOfEpoch, every: stepsOfEpoch)
        }
      }()
    )
    recipe.weightDecay = weightDecay
    let clip = clip ?? (optimizer == .sgd ? 0.25 : 1)
    recipe.clip = clip > 0 ? clip : nil
    recipe.noise = noise.rates
    recipe.consistency = noise.consistency
    recipe.accumulation = accumulation
    recipe.seed = seed
    return recipe
  }
}
