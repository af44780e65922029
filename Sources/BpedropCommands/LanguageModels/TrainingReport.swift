import ArgumentParser
import Experiments
import Glibc
import Reports
import TensorCore
import Training

/// What a person sees of a training session: a live line, evaluations, warnings, the end.
final class TrainingReport: TrainingObserver {
  private let stage: String
  /// The steps between lines that are printed; nil for a tenth of the run, where nobody sees a live
  /// line.
  private let logEvery: Int?
  private var bar: ProgressBar?
  private var interruption: Interruption?

  /// - Parameters:
  ///   - stage: What the live line begins with.
  ///   - logEvery: The steps between printed lines; nil for a tenth of the run where standard error
  ///     is no terminal, and for none where it is.
  init(stage: String = "training", logEvery: Int? = nil) {
    (self.stage, self.logEvery) = (stage, logEvery)
  }

  /// A session's environment in which this report watches, and Ctrl-C stops.
  func environment(_ pool: ComputePool) -> SessionEnvironment {
    var environment = SessionEnvironment(pool: pool, now: Terminal.seconds)
    environment.isInterrupted = { [weak self] in self?.interruption?.hasCome ?? false }
    environment.observer = self
    return environment
  }

  /// Trains a session to its end, and says what came of it.
  ///
  /// - Throws: What training throws; ``ExitCode`` where the user interrupted it or it diverged.
  func train(_ session: TrainingSession) throws {
    if session.isFinished {
      // A killed run may have its last checkpoint, but not its model.
      _ = try session.train()
      print(
        "the run is finished: all \(session.run.step) steps are done; more --steps go on from here"
      )
      return
    }
    bar = ProgressBar(stage, unit: "steps", from: session.run.step)
    interruption = Interruption()
    defer {
      bar?.clear()
      interruption = nil
    }
    switch try session.train() {
    case .finished: bar?.clear()
    case .stalled:
      bar?.clear()
      print("no better evaluation in \(session.plan.patience ?? 0): the run stops here")
    case .interrupted: throw ExitCode(128 + SIGINT)
    case .diverged: throw ExitCode(1)
    }
    let meter = session.meter
    print(
      "\(session.run.step) steps: training loss \(decimal(meter.recentLoss, digits: 4)) nats a "
        + "token, \(Int(meter.tokensPerSecond)) tokens/s"
    )
    if let latest = session.latest, let best = session.best {
      print(
        "held-out: \(decimal(latest.bitsPerByte, digits: 4)) bits per byte, perplexity "
          + "\(decimal(latest.perplexity, digits: 2)) a token; best \(decimal(best, digits: 4))"
      )
    }
  }

  func session(_ session: TrainingSession, didResumeWith warnings: [String]) {
    for warning in warnings {
      Terminal.note("bpedrop: \(session.folder.checkpoint): warning: \(warning)")
    }
    if !session.isFinished { print("going on behind step \(session.run.step)") }
  }

  func session(_ session: TrainingSession, didStep step: TrainingStep) throws {
    let (meter, total) = (session.meter, session.run.recipe.steps)
    var text = "loss \(decimal(meter.recentLoss, digits: 3))"
    if let bits = meter.recentBitsPerByte { text += "  \(decimal(bits, digits: 3)) bits/byte" }
    text += "  \(Int(meter.tokensPerSecond)) tokens/s"
    let interval = logEvery ?? (Terminal.isInteractive ? 0 : max(total / 10, 1))
    if interval > 0 && session.run.step % interval == 0 {
      bar?.clear()
      print("step \(session.run.step) of \(total): \(text)")
      try Terminal.flushPrinted()
    }
    bar?.show(session.run.step, of: total, note: text)
  }

  func session(_ session: TrainingSession, didSkip step: TrainingStep) {
    bar?.clear()
    Terminal.note("bpedrop: step \(step.step): loss or gradients are not finite: step skipped")
  }

  func session(_ session: TrainingSession, didEvaluate evaluation: Evaluation) throws {
    bar?.clear()
    print(
      "step \(session.run.step): held-out \(decimal(evaluation.bitsPerByte, digits: 4)) bits per "
        + "byte, perplexity \(decimal(evaluation.perplexity, digits: 2)) a token, "
        + "\(Int(session.meter.tokensPerSecond)) tokens/s"
    )
    try Terminal.flushPrinted()
  }

  func session(_ session: TrainingSession, didDivergeAbove limit: Double) {
    bar?.clear()
    let kept =
      session.best == nil
      ? "the last checkpoint stays" : "the best model and the last checkpoint stay"
    Terminal.note(
      "bpedrop: diverged: the loss has been above \(decimal(limit, digits: 1)) nats a token, far worse "
        + "than chance, up to step \(session.run.step - 1): lower the learning rate; \(kept)"
    )
  }

  func sessionDidStop(_ session: TrainingSession) {
    bar?.clear()
    Terminal.note("bpedrop: stopped behind step \(session.run.step - 1); --resume goes on")
  }
}
