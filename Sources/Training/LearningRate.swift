// Source: warm-up and cosine as in I. Loshchilov, F. Hutter, "SGDR", ICLR 2017, in the form that
//   GPT trainers use; decay by epochs as in W. Zaremba et al., arXiv 1409.2329, section 4.1.
// Procedure: rate k of the first `warmup` steps is peak (k + 1) / (warmup + 1); after that the
//   schedule goes from the peak to its floor at the last step.
// Complexity: O(1).
// Determinism: a function of step and total.

import Glibc

/// The learning rate over a run.
public struct LearningRate: Hashable, Sendable {
  /// The schedule after the warm-up.
  public enum Schedule: Hashable, Sendable {
    /// The peak throughout.
    case constant
    /// Half a cosine, from the peak down to a floor at the last step.
    case cosine(floor: Double)
    /// A straight line, from the peak down to a floor at the last step.
    case linear(floor: Double)
    /// The peak for `after` steps, then multiplied by `factor`, and again every `every` steps.
    case decay(factor: Double, after: Int, every: Int)
  }

  /// The largest rate.
  public var peak: Double
  /// The number of steps that lead up to it.
  public var warmup: Int
  /// The schedule after the warm-up.
  public var schedule: Schedule

  /// Creates a rate with a schedule.
  ///
  /// - Parameters:
  ///   - peak: The largest rate, above 0.
  ///   - warmup: The number of steps that lead up to it.
  ///   - schedule: The schedule after the warm-up.
  public init(_ peak: Double, warmup: Int = 0, schedule: Schedule = .constant) {
    precondition(peak >= 0 && warmup >= 0, "a rate of \(peak) cannot have \(warmup) warm-up steps")
    self.peak = peak
    self.warmup = warmup
    self.schedule = schedule
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - step: From 0.
  ///   - total: The number of steps of the run.
  /// - Returns: The factor of the update.
  public func rate(atStep step: Int, of total: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup + 1) }
    let progress = min(Double(step - warmup) / Double(max(total - warmup, 1)), 1)
    switch schedule {
    case .constant: return peak
    case .cosine(let floor): return floor + (peak - floor) * 0.5 * (1 + cos(.pi * progress))
    case .linear(let floor): return floor + (peak - floor) * (1 - progress)
    case .decay(let factor, let after, let every):
      guard step >= after else { return peak }
      return (0...(step - after) / max(every, 1)).reduce(peak) { rate, _ in rate * factor }
    }
  }
}

extension LearningRate: CustomStringConvertible {
  /// For example `0.001 warmup 100 cosine 0.0001`.
  public var description: String {
    let schedule =
      switch self.schedule {
      case .constant: "constant"
      case .cosine(let floor): "cosine \(floor)"
      case .linear(let floor): "linear \(floor)"
      case .decay(let factor, let after, let every): "decay \(factor) after \(after) every \(every)"
      }
    return "\(peak) warmup \(warmup) \(schedule)"
  }
}
