// Procedure: steps of all runs are counted together, whichever run takes them.

import Experiments
import Synchronization
import Training

/// What a study gets from outside.
public struct StudyEnvironment: Sendable {
  /// How many runs go side by side, with one thread each.
  public var jobs: Int
  /// Seconds on a clock that never goes back.
  public var now: @Sendable () -> Double
  /// Asked behind each step; true ends the study.
  public var isInterrupted: @Sendable () -> Bool
  /// Seconds since 1970, for files of events that TensorBoard reads; nil for none.
  public var wallTime: (@Sendable () -> Double)?
  /// Told of each step and each run that has ended, from one thread at a time.
  public var notify: @Sendable (StudyProgress) -> Void

  /// An environment that nobody interrupts or watches.
  ///
  /// - Parameter jobs: How many runs go side by side.
  public init(jobs: Int) {
    self.jobs = jobs
    now = { 0 }
    isInterrupted = { false }
    notify = { _ in }
  }
}

/// How far a study is.
public struct StudyProgress: Sendable {
  /// What has happened.
  public enum Event: Sendable {
    /// A step was done.
    case step
    /// A run has ended.
    case ended(StudyRun, StudyResult)
    /// A run had ended in an earlier session.
    case found(StudyRun, StudyResult)
    /// A run goes on; its last bits may differ, as the sentence says.
    case warning(StudyRun, String)
  }

  /// What has happened.
  public internal(set) var event = Event.step
  /// Runs that have ended, of ``runCount``.
  public internal(set) var runsDone = 0
  /// All runs.
  public let runCount: Int
  /// Steps done, of ``stepCount``.
  public internal(set) var stepsDone = 0
  /// Steps that had been done before.
  public internal(set) var stepsBefore = 0
  /// The steps of all runs.
  public let stepCount: Int
}

/// Counts the steps of all runs.
final class ProgressCounter: Sendable {
  private let progress: Mutex<StudyProgress>
  private let environment: StudyEnvironment

  init(runs: Int, steps: Int, _ environment: StudyEnvironment) {
    progress = Mutex(StudyProgress(runCount: runs, stepCount: steps))
    self.environment = environment
  }

  /// Takes an event in, and passes it on.
  ///
  /// - Parameters:
  ///   - event: What has happened.
  ///   - steps: The steps that were done by it.
  ///   - before: The steps that had been done before.
  func add(_ event: StudyProgress.Event, steps: Int = 0, before: Int = 0) {
    progress.withLock { progress in
      progress.event = event
      progress.stepsDone += steps + before
      progress.stepsBefore += before
      switch event {
      case .ended, .found: progress.runsDone += 1
      case .step, .warning: break
      }
      environment.notify(progress)
    }
  }
}

/// Watches one run.
final class RunWatcher: TrainingObserver {
  private let run: StudyRun
  private let counter: ProgressCounter
  /// The steps that have been counted.
  private(set) var counted = 0

  init(_ run: StudyRun, _ counter: ProgressCounter) { (self.run, self.counter) = (run, counter) }

  func session(_ session: TrainingSession, didResumeWith warnings: [String]) {
    counted = session.run.step
    counter.add(.step, before: counted)
    for warning in warnings { counter.add(.warning(run, warning)) }
  }

  func session(_ session: TrainingSession, didStep step: TrainingStep) {
    counted += 1
    counter.add(.step, steps: 1)
  }
}
