import ArgumentParser
import LanguageModels
import Noise

/// The optimizers.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case adamw, sgd
}

/// The schedules of the learning rate.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
  case cosine, linear, constant, decay
}

extension NoiseRate {
  /// Reads a rate with its schedule, such as `0.1` or `0.1:early:0.5`.
  ///
  /// - Throws: ``ValidationError`` that says what was expected.
  init(argumentInRange text: String) throws {
    guard let rate = NoiseRate(text) else {
      throw ValidationError("a rate in 0...1 was expected, such as 0.1 or 0.1:early:0.5")
    }
    self = rate
  }
}

/// A rate at one place: `attention=0.1`.
struct PlacedRate: ExpressibleByArgument {
  let place: NoisePlace
  let rate: NoiseRate

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let rate = NoiseRate(parts[1]),
      let place = NoisePlace(named: parts[0])
    else { return nil }
    (self.place, self.rate) = (place, rate)
  }
}

/// How a model learns, in the words of nanoGPT, word_language_model and Hugging Face, too.
struct OptimizationOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("batch_size"), .customLong("per_device_train_batch_size")],
    help: "Rows that are computed at a time."
  )
  var batchSize: Int?

  @Option(
    name: [.long, .customLong("gradient_accumulation_steps"), .customLong("update-freq")],
    help: "How many times --batch-size rows make one step."
  )
  var accumulation = 1

  @Option(
    name: [.long, .customLong("num_train_epochs")],
    help: "Passes over the text. (default: 3)"
  )
  var epochs: Int?

  @Option(
    name: [.long, .customLong("max_iters"), .customLong("max_steps")],
    help: "Steps of the whole run, instead of passes."
  )
  var steps: Int?

  @Option(help: "How parameters follow their gradients.")
  var optimizer: OptimizerName = .adamw

  @Option(
    name: [.long, .customLong("learning_rate"), .customLong("lr")],
    help: "The largest learning rate. (default: 0.001, sgd 20)"
  )
  var learningRate: Double?

  @Option(
    name: [.long, .customLong("lr_scheduler_type")],
    help:
      "The schedule of the learning rate: decay multiplies by --decay-factor from epoch to epoch."
  )
  var schedule: ScheduleName = .cosine

  @Option(
    name: [.long, .customLong("warmup_iters"), .customLong("warmup_steps")],
    help: "Steps that lead up to the learning rate. (default: 100, at most a tenth)"
  )
  var warmup: Int?

  @Option(
    name: [.long, .customLong("min_lr")],
    help: "Where cosine and linear end. (default: a tenth of the learning rate)"
  )
  var minimumLearningRate: Double?

  @Option(help: "What decay multiplies the learning rate by.")
  var decayFactor = 0.5

  @Option(help: "Epochs before the first decay; after it every epoch decays.")
  var decayAfter = 4

  @Option(
    name: [.long, .customLong("weight_decay"), .customLong("wdecay")],
    help: "What matrices shrink by, times the learning rate."
  )
  var weightDecay = 0.0

  @Option(help: "AdamW's memory of gradients.")
  var beta1 = 0.9

  @Option(help: "AdamW's memory of their squares.")
  var beta2 = 0.99

  @Option(
    name: [.long, .customLong("grad_clip"), .customLong("max_grad_norm")],
    help: "The largest norm of all gradients; 0 for any. (default: 1, sgd 0.25)"
  )
  var clip: Double?

  @OptionGroup var noise: ModelNoiseOptions

  @Option(
    help: ArgumentHelp("BPE-dropout, anew in every epoch.", valueName: "rate"),
    transform: NoiseRate.init(argumentInRange:)
  )
  var bpeDropout: NoiseRate?

  func validate() throws {
    func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws {
      if let value, !range.contains(value) {
        throw ValidationError("--\(name) must lie in \(range), but is \(value).")
      }
    }
    func check(_ name: String, _ value: Double?, below limit: Double) throws {
      if let value, !(value >= 0 && value < limit) {
        throw ValidationError("--\(name) must be at least 0 and below \(limit), but is \(value).")
      }
    }
    try check("batch-size", batchSize, 1...65_536)
    try check("accumulation", accumulation, 1...65_536)
    try check("epochs", epochs, 1...1_000_000)
    try check("steps", steps, 1...1_000_000_000)
    try check("warmup", warmup, 0...1_000_000_000)
    try check("decay-after", decayAfter, 1...1_000_000)
    try check("learning-rate", learningRate, below: 1e30)
    try check("minimum-learning-rate", minimumLearningRate, below: 1e30)
    try check("decay-factor", decayFactor, below: 1e3)
    try check("weight-decay", weightDecay, below: 1e3)
    try check("beta1", beta1, below: 1)
    try check("beta2", beta2, below: 1)
    try check("clip", clip, below: 1e30)
    if steps != nil && epochs != nil {
      throw ValidationError("--steps and --epochs exclude each other.")
    }
  }
}
