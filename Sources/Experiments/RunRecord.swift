import Diagnostics
import Files
import Training

/// The files that a session writes about its run: the log, the page and the events for TensorBoard.
final class RunRecord {
  private let folder: RunFolder
  private let plan: RunPlan
  private let noise: NoiseCurves
  private var report: RunReport
  private let log: RunLog
  private let events: EventLog?

  /// Opens the files of a run, or creates them.
  ///
  /// - Parameters:
  ///   - run: At its first step, or at that of its checkpoint. What the files have from that step on
  ///     is removed.
  ///   - plan: What the run depends on.
  ///   - folder: Where the files are.
  ///   - wallTime: Seconds since 1970, for the event file; nil for no such file.
  /// - Throws: ``FileError``.
  init(
    _ run: TrainingRun<Float>,
    of plan: RunPlan,
    in folder: RunFolder,
    wallTime: (() -> Double)?
  ) throws {
    (self.folder, self.plan) = (folder, plan)
    noise = NoiseCurves(run)
    var report = RunReport(plan, run, folder: folder, noise: noise)
    log = try RunLog(folder.log, step: run.step) { report.add($0) }
    self.report = report
    if let wallTime {
      events = try EventLog(folder.events, step: run.step, wallTime: wallTime)
    } else {
      try EventLog.truncate(folder.events, toStep: run.step)
      events = nil
    }
    if run.step < run.recipe.steps { try write(.running) }
  }

  /// Writes a step.
  ///
  /// - Parameters:
  ///   - step: The step that was done.
  ///   - validation: Bits per byte on the held-out text, where it was evaluated.
  ///   - seconds: Since the run began or went on.
  /// - Throws: ``FileError``.
  func write(_ step: TrainingStep, validation: Double?, seconds: Double) throws {
    let cells = LogRow.cells(step, validation: validation, seconds: seconds)
    try log.write(cells)
    // The page shows the rounded figures of the log, so that it is the same after a resumption.
    guard let row = LogRow(cells) else { return }
    report.add(row)
    let rates = zip(noise.rates, noise.values(atStep: row.step)).map { ("noise/\($0.name)", $1) }
    try events?.write(row.scalars + rates, step: row.step)
    if validation != nil || (row.step + 1) % plan.evaluateEvery == 0 { try write(.running) }
  }

  /// Writes the page at the end of a session.
  ///
  /// - Throws: ``FileError``.
  func end(_ outcome: TrainingSession.Outcome) throws {
    switch outcome {
    case .interrupted: try write(.interrupted)
    case .diverged: try write(.diverged)
    // A page counts the steps that are done: it says so where a plan ends a run before the last.
    default: try write(.finished)
    }
  }

  /// Writes the page after an error ended a session.
  ///
  /// A failure to do so does not replace that error.
  func fail(_ error: any Error) { try? write(.failed("\(error)")) }

  private func write(_ state: RunReport.State) throws {
    let file = try OutputFile(folder.report)
    try file.write(report.page(state))
    try file.commit()
  }
}
