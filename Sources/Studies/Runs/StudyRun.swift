// Procedure: a run trains in its folder, going on from its checkpoint if it has one. When it has ended,
//   all measures are taken on both texts, and `result.json` is written: a run with it is done.
// Complexity: that of the run and of the measures.
// Determinism: a function of plan and texts, wherever the run was stopped.

import Corpora
import Diagnostics
import Experiments
import Files
import JSONText
import TensorCore
import Tokenization
import Training

/// One arm, one learning rate, one seed.
public struct StudyRun: Hashable, Sendable {
  /// The place of the arm in the study.
  public let arm: Int
  /// The highest learning rate.
  public let rate: Double
  /// The seed.
  public let seed: UInt64
}

/// How a run of a study ended.
public struct StudyResult: Hashable, Sendable {
  /// The number of steps that were done.
  public let steps: Int
  /// Whether the loss grew beyond all bounds; then nothing is measured.
  public let hasDiverged: Bool
  /// The measures on the tuning text, in the order of the study; nil where one is not finite.
  public let tuning: [Double?]
  /// The measures on the test text.
  public let test: [Double?]
}

extension StudyResult {
  /// The result as a file has it.
  func json(_ measures: [NamedMeasure]) -> JSONValue {
    func values(_ values: [Double?]) -> JSONValue {
      .object(
        zip(measures, values).map { measure, value in
          JSONMember(measure.name, value.map { .number($0) } ?? .null)
        }
      )
    }
    return .object([
      JSONMember("steps", .number(Double(steps))), JSONMember("diverged", .bool(hasDiverged)),
      JSONMember("tuning", values(tuning)), JSONMember("test", values(test)),
    ])
  }

  /// Reads a result.
  ///
  /// - Throws: ``FileError``; ``InvalidData`` where the file is none.
  init(contentsOf path: String, _ measures: [NamedMeasure]) throws {
    let text = try InputFile(path).readAll(limit: 1 << 20)
    do {
      let reader = try PlanReader(JSONParser.parse(text))
      steps = try reader.integer("steps", in: 0...1 << 40)
      hasDiverged = try reader.flag("diverged")
      let (tuned, tested) = (try reader.object("tuning"), try reader.object("test"))
      tuning = try measures.map { try tuned.optional($0.name) == nil ? nil : tuned.number($0.name) }
      test = try measures.map { try tested.optional($0.name) == nil ? nil : tested.number($0.name) }
    } catch let error as InvalidData { throw error.inFile(path) }
  }
}

/// What all runs of a study share while they are done.
struct RunBench: Sendable {
  let study: Study
  let folder: StudyFolder
  let tokenizer: Tokenizer
  let environment: StudyEnvironment

  /// The plan of a run.
  func plan(_ run: StudyRun) throws -> RunPlan {
    try study.plan(
      study.arms[run.arm],
      rate: run.rate,
      seed: run.seed,
      files: folder.files(study),
      vocabulary: tokenizer.vocabularySize
    )
  }

  /// The file that a run has when it has ended.
  private func path(_ run: StudyRun) -> String {
    "\(folder.run(run, of: study).path)/result.json"
  }

  /// Whether a run has ended.
  func hasEnded(_ run: StudyRun) -> Bool { Folder.contains(path(run)) }

  /// Does a run to its end, or what is left of it.
  ///
  /// - Parameters:
  ///   - run: One of the study.
  ///   - observer: Watches.
  ///   - isStopped: Whether to stop behind the step.
  /// - Returns: Its result; nil where it was stopped.
  /// - Throws: What training and measuring throw.
  func result(
    of run: StudyRun,
    observer: any TrainingObserver,
    isStopped: @escaping () -> Bool
  ) throws -> StudyResult? {
    let place = folder.run(run, of: study)
    let path = path(run)
    if hasEnded(run) { return try StudyResult(contentsOf: path, study.measures) }
    try folder.makeFolder(of: run, of: study)
    let plan = try plan(run)
    var environment = SessionEnvironment(pool: ComputePool(threads: 1), now: environment.now)
    (environment.observer, environment.isInterrupted) = (observer, isStopped)
    environment.wallTime = self.environment.wallTime
    let session = try TrainingSession(plan, in: place, threads: 1, environment: environment)
    if place.hasCheckpoint { try session.resume() } else { try session.begin(overwriting: true) }
    let outcome: TrainingSession.Outcome
    do { outcome = try session.train() } catch let error as InvalidData {
      // A rate that is far too high ends a run so.
      guard session.run.skippedSteps >= TrainingRun<Float>.skipLimit else { throw error }
      outcome = .diverged
    }
    if outcome == .interrupted { return nil }
    let result = try measured(plan, place, steps: session.run.step, outcome, environment.pool)
    let file = try OutputFile(path)
    var bytes: [UInt8] = []
    result.json(study.measures).write(to: &bytes)
    try file.write(bytes + [0x0A])
    try file.commit()
    return result
  }

  private func measured(
    _ plan: RunPlan,
    _ place: RunFolder,
    steps: Int,
    _ outcome: TrainingSession.Outcome,
    _ pool: ComputePool
  ) throws -> StudyResult {
    let files = folder.files(study)
    func values(_ path: String) throws -> [Double?] {
      if outcome == .diverged { return study.measures.map { _ in nil } }
      let run = MeasuredRun(
        plan: plan,
        folder: place,
        tokenizer: tokenizer,
        text: try StudyFiles.documents(path, unit: study.text.unit),
        pool: pool
      )
      return try study.measures.map { named in
        let value = try named.measure.value(of: run)
        return value.isFinite ? value : nil
      }
    }
    return StudyResult(
      steps: steps,
      hasDiverged: outcome == .diverged,
      tuning: try values(files.tuning),
      test: try values(files.test)
    )
  }
}
