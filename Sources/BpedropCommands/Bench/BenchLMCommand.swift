import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Execution
import LanguageModels
import NeuralLayers
import Noise
import Reports
import TensorCore
import Training

/// The configurations that peers are measured with, by name.
enum BenchConfiguration: String, CaseIterable, ExpressibleByArgument {
  case lstmSmall = "lstm-small"
  case lstmMedium = "lstm-medium"
  case lstmLarge = "lstm-large"
  case gptMini = "gpt-mini"
  case gptSmall = "gpt-small"
  case gptModern = "gpt-modern"
  case gpt2 = "gpt-2"

  /// Model, rows of a batch, tokens of a row.
  fileprivate var shape: (model: ModelConfiguration, rows: Int, times: Int) {
    func lstm(_ columns: Int) -> ModelConfiguration {
      .lstm(LSTMConfiguration(vocabulary: 10_000, columns: columns, layers: 2))
    }
    func gpt(_ columns: Int, layers: Int, heads: Int) -> TransformerConfiguration {
      TransformerConfiguration(
        vocabulary: 8192,
        columns: columns,
        layers: layers,
        heads: heads,
        context: 256
      )
    }
    switch self {
    case .lstmSmall: return (lstm(200), 20, 20)
    case .lstmMedium: return (lstm(650), 20, 35)
    case .lstmLarge: return (lstm(1500), 20, 35)
    case .gptMini: return (.transformer(gpt(256, layers: 4, heads: 4)), 8, 256)
    case .gptSmall: return (.transformer(gpt(384, layers: 6, heads: 6)), 8, 256)
    case .gptModern: return (.transformer(gpt(256, layers: 4, heads: 4).modern), 8, 256)
    case .gpt2:
      var shape = gpt(768, layers: 12, heads: 12)
      (shape.vocabulary, shape.context) = (50_257, 1024)
      return (.transformer(shape), 4, 64)
    }
  }

  fileprivate var recipe: TrainingRecipe {
    var recipe = TrainingRecipe(steps: 1 << 40)
    func rates(_ rate: Double, at places: [NoisePlace]) -> ModelNoiseRates {
      var rates = ModelNoiseRates()
      for place in places { rates[place] = NoiseRate(DropoutRate(rate) ?? .zero) }
      return rates
    }
    switch self {
    case .lstmSmall, .lstmMedium, .lstmLarge:
      let rate = self == .lstmSmall ? 0 : self == .lstmMedium ? 0.5 : 0.65
      recipe.rule = .sgd
      recipe.learningRate = LearningRate(1)
      recipe.clip = 5
      recipe.noise = rates(rate, at: [.embedding, .layers, .output])
    case .gptMini, .gptSmall, .gptModern, .gpt2:
      recipe.rule = .adamW()
      recipe.learningRate = LearningRate(3e-4)
      recipe.weightDecay = 0.01
      recipe.clip = 1
      recipe.noise = rates(0.1, at: [.attention, .residual, .mlp])
    }
    return recipe
  }

  /// A run over random tokens.
  fileprivate func run(pool: ComputePool) throws -> TrainingRun<Float> {
    let (configuration, rows, times) = shape
    var collator = Collator()
    (collator.batchSize, collator.length) = (rows, times)
    if case .lstm = configuration { collator.rows = .contiguous }
    let vocabulary = UInt32(configuration.vocabulary)
    var draws = RandomStream(key: NoiseKey(seed: 0, site: .testing), item: 0)
    let ids = (0..<rows * times * 16 + rows).map { _ in draws.next(below: vocabulary) }
    return try TrainingRun(
      configuration.model(
        of: Float.self,
        bound: self == .lstmLarge ? 0.04 : self == .lstmMedium ? 0.05 : 0.1,
        key: NoiseKey(seed: 0, site: .initialization)
      ),
      on: BatchStream(TokenStream(ids: ids), collator: collator),
      recipe: recipe,
      pool: pool
    )
  }
}

struct BenchLMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Measure training: whole steps of models of known shapes on random tokens.",
    discussion: """
      A step is the batch, forward, backward, clipping and update; its time is the median of all. \
      Shapes, dropout and optimizers are those of Zaremba's models, of small GPTs, one of them in \
      the layout of newer models, and of GPT-2 with 124 million parameters. The ceiling is \
      the best product of two matrices of 1024 x 1024 on the same threads. --profile gives each \
      operation its time, and the speed of its products, all else that it does included.

      Examples:
        bpedrop bench lm lstm-small --seconds 0.2
        bpedrop bench lm lstm-small --seconds 0.2 --profile
        bpedrop bench lm lstm-small --seconds 0.2 --json
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The configurations: \(BenchConfiguration.allValueStrings.joined(separator: ", ")). "
        + "(default: all)",
      valueName: "name"
    )
  )
  var names: [BenchConfiguration] = []

  @Option(help: "How long to measure each, after two steps that do not count.")
  var seconds = 12.0

  @Flag(help: "Show where the time goes, by operation.")
  var profile = false

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Leave all products of matrices to OpenBLAS, to compare.")
  var blas = false

  @Flag(help: "Print one JSON object for each.")
  var json = false

  func validate() throws {
    if !(0...3600).contains(seconds) {
      throw ValidationError("--seconds must lie in 0...3600, but is \(seconds).")
    }
  }

  func run() throws {
    let pool = ComputePool(threads: threads.count, usesBLAS: blas)
    let ceiling = Self.productSpeed(pool)
    if !json { print("\(BLASInfo.current)\n") }
    for name in names.isEmpty ? BenchConfiguration.allCases : names {
      let run = try name.run(pool: pool)
      let first = try run.next()?.loss ?? 0
      _ = try run.next()
      let laps = StepProfile(now: Terminal.seconds)
      if profile { run.profile = laps }
      let start = Terminal.seconds()
      var times: [Double] = []
      repeat {
        let before = Terminal.seconds()
        guard try run.next() != nil else { break }
        times.append(Terminal.seconds() - before)
      } while Terminal.seconds() - start < seconds
      times.sort()
      let median = times[times.count / 2]
      let (configuration, rows, length) = name.shape
      let speed = configuration.operationsPerToken(context: length) * Double(rows * length) / median
      var figures = BenchmarkFigures()
      figures.add("configuration", text: name.rawValue)
      figures.add("tokens_per_s", Double(rows * length) / median)
      figures.add("step_ms", median * 1000)
      figures.add("steps", times.count)
      figures.add("first_loss", first)
      figures.add("gflops", speed / 1e9)
      figures.add("ceiling_gflops", ceiling / 1e9)
      figures.add("seconds", Terminal.seconds() - start)
      figures.add("peak_mb", Terminal.peakMemory() / 1_000_000)
      figures.add("threads", threads.count)
      figures.add("products", text: pool.usesPackedProducts ? "packed" : "OpenBLAS")
      figures.add("blas_core", text: BLASInfo.current.coreName)
      figures.show(asJSON: json)
      if profile { show(laps, steps: times.count, ceiling: ceiling) }
      if !json { print() }
    }
  }

  private func show(_ profile: StepProfile, steps: Int, ceiling: Double) {
    let total = profile.entries.reduce(0) { $0 + $1.seconds }
    var table = TextTable([
      "operation", "ms a step", "share", "calls a step", "GFLOP/s", "of the ceiling",
    ])
    for entry in profile.entries.sorted(by: { $0.seconds > $1.seconds }) {
      let speed = entry.operations / max(entry.seconds, 1e-9)
      table.append([
        entry.name, decimal(1000 * entry.seconds / Double(steps), digits: 3),
        decimal(100 * entry.seconds / total, digits: 1) + " %",
        decimal(Double(entry.calls) / Double(steps), digits: 1),
        speed > 0 ? decimal(speed / 1e9, digits: 0) : "",
        speed > 0 ? decimal(100 * speed / ceiling, digits: 0) + " %" : "",
      ])
    }
    print("\n" + table.rendered(), terminator: "")
  }

  /// Operations a second of a product of two matrices of 1024 x 1024, the best of several.
  private static func productSpeed(_ pool: ComputePool) -> Double {
    let size = 1024
    let (a, b) = (Tensor<Float>(zeros: [size, size]), Tensor<Float>(zeros: [size, size]))
    var c = Tensor<Float>(zeros: [size, size])
    let product = MatrixProduct(.transposedB, rows: size, columns: size, inner: size)
    let times = (0..<5).map { _ in
      let start = Terminal.seconds()
      Tensor.read(a, b) { inputs in
        c.write { pool.multiply(product, inputs[0], inputs[1], beta: 0, $0) }
      }
      return Terminal.seconds() - start
    }
    return 2 * Double(size * size * size) / (times.min() ?? 1)
  }
}
