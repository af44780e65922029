public import Training

/// Somebody who watches a session; each method does nothing by default.
///
/// An error that a method throws ends the session.
public protocol TrainingObserver: AnyObject {
  /// The session goes on from its checkpoint.
  ///
  /// - Parameters:
  ///   - session: At the step of the checkpoint.
  ///   - warnings: What may differ in the last bits, as sentences.
  /// - Throws: What ends the session.
  func session(_ session: TrainingSession, didResumeWith warnings: [String]) throws
  /// A step was done; skipped ones, too.
  func session(_ session: TrainingSession, didStep step: TrainingStep) throws
  /// A step changed nothing, because loss or gradients were not finite.
  func session(_ session: TrainingSession, didSkip step: TrainingStep) throws
  /// The held-out text was evaluated.
  func session(_ session: TrainingSession, didEvaluate evaluation: Evaluation) throws
  /// A checkpoint was written.
  func sessionDidSave(_ session: TrainingSession) throws
  /// The loss has been above a limit for long, and the session ends. No checkpoint
  /// and no model is written any more.
  func session(_ session: TrainingSession, didDivergeAbove limit: Double) throws
  /// The session was interrupted; its checkpoint is written.
  func sessionDidStop(_ session: TrainingSession) throws
}

extension TrainingObserver {
  /// Does nothing.
  public func session(_ session: TrainingSession, didResumeWith warnings: [String]) throws {}
  /// Does nothing.
  public func session(_ session: TrainingSession, didStep step: TrainingStep) throws {}
  /// Does nothing.
  public func session(_ session: TrainingSession, didSkip step: TrainingStep) throws {}
  /// Does nothing.
  public func session(_ session: TrainingSession, didEvaluate evaluation: Evaluation) throws {}
  /// Does nothing.
  public func sessionDidSave(_ session: TrainingSession) throws {}
  /// Does nothing.
  public func session(_ session: TrainingSession, didDivergeAbove limit: Double) throws {}
  /// Does nothing.
  public func sessionDidStop(_ session: TrainingSession) throws {}
}
