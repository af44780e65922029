import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Glibc
import LanguageModels
import Reports
import TensorCore
import Training

/// A run with its files: the log, the checkpoints, the best model, and what a person sees of it.
struct TrainingSession {
  let run: TrainingRun<Float>
  let folder: RunFolder
  /// The token between documents, and its text.
  let separator: (id: TokenID, text: String)?
  let validation: TokenStream?
  let pool: ComputePool
  var evaluateEvery = 1
  var saveEvery = 1
  /// The lowest bits per byte on the held-out text.
  private(set) var best: Double?
  private(set) var latest: Evaluation?
  /// The loss in bits per byte over the megabytes of text read, some hundred points.
  private(set) var course: [(x: Double, y: Double)] = []
  /// The same on the held-out text.
  private(set) var evaluations: [(x: Double, y: Double)] = []
  private(set) var tokensPerSecond = 0.0
  private var bytesRead = 0

  init(
    run: TrainingRun<Float>,
    folder: RunFolder,
    separator: (id: TokenID, text: String)?,
    validation: TokenStream?,
    pool: ComputePool
  ) {
    self.run = run
    self.folder = folder
    self.separator = separator
    self.validation = validation
    self.pool = pool
  }

  /// Goes back to the checkpoint of the folder.
  mutating func resume() throws {
    let file = try Safetensors(reading: folder.checkpoint)
    do {
      for warning in try run.resume(from: file) {
        Terminal.note("bpedrop: \(folder.checkpoint): warning: \(warning)")
      }
    } catch let error as InvalidData {
      throw error.inFile(folder.checkpoint)
    }
    best = file.metadata("best").flatMap { Double($0) }
    print("going on behind step \(run.step)")
  }

  /// Trains to the end, or until the user interrupts.
  mutating func go(stage: String = "training") throws {
    var log = try TrainingLog(
      folder.log,
      stage: stage,
      step: run.step,
      total: run.recipe.steps
    )
    let interruption = Interruption()
    defer { log.clear() }
    while let step = try run.next() {
      log.add(step)
      bytesRead += step.bytes
      if run.step % max(run.recipe.steps / 100, 1) == 0, let bits = log.recentBitsPerByte {
        course.append((Double(bytesRead) / 1e6, bits))
      }
      if step.isSkipped {
        log.clear()
        Terminal.note("bpedrop: step \(step.step): loss or gradients are not finite: step skipped")
      }
      let isLast = run.step == run.recipe.steps
      var bits: Double?
      if validation != nil && (isLast || run.step % evaluateEvery == 0) {
        bits = try evaluate(&log)
      }
      try log.write(step, validation: bits)
      let isInterrupted = interruption.hasCome
      if isLast || isInterrupted || run.step % saveEvery == 0 { try save() }
      if isInterrupted && !isLast {
        log.clear()
        Terminal.note("bpedrop: stopped behind step \(step.step); --resume goes on")
        Glibc.exit(128 + SIGINT)
      }
    }
    if validation == nil { try writeModel() }
    log.clear()
    let loss = decimal(log.recentLoss, digits: 4)
    tokensPerSecond = log.tokensPerSecond
    print("\(run.step) steps: training loss \(loss) nats a token, \(Int(tokensPerSecond)) tokens/s")
    if let latest, let best {
      print(
        "held-out: \(decimal(latest.bitsPerByte, digits: 4)) bits per byte, perplexity "
          + "\(decimal(latest.perplexity, digits: 2)) a token; best \(decimal(best, digits: 4))"
      )
    }
  }

  private mutating func evaluate(_ log: inout TrainingLog) throws -> Double? {
    guard let validation else { return nil }
    let result = try log.pause {
      run.model.configuration.isCausal
        ? try run.model.evaluate(validation, start: separator?.id, pool: pool)
        : try run.model.evaluateMasked(validation, collator: run.stream.collator, pool: pool)
    }
    latest = result
    evaluations.append((Double(bytesRead) / 1e6, result.bitsPerByte))
    log.clear()
    var line = "step \(run.step): held-out \(decimal(result.bitsPerByte, digits: 4)) bits per byte"
    line += ", perplexity \(decimal(result.perplexity, digits: 2)) a token"
    line += ", \(Int(log.tokensPerSecond)) tokens/s"
    print(line)
    try Terminal.flushPrinted()
    if result.bitsPerByte.isFinite && result.bitsPerByte < best ?? .infinity {
      best = result.bitsPerByte
      try writeModel()
    }
    return result.bitsPerByte
  }

  private var metadata: [(key: String, value: String)] {
    separator.map { [("separator", $0.text)] } ?? []
  }

  private func writeModel() throws {
    try run.model.safetensors(metadata: metadata).write(to: folder.model)
  }

  private func save() throws {
    let best = best.map { [("best", "\($0)")] } ?? []
    try run.checkpoint(metadata: metadata + best).write(to: folder.checkpoint)
  }
}

/// Whether the user asked to stop: Ctrl-C or SIGTERM, until this is released.
final class Interruption {
  // SAFETY: written by the signal handler only, and read as one word.
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  init() {
    Self.flag = 0
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in Interruption.flag = 1 }
      sigaddset(&signals, number)
    }
    // A parent may have handed its mask down.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  deinit { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }

  var hasCome: Bool { Self.flag != 0 }
}
