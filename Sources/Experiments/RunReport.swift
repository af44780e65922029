// Procedure: rows of the log are added one by one, whether they are new or read back. Curves have a
//   limited number of points, so the page does not grow with the run; only evaluations are all kept.
// Complexity: O(1) a step on average, O(points) a page.
// Determinism: a function of plan and log. A resumed run has the curves of an uninterrupted one.

import Collation
import LanguageModels
import NeuralLayers
import Reports
import TensorCore
import Training

/// The page of a run: its state, its curves and its plan.
struct RunReport {
  /// The state of a run.
  enum State {
    case running
    case finished
    case interrupted
    case diverged
    case failed(String)
  }

  private let plan: RunPlan
  private let folder: RunFolder
  private let collator: Collator
  private let parameterCount: Int
  private let noise: NoiseCurves

  private var bits = RunCurve()
  private var loss = RunCurve()
  private var norm = RunCurve()
  private var learningRate = RunCurve()
  private var noiseRates: [RunCurve]
  private var heldOut: [(x: Double, y: Double)] = []

  private var last: LogRow?
  private var (tokens, skipped) = (0, 0)
  /// Seconds of the sessions before the present one.
  private var earlierSeconds = 0.0
  /// Sums with exponential decay: about the last twenty steps count.
  private var (recentNats, recentTokens) = (0.0, 0.0)
  private var best: (step: Int, bits: Double)?

  /// - Parameters:
  ///   - plan: What the run depends on.
  ///   - run: The run of the plan.
  ///   - folder: Where its files are.
  ///   - noise: Its noise.
  init(_ plan: RunPlan, _ run: TrainingRun<Float>, folder: RunFolder, noise: NoiseCurves) {
    (self.plan, self.folder, self.noise) = (plan, folder, noise)
    collator = run.stream.collator
    parameterCount = run.model.parameters.reduce(0) { $0 + $1.value.count }
    noiseRates = Array(repeating: RunCurve(), count: noise.rates.count)
  }

  /// Adds a step.
  mutating func add(_ row: LogRow) {
    if let before = last?.seconds, row.seconds < before { earlierSeconds += before }
    last = row
    tokens += row.tokens
    learningRate.add(row.learningRate, atStep: row.step)
    for (index, rate) in noise.values(atStep: row.step).enumerated() {
      noiseRates[index].add(rate, atStep: row.step)
    }
    if let value = row.validation {
      if value.isFinite { heldOut.append((Double(row.step), value)) }
      if value.isFinite && value < best?.bits ?? .infinity { best = (row.step, value) }
    }
    guard !row.isSkipped else {
      skipped += 1
      return
    }
    norm.add(row.gradientNorm, atStep: row.step)
    loss.add(row.loss, atStep: row.step)
    if let value = row.bitsPerByte { bits.add(value, atStep: row.step) }
    recentNats = 0.95 * recentNats + row.loss * Double(row.tokens)
    recentTokens = 0.95 * recentTokens + Double(row.tokens)
  }

  /// The page.
  func page(_ state: State) -> String {
    var page = HTMLPage(title: "Training run: \(plan.model.kind)")
    page.addParagraph(sentence(state))
    page.addFacts(figures)
    page.addHeading("Curves")
    addCurves(to: &page)
    page.addHeading("The plan")
    page.addFacts(planFacts)
    page.addCode(plan.description, summary: "plan.json")
    page.addHeading("The same run again")
    page.addCode("bpedrop lm train --repeat \(Self.quoted(folder.path)) -o again")
    return page.rendered()
  }

  // MARK: - State and figures

  private func sentence(_ state: State) -> String {
    let stepsDone = (last?.step ?? -1) + 1
    let done = "\(stepsDone) of \(plan.training.steps) steps are done"
    let resume = "bpedrop lm train -o \(Self.quoted(folder.path)) --resume"
    switch state {
    case .running:
      return "Running: \(done). The page is written anew at each evaluation: reload it. Where no "
        + "process trains any more, the run was killed, and \(resume) goes on from its checkpoint."
    case .finished where stepsDone < plan.training.steps:
      return "Ended by its plan before the last step: \(done)."
    case .finished: return "Finished: \(done)."
    case .interrupted: return "Interrupted: \(done). \(resume) goes on."
    case .diverged:
      return "Diverged: the loss has been far worse than chance for long. \(done). Lower the "
        + "learning rate."
    case .failed(let message): return "Ended by an error: \(message). \(done)."
    }
  }

  private var figures: [(name: String, value: String)] {
    var facts = [("tokens", "\(tokens)")]
    if let last, recentTokens > 0 {
      facts.append(
        ("training loss of the last steps", "\(decimal(recentNats / recentTokens)) nats a token")
      )
      let seconds = earlierSeconds + last.seconds
      facts.append(("time", "\(decimal(seconds, digits: 1)) s, evaluations included"))
      if seconds > 0 { facts.append(("speed", "\(Int(Double(tokens) / seconds)) tokens/s")) }
    }
    if let latest = heldOut.last, let best {
      facts.append(
        ("held-out, last", "\(decimal(latest.y)) bits per byte at step \(Int(latest.x))")
      )
      facts.append(("held-out, best", "\(decimal(best.bits)) bits per byte at step \(best.step)"))
    }
    if skipped > 0 { facts.append(("steps skipped, not finite", "\(skipped)")) }
    return facts
  }

  // MARK: - Curves

  private func addCurves(to page: inout HTMLPage) {
    typealias Series = LineChart.Series
    func add(_ label: String, _ series: [Series], _ caption: String) {
      let drawing = LineChart(xLabel: "step", yLabel: label, series: series).html()
      page.addFigure(drawing, caption: caption)
    }
    let evaluations = heldOut.isEmpty ? [] : [Series(name: "held-out", points: heldOut)]
    if !bits.points.isEmpty || !heldOut.isEmpty {
      add(
        "bits per byte",
        [Series(name: "training", points: bits.points)] + evaluations,
        "What a byte of the text costs the model, noise of training included: fewer is better."
      )
    }
    add(
      "nats a token",
      [Series(name: "training loss", points: loss.points)],
      "The loss of the training batches."
    )
    add(
      "learning rate",
      [Series(name: "learning rate", points: learningRate.points)],
      plan.training.learningRate.description
    )
    add(
      "norm of all gradients",
      [Series(name: "gradient norm", points: norm.points)],
      plan.training.clip.map { "Before clipping at \($0)." } ?? "Gradients are not clipped."
    )
    guard !noise.rates.isEmpty else { return }
    let series = zip(noise.rates, noiseRates).enumerated().map { index, pair in
      Series(name: pair.0.name, points: pair.1.points, isDashed: index >= 6)
    }
    add("rate", series, "The rates of noise, by place. Equal rates lie on one another.")
  }

  // MARK: - The plan

  private var planFacts: [(name: String, value: String)] {
    let training = plan.training
    let data =
      switch plan.data {
      case .files(let files): files.paths.joined(separator: " ")
      case .random(let count): "\(count) random tokens"
      }
    let noiseText = noise.rates.map { "\($0.name)=\($0.rate)" }.joined(separator: " ")
    var facts = [
      ("model", "\(plan.model)"), ("parameters", "\(parameterCount)"),
      ("data", data), ("tokenizer", plan.tokenizer ?? "the 256 bytes"),
    ]
    if let validation = plan.validation { facts.append(("held-out text", validation)) }
    return facts + [
      (
        "batches",
        "\(collator.batchSize) rows of \(collator.length) tokens, \(collator.rows.rawValue), in "
          + "\(training.accumulation == 1 ? "one part" : "\(training.accumulation) parts")"
      ),
      ("steps", "\(training.steps)"), ("optimizer", "\(training.rule)"),
      ("learning rate", "\(training.learningRate)"), ("weight decay", "\(training.weightDecay)"),
      ("noise", noiseText.isEmpty ? "none" : noiseText), ("seed", "\(training.seed)"),
    ]
  }

  /// A path as a shell takes it.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        || "._/+-".utf8.contains(byte)
    }
    if isPlain && !path.isEmpty { return path }
    let parts = path.split(separator: "'", omittingEmptySubsequences: false)
    return "'\(parts.joined(separator: #"'\''"#))'"
  }
}
