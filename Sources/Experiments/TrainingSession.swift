// Procedure: a session trains step by step. It evaluates and saves at the plan's intervals and at
//   the end, keeps the model that is best on the held-out text, and writes log,
//   page and events (RunRecord.swift). After an interruption the checkpoint holds the step that was just done.
// Complexity: that of the run, and one pass over the held-out text for each evaluation.
// Determinism: a session that was stopped and went on leaves the bits of one that was not.

public import BytePairEncoding
import Collation
public import Corpora
import Diagnostics
import LanguageModels
import NeuralLayers
public import TensorCore
public import Tokenization
import TokenizerFormats
public import Training

/// What a session gets from outside: where it computes, what time it is, and whether to stop.
public struct SessionEnvironment {
  /// Computes.
  public var pool: ComputePool
  /// Seconds on a clock that never goes back.
  public var now: () -> Double
  /// Asked after each step; true ends the session.
  public var isInterrupted: () -> Bool
  /// Watches.
  public var observer: (any TrainingObserver)?
  /// Seconds since 1970, for a file of events that TensorBoard reads; nil for no such file.
  public var wallTime: (() -> Double)?

  /// An environment that nobody interrupts or watches.
  ///
  /// - Parameters:
  ///   - pool: Computes.
  ///   - now: Seconds on a clock that never goes back; none by default.
  public init(pool: ComputePool, now: @escaping () -> Double = { 0 }) {
    (self.pool, self.now) = (pool, now)
    isInterrupted = { false }
  }
}

/// A run of a plan with its files: the log, the page, the checkpoints and the best model.
public final class TrainingSession {
  /// How a session ended.
  public enum Outcome: Hashable, Sendable {
    /// All steps are done.
    case finished
    /// It was interrupted after a step; the checkpoint goes on from there.
    case interrupted
    /// The loss has been far above chance for long. The checkpoint and the best model of before stay.
    case diverged
    /// The held-out text was not predicted better for as many evaluations as the plan has patience.
    case stalled
  }

  /// A point of a curve: bits per byte after some megabytes of text read.
  public typealias CurvePoint = (x: Double, y: Double)

  /// What the run depends on.
  public let plan: RunPlan
  /// The run.
  public let run: TrainingRun<Float>
  /// Where its files are.
  public let folder: RunFolder
  /// The token between documents; nil for none.
  public let separator: TokenID?
  /// The lowest bits per byte on the held-out text so far.
  public private(set) var best: Double?
  /// The last evaluation of the held-out text.
  public private(set) var latest: Evaluation?
  /// The training loss, some hundred points.
  public private(set) var curve: [CurvePoint] = []
  /// The evaluations of the held-out text.
  public private(set) var evaluations: [CurvePoint] = []
  /// The recent loss and the speed.
  public private(set) var meter: TrainingMeter

  private let tokenizer: Tokenizer
  private let heldOut: TokenStream?
  private let environment: SessionEnvironment
  private var bytesRead = 0
  private var evaluationsSinceBest = 0

  /// A session at its first step.
  ///
  /// - Parameters:
  ///   - plan: What the run depends on.
  ///   - run: The run of the plan.
  ///   - tokenizer: That of the plan.
  ///   - heldOut: The tokens of the held-out text; nil for none.
  ///   - folder: Where the files go.
  ///   - environment: Where to compute, what time it is, and whether to stop.
  /// - Throws: ``InvalidData`` where the tokenizer does not have the plan's separator.
  public init(
    _ plan: RunPlan,
    run: TrainingRun<Float>,
    tokenizer: Tokenizer,
    heldOut: TokenStream?,
    folder: RunFolder,
    environment: SessionEnvironment
  ) throws {
    separator = try plan.batches.separator(for: tokenizer)
    (self.plan, self.run, self.tokenizer) = (plan, run, tokenizer)
    (self.heldOut, self.folder, self.environment) = (heldOut, folder, environment)
    meter = TrainingMeter(now: environment.now)
  }

  /// Opens everything that a plan names.
  ///
  /// - Parameters:
  ///   - plan: What the run depends on.
  ///   - folder: Where the files go.
  ///   - threads: How many encode.
  ///   - environment: Where to compute, what time it is, and whether to stop.
  /// - Throws: ``FileError``; ``InvalidData`` where the parts of the plan do not go together.
  public convenience init(
    _ plan: RunPlan,
    in folder: RunFolder,
    threads: Int,
    environment: SessionEnvironment
  ) throws {
    let tokenizer = try plan.loadTokenizer()
    let data = try plan.open(tokenizer, threads: threads)
    try self.init(
      plan,
      run: plan.run(on: data.stream, pool: environment.pool),
      tokenizer: tokenizer,
      heldOut: plan.heldOutTokens(data.heldOut, tokenizer, threads: threads),
      folder: folder,
      environment: environment
    )
  }

  /// Makes the folder, with the tokenizer and the plan.
  ///
  /// - Parameter overwriting: Whether a run that the folder holds is begun anew.
  /// - Throws: ``FileError``; ``InvalidData`` where the folder holds a run already.
  public func begin(overwriting: Bool = false) throws {
    guard overwriting || !folder.hasCheckpoint else {
      throw InvalidData(
        path: folder.path,
        "holds a run already: --resume goes on with it, --overwrite starts anew"
      )
    }
    try folder.make()
    try tokenizer.write(to: folder.tokenizer)
    try plan.write(to: folder.plan)
  }

  /// Goes back to the checkpoint of the folder.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` where the checkpoint is none, or of another run.
  public func resume() throws {
    let file = try Safetensors(reading: folder.checkpoint)
    let warnings: [String]
    do { warnings = try run.resume(from: file) } catch let error as InvalidData {
      throw error.inFile(folder.checkpoint)
    }
    best = file.metadata("best").flatMap { Double($0) }
    evaluationsSinceBest = file.metadata("since_best").flatMap { Int($0) } ?? 0
    try plan.write(to: folder.plan)
    try environment.observer?.session(self, didResumeWith: warnings)
  }

  /// Trains to the end, or until it is interrupted.
  ///
  /// - Returns: How it ended.
  /// - Throws: What a step throws; ``FileError``; what the observer throws.
  public func train() throws -> Outcome {
    let record = try RunRecord(run, of: plan, in: folder, wallTime: environment.wallTime)
    do {
      let outcome = try train(writing: record)
      try record.end(outcome)
      return outcome
    } catch {
      record.fail(error)
      throw error
    }
  }

  private func train(writing record: RunRecord) throws -> Outcome {
    let observer = environment.observer
    var divergence = DivergenceGuard(vocabulary: plan.model.vocabulary)
    meter = TrainingMeter(now: environment.now)
    while let step = try run.next() {
      meter.add(step)
      bytesRead += step.bytes
      if run.step % max(run.recipe.steps / 100, 1) == 0, let bits = meter.recentBitsPerByte {
        curve.append((Double(bytesRead) / 1e6, bits))
      }
      try observer?.session(self, didStep: step)
      if step.isSkipped { try observer?.session(self, didSkip: step) }
      let isLast = run.step == run.recipe.steps
      let bits = isLast || run.step % plan.evaluateEvery == 0 ? try evaluate() : nil
      try record.write(step, validation: bits, seconds: meter.seconds)
      if divergence.add(step) {
        try observer?.session(self, didDivergeAbove: divergence.limit)
        return .diverged
      }
      let isInterrupted = environment.isInterrupted()
      let isStalled = bits != nil && evaluationsSinceBest >= plan.patience ?? .max
      if isLast || isInterrupted || isStalled || run.step % plan.saveEvery == 0 { try save() }
      if isStalled && !isLast {
        meter.stop()
        return .stalled
      }
      if isInterrupted && !isLast {
        try observer?.sessionDidStop(self)
        return .interrupted
      }
    }
    meter.stop()
    if best == nil { try writeModel() }
    return .finished
  }

  /// Whether all steps are done.
  public var isFinished: Bool { run.step == run.recipe.steps }

  /// The number of the model's values.
  public var parameterCount: Int { run.model.parameters.reduce(0) { $0 + $1.value.count } }

  /// Measures the model on the held-out text, and keeps it where it is the best so far.
  ///
  /// - Returns: Bits per byte; nil without a held-out text.
  private func evaluate() throws -> Double? {
    guard let heldOut else { return nil }
    let (run, pool, start) = (run, environment.pool, separator)
    let result = try meter.pause {
      try run.model.evaluate(
        heldOut: heldOut,
        start: start,
        collator: run.stream.collator,
        pool: pool
      )
    }
    guard result.tokens > 0 && result.bytes > 0 else { return nil }
    latest = result
    evaluations.append((Double(bytesRead) / 1e6, result.bitsPerByte))
    try environment.observer?.session(self, didEvaluate: result)
    evaluationsSinceBest += 1
    if result.bitsPerByte.isFinite && result.bitsPerByte < best ?? .infinity {
      (best, evaluationsSinceBest) = (result.bitsPerByte, 0)
      try writeModel()
    }
    return result.bitsPerByte
  }

  private var metadata: [(key: String, value: String)] {
    var metadata = separator.map { [(key: "separator", value: tokenizer.piece(of: $0))] } ?? []
    if case .files(let files) = plan.data, files.unit != .line {
      metadata.append((key: "document", value: files.unit.rawValue))
    }
    return metadata
  }

  private func writeModel() throws {
    try run.model.safetensors(metadata: metadata).write(to: folder.model)
  }

  private func save() throws {
    let best = best.map { [("best", "\($0)"), ("since_best", "\(evaluationsSinceBest)")] } ?? []
    try run.checkpoint(metadata: metadata + best).write(to: folder.checkpoint)
    try environment.observer?.sessionDidSave(self)
  }
}
