import ArgumentParser
import Experiments
import Glibc
import Reports
import TensorCore
import Training

/// What a person sees of a training session: a live line, evaluations, warnings, the end.
final class TrainingReport: TrainingObserver {
  private let stage: String
  private var bar: ProgressBar?
  private var interruption: Interruption?

  /// - Parameter stage: What the live line begins with.
  init(stage: String = "training") { self.stage = stage }

  /// A session's environment in which this report watches, and Ctrl-C stops.
  func environment(_ pool: ComputePool) -> SessionEnvironment {
    var environment = SessionEnvironment(pool: pool, now: Terminal.seconds)
    environment.isInterrupted = { [weak self] in self?.interruption?.hasCome ?? false }
    environment.observer = self
    return environment
  }

  /// Trains a session to its end, and says what came of it.
  ///
  /// - Throws: What training throws; ``ExitCode`` where the user interrupted it.
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
    guard try session.train() == .finished else { throw ExitCode(128 + SIGINT) }
    bar?.clear()
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

  func session(_ session: TrainingSession, didStep step: TrainingStep) {
    let meter = session.meter
    var text = "loss \(decimal(meter.recentLoss, digits: 3))"
    if let bits = meter.recentBitsPerByte { text += "  \(decimal(bits, digits: 3)) bits/byte" }
    text += "  \(Int(meter.tokensPerSecond)) tokens/s"
    bar?.show(step.step + 1, of: session.run.recipe.steps, note: text)
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

  func sessionDidStop(_ session: TrainingSession) {
    bar?.clear()
    Terminal.note("bpedrop: stopped behind step \(session.run.step - 1); --resume goes on")
  }
}
