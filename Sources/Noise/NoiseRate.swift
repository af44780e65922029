/// A noise rate and how it changes over a run.
///
/// Early and late dropout: Z. Liu, Z. Xu, J. Jin, Z. Shen, T. Darrell, "Dropout Reduces
/// Underfitting", ICML 2023.
public struct NoiseRate: Hashable, Sendable {
  /// How the rate changes with the progress of a run.
  public enum Schedule: Hashable, Sendable {
    /// The same rate throughout.
    case constant
    /// The rate until the given fraction of the run, then none.
    case early(until: Double)
    /// None until the given fraction of the run, then the rate.
    case late(from: Double)
    /// A straight line from one fraction of the run to another: none before, the rate after.
    case linear(from: Double, to: Double)
  }

  /// The highest rate.
  public let peak: DropoutRate
  /// How the rate changes over the run.
  public let schedule: Schedule

  /// A rate with a schedule.
  public init(_ peak: DropoutRate, schedule: Schedule = .constant) {
    self.peak = peak
    self.schedule = schedule
  }

  /// The rate at a step.
  ///
  /// - Parameters:
  ///   - step: From 0.
  ///   - total: The number of steps of the run; a step at or beyond it counts as the end.
  /// - Returns: 0 through ``peak``.
  public func rate(atStep step: UInt64, of total: UInt64) -> DropoutRate {
    let progress = total == 0 ? 0 : min(Double(step) / Double(total), 1)
    switch schedule {
    case .constant:
      return peak
    case .early(let end):
      return progress < end ? peak : .zero
    case .late(let start):
      return progress >= start ? peak : .zero
    case .linear(let start, let end):
      if progress <= start { return progress >= end ? peak : .zero }
      if progress >= end { return peak }
      return DropoutRate(unchecked: peak.value * ((progress - start) / (end - start)))
    }
  }
}

extension NoiseRate {
  /// Parses `0.1`, `0.1:early:0.5`, `0.1:late:0.5`, `0.1:linear:0:0.3`.
  ///
  /// - Returns: nil if the text is none of these or a number lies outside 0...1.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first.flatMap(Double.init), let peak = DropoutRate(first) else {
      return nil
    }
    let name = parts.count > 1 ? parts[1] : "constant"
    let points = parts.dropFirst(2).map { Double($0) ?? .nan }
    guard points.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
    switch (name, points.count) {
    case ("constant", 0): self.init(peak)
    case ("early", 1): self.init(peak, schedule: .early(until: points[0]))
    case ("late", 1): self.init(peak, schedule: .late(from: points[0]))
    case ("linear", 2) where points[0] <= points[1]:
      self.init(peak, schedule: .linear(from: points[0], to: points[1]))
    default: return nil
    }
  }
}

extension NoiseRate: CustomStringConvertible {
  /// The text that ``init(_:)`` reads.
  public var description: String {
    switch schedule {
    case .constant: "\(peak.value)"
    case .early(let end): "\(peak.value):early:\(end)"
    case .late(let start): "\(peak.value):late:\(start)"
    case .linear(let start, let end): "\(peak.value):linear:\(start):\(end)"
    }
  }
}
