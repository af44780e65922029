import ArgumentParser
import Collation
import Experiments
import LanguageModels
import NeuralLayers
import Reports
import TensorCore
import Training

struct BenchLMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Measure training: whole steps of standard models on random tokens.",
    discussion: """
      A step is the batch, forward, backward, clipping and update; its time is the median over all \
      steps. Shapes, dropout and optimizers are those of Zaremba's models, of small GPTs, one of \
      them in the layout of newer models, and of GPT-2 with 124 million parameters. The ceiling is \
      the best product of two 1024 x 1024 matrices on the same threads. --profile shows the time \
      of each operation, and the speed of its products relative to its whole time.

      With noise (--dropout-at and others), the configuration with exactly that noise is measured \
      against the same one without any, step by step in turns: its cost, or what it saves.

      Examples:
        bpedrop bench lm lstm-small --seconds 0.2
        bpedrop bench lm lstm-small --seconds 0.2 --profile
        bpedrop bench lm lstm-small --seconds 0.2 --json
        bpedrop bench lm lstm-small --seconds 0.2 --dropout-at cut-inputs=0.5 --dropout-at cut-head=0.5
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

  @Option(help: "The duration of each measurement, after two warm-up steps.")
  var seconds = 12.0

  @Flag(help: "Show the time of each operation.")
  var profile = false

  @OptionGroup(title: "Noise") var noise: ModelNoiseOptions

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Leave all matrix products to OpenBLAS, for comparison.")
  var blas = false

  @Flag(help: "Print one JSON object per configuration.")
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
      let plan = try name.plan
      if noise.rates != ModelNoiseRates() || noise.consistency > 0 {
        try compare(name, plan, pool)
        continue
      }
      let stream = try plan.open(plan.loadTokenizer(), threads: threads.count).stream
      let run = try plan.run(on: stream, pool: pool)
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

  private func compare(
    _ name: BenchConfiguration,
    _ plan: RunPlan,
    _ pool: ComputePool
  ) throws {
    let plan = plan.changing {
      $0.training.noise = noise.rates
      $0.training.consistency = noise.consistency
    }
    let cost = try NoiseCost(plan, seconds: seconds, threads: threads.count, pool: pool)
    var figures = BenchmarkFigures()
    figures.add("configuration", text: name.rawValue)
    figures.add("noise", text: "\(noise.rates)")
    if noise.consistency > 0 { figures.add("consistency", noise.consistency) }
    cost.add(to: &figures)
    figures.add("threads", threads.count)
    figures.show(asJSON: json)
    if !json { print() }
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

  /// Operations per second of a product of two 1024 x 1024 matrices, the best of several.
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
