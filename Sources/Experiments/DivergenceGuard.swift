// Procedure: chance costs ln V nats a token. A loss that stays 5 nats above it, step for step, does not
//   come back; the model then knows less than one that has learned nothing.
// Complexity: O(1) a step.

import Glibc
import Training

/// Notices that a run has diverged.
struct DivergenceGuard {
  /// The loss that no step of a sound run has for long, in nats of a token.
  let limit: Double
  /// The number of steps in a row above the limit that end a run.
  static let patience = 50

  private var stepsAbove = 0

  /// - Parameter vocabulary: The number of tokens of the model.
  init(vocabulary: Int) { limit = log(Double(vocabulary)) + 5 }

  /// Takes a step in.
  ///
  /// - Returns: Whether the run has diverged.
  mutating func add(_ step: TrainingStep) -> Bool {
    stepsAbove = step.isSkipped || step.loss > limit ? stepsAbove + 1 : 0
    return stepsAbove >= Self.patience
  }
}
