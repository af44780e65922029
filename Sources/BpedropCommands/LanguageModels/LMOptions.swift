public import ArgumentParser
import Collation
import LanguageModels
public import Noise
import Training

/// The kinds of models.
enum Architecture: String, CaseIterable, ExpressibleByArgument {
  case transformer, modern, encoder, lstm
}

/// The optimizers.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case adamw, sgd
}

/// The courses of the learning rate.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
  case cosine, linear, constant, decay
}

extension NoiseRate: ExpressibleByArgument {
  /// Reads a rate with its course; nil for anything else.
  public init?(argument: String) { self.init(argument) }
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

/// The shape of a model, in the words of nanoGPT and word_language_model, too.
struct ModelShapeOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("arch")],
    help: ArgumentHelp(
      "The kind of model: transformer is GPT-2's, modern has rotary positions, RMS norms, SwiGLU and "
        + "grouped heads; an encoder sees both sides, and finds masked tokens."
    )
  )
  var architecture: Architecture = .transformer

  @Option(
    name: [
      .long, .customLong("n_embd"), .customLong("emsize"), .customLong("nhid"),
    ],
    help: "The width of embedding and hidden states. (default: 128, lstm 200)"
  )
  var columns: Int?

  @Option(
    name: [.long, .customLong("n_layer"), .customLong("nlayers")],
    help: "How many layers. (default: 4, lstm 2)"
  )
  var layers: Int?

  @Option(name: [.long, .customLong("n_head"), .customLong("nhead")], help: "Heads of attention.")
  var heads = 4

  @Option(
    name: [.long, .customLong("block_size"), .customLong("bptt")],
    help: "Tokens of a row, and the transformer's context. (default: 128, lstm 35)"
  )
  var blockSize: Int?

  @OptionGroup var transformer: TransformerOptions

  @Flag(help: "Tie the LSTM's output to its embedding; the transformer's always is.")
  var tied = false

  @Option(help: "The LSTM's first values lie uniformly within this bound.")
  var initialBound = 0.1

  func configuration(vocabulary: Int, context: Int) throws -> ModelConfiguration {
    let configuration: ModelConfiguration =
      switch architecture {
      case .lstm:
        .lstm(
          LSTMConfiguration(
            vocabulary: vocabulary,
            columns: columns ?? 200,
            layers: layers ?? 2,
            isTied: tied
          )
        )
      case .transformer, .modern, .encoder:
        .transformer(
          transformer.shape(
            TransformerConfiguration(
              vocabulary: vocabulary,
              columns: columns ?? 128,
              layers: layers ?? 4,
              heads: heads,
              context: context
            ),
            architecture
          )
        )
      }
    if let fault = configuration.fault { throw ValidationError("\(fault).") }
    return configuration
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
    help: "The course of the learning rate: decay is by --decay-factor from epoch to epoch."
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

  @Option(
    help: ArgumentHelp(
      "Dropout in the model; with a course as 0.1:early:0.5, 0.1:late:0.5 or 0.1:linear:0:0.3.",
      valueName: "rate"
    )
  )
  var dropout = NoiseRate(.zero)

  @Option(
    help: ArgumentHelp(
      "Another rate at one place: embedding, layers, output, attention, residual or mlp.",
      valueName: "place=rate"
    )
  )
  var dropoutAt: [PlacedRate] = []

  @Option(help: ArgumentHelp("BPE-dropout, anew in every epoch.", valueName: "rate"))
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

  /// The settings of batches that are given as flags, over those of a recipe.
  func collation(
    _ recipe: CollationRecipe,
    hasFile: Bool,
    shape: ModelShapeOptions
  ) throws -> CollationRecipe {
    let isRecurrent = shape.architecture == .lstm
    var defaults: [String] = []
    if !hasFile {
      let rows = bpeDropout != nil ? "grid" : isRecurrent ? "contiguous" : "windows"
      defaults += [
        "\"rows\": \"\(rows)\"", "\"block_size\": \(isRecurrent ? 35 : 128)",
        "\"batch_size\": \((isRecurrent ? 20 : 16) * accumulation)",
      ]
      if shape.architecture == .encoder { defaults.append("\"objective\": \"masked\"") }
    }
    var flags: [String] = []
    if let batchSize { flags.append("\"batch_size\": \(batchSize * accumulation)") }
    if let size = shape.blockSize { flags.append("\"block_size\": \(size)") }
    if let bpeDropout { flags.append("\"bpe_dropout\": \"\(bpeDropout)\"") }
    if let epochs { flags.append("\"epochs\": \(epochs)") }
    func settings(_ list: [String]) throws -> CollationRecipe {
      try CollationRecipe(Array("{\(list.joined(separator: ", "))}".utf8))
    }
    return try settings(defaults).overridden(by: recipe).overridden(by: settings(flags))
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
    recipe.noise = ModelNoiseRates(dropout)
    for placed in dropoutAt { recipe.noise[placed.place] = placed.rate }
    recipe.accumulation = accumulation
    recipe.seed = seed
    return recipe
  }
}
