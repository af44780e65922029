// Procedure: first all arms at all rates with seed 0. Then the rate of each arm that is best on the
//   tuning text, with the other seeds; the run with seed 0 is already there. The report is written
//   anew behind each run.
// Complexity: arms · (rates + seeds - 1) runs.
// Determinism: files but logs are the same for any number of jobs, and after any interruption.

import Collation
import Diagnostics
import Experiments
import Synchronization
import Tokenization
import TokenizerFormats
import Training

/// A study with its files.
public final class StudySession: Sendable {
  /// What is done.
  public let study: Study
  /// Where its files are.
  public let folder: StudyFolder
  private let bench: RunBench
  private let environment: StudyEnvironment
  private let results = Mutex<[StudyRun: StudyResult]>([:])

  /// Opens a study: divides its text, learns its tokenizer, and checks every arm.
  ///
  /// - Parameters:
  ///   - study: What is to be done. Of the same study in the folder, what is missing.
  ///   - folder: Where its files go.
  ///   - data: The folder that file names of the study are relative to.
  ///   - environment: How many runs, what time it is, and whether to stop.
  /// - Throws: ``FileError``; ``InvalidData`` where the folder holds another study, or parts of this
  ///   one do not go together.
  public init(
    _ study: Study,
    in folder: StudyFolder,
    data: String = ".",
    environment: StudyEnvironment
  ) throws {
    // A text that cannot be read leaves no folder.
    let parts = folder.hasStudy ? nil : try study.text.read(in: data)
    let study = try folder.begin(study)
    let files = folder.files(study)
    try files.make(study, from: data, parts)
    let tokenizer = try Tokenizer(contentsOf: files.tokenizer)
    (self.study, self.folder, self.environment) = (study, folder, environment)
    bench = RunBench(study: study, folder: folder, tokenizer: tokenizer, environment: environment)
    for arm in study.arms.indices {
      let plan = try bench.plan(StudyRun(arm: arm, rate: study.arms[arm].learningRates[0], seed: 0))
      _ = try plan.batches.collator(for: tokenizer)
    }
  }

  /// Does all runs that are not done.
  ///
  /// - Returns: The report; it says what is missing where the study was interrupted.
  /// - Throws: What a run throws; ``FileError``.
  public func run() throws -> StudyReport {
    let tuning = study.arms.indices.flatMap { arm in
      study.arms[arm].learningRates.map { StudyRun(arm: arm, rate: $0, seed: 0) }
    }
    let later = study.arms.count * (study.seeds - 1)
    let stepsOfArms = try study.arms.indices.map { arm in
      try bench.plan(StudyRun(arm: arm, rate: 1, seed: 0)).training.steps
    }
    let steps = stepsOfArms.enumerated().reduce(0) { sum, arm in
      sum + arm.element * (study.arms[arm.offset].learningRates.count + study.seeds - 1)
    }
    let counter = ProgressCounter(runs: tuning.count + later, steps: steps, environment)
    guard try execute(tuning, counter, stepsOfArms) else { return try report() }
    let chosen = try report().arms.enumerated().flatMap { index, arm in
      (1..<max(study.seeds, 1)).compactMap { seed in
        arm.rate.map { StudyRun(arm: index, rate: $0, seed: UInt64(seed)) }
      }
    }
    _ = try execute(chosen, counter, stepsOfArms)
    return try report()
  }

  /// Does runs.
  ///
  /// - Returns: Whether all have ended.
  private func execute(
    _ runs: [StudyRun],
    _ counter: ProgressCounter,
    _ stepsOfArms: [Int]
  ) throws -> Bool {
    let schedule = StudySchedule(jobs: environment.jobs)
    let (bench, environment) = (bench, environment)
    let done = try schedule.execute(runs) { [self] run, isStopped in
      let watcher = RunWatcher(run, counter)
      let hadEnded = bench.hasEnded(run)
      let result = try bench.result(of: run, observer: watcher) {
        environment.isInterrupted() || isStopped()
      }
      guard let result else { return nil }
      try results.withLock { results in
        results[run] = result
        try StudyReport(study, results, in: folder).write()
      }
      // Steps that a run left out, or did before, took no time.
      let event = hadEnded ? StudyProgress.Event.found(run, result) : .ended(run, result)
      counter.add(event, before: stepsOfArms[run.arm] - watcher.counted)
      return result
    }
    return done != nil
  }

  private func report() throws -> StudyReport {
    let report = try StudyReport(study, results.withLock { $0 }, in: folder)
    try report.write()
    return report
  }
}
