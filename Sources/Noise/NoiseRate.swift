/// A noise rate and how it changes over a run.
///
/// Early and late dropout, and early dropout that decays: Z. Liu, Z. Xu, J. Jin, Z. Shen, T.
/// Darrell, "Dropout Reduces Underfitting", ICML 2023. Rates that rise in a straight line: B. Zoph
/// et al., "Learning Transferable Architectures for Scalable Image Recognition", CVPR 2018
/// (ScheduledDropPath).
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
    /// The rate until the first fraction of the run, then a straight line to none at the second.
    case decay(from: Double, to: Double)
    /// The rate until the first stage begins, then that of the last stage that has begun.
    case curriculum([Stage])
  }

  /// A stage of a curriculum.
  public struct Stage: Hashable, Sendable {
    /// The fraction of the run at which it begins.
    public let start: Double
    /// Its rate.
    public let rate: DropoutRate

    /// A stage.
    public init(from start: Double, _ rate: DropoutRate) { (self.start, self.rate) = (start, rate) }
  }

  /// The rate as given: the highest one, or that before the first stage of a curriculum.
  private let given: DropoutRate
  /// How the rate changes over the run.
  public let schedule: Schedule

  /// A rate with a schedule.
  ///
  /// - Parameters:
  ///   - rate: The highest rate, or that before the first stage of a curriculum.
  ///   - schedule: Stages must begin one after the other, at fractions in 0...1.
  public init(_ rate: DropoutRate, schedule: Schedule = .constant) {
    if case .curriculum(let stages) = schedule {
      precondition(
        !stages.isEmpty && Self.isInOrder(stages),
        "the stages of a curriculum must begin one after the other, in 0...1"
      )
    }
    given = rate
    self.schedule = schedule
  }

  /// The highest rate.
  public var peak: DropoutRate {
    guard case .curriculum(let stages) = schedule else { return given }
    return stages.map(\.rate).reduce(given) { $0.value < $1.value ? $1 : $0 }
  }

  private static func isInOrder(_ stages: [Stage]) -> Bool {
    stages.allSatisfy { $0.start >= 0 && $0.start <= 1 }
      && zip(stages, stages.dropFirst()).allSatisfy { $0.start < $1.start }
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
      return given
    case .early(let end):
      return progress < end ? given : .zero
    case .late(let start):
      return progress >= start ? given : .zero
    case .linear(let start, let end):
      if progress <= start { return progress >= end ? given : .zero }
      if progress >= end { return given }
      return DropoutRate(unchecked: given.value * ((progress - start) / (end - start)))
    case .decay(let start, let end):
      if progress >= end { return .zero }
      if progress <= start { return given }
      return DropoutRate(unchecked: given.value * ((end - progress) / (end - start)))
    case .curriculum(let stages):
      return stages.last { $0.start <= progress }?.rate ?? given
    }
  }
}

extension NoiseRate {
  /// Parses `0.1`, `0.1:early:0.5`, `0.1:late:0.5`, `0.1:linear:0:0.3`, `0.1:decay:0:0.5`, and a
  /// curriculum of any number of stages, each with its start and rate: `0:curriculum:0.2:0.1:0.6:0.3`
  /// is 0, then 0.1 from a fifth of the run on, then 0.3 from three fifths on.
  ///
  /// - Returns: nil if the text is none of these or a number lies outside 0...1.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first.flatMap(Double.init), let rate = DropoutRate(first) else {
      return nil
    }
    let name = parts.count > 1 ? parts[1] : "constant"
    let points = parts.dropFirst(2).map { Double($0) ?? .nan }
    guard points.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
    switch (name, points.count) {
    case ("constant", 0): self.init(rate)
    case ("early", 1): self.init(rate, schedule: .early(until: points[0]))
    case ("late", 1): self.init(rate, schedule: .late(from: points[0]))
    case ("linear", 2) where points[0] <= points[1]:
      self.init(rate, schedule: .linear(from: points[0], to: points[1]))
    case ("decay", 2) where points[0] <= points[1]:
      self.init(rate, schedule: .decay(from: points[0], to: points[1]))
    case ("curriculum", 2...) where points.count % 2 == 0:
      let stages = stride(from: 0, to: points.count, by: 2).compactMap { index in
        DropoutRate(points[index + 1]).map { Stage(from: points[index], $0) }
      }
      guard Self.isInOrder(stages) else { return nil }
      self.init(rate, schedule: .curriculum(stages))
    default: return nil
    }
  }
}

extension NoiseRate: CustomStringConvertible {
  /// The text that ``init(_:)`` reads.
  public var description: String {
    let points: [Double]
    let name: String
    switch schedule {
    case .constant: return "\(given.value)"
    case .early(let end): (name, points) = ("early", [end])
    case .late(let start): (name, points) = ("late", [start])
    case .linear(let start, let end): (name, points) = ("linear", [start, end])
    case .decay(let start, let end): (name, points) = ("decay", [start, end])
    case .curriculum(let stages):
      (name, points) = ("curriculum", stages.flatMap { [$0.start, $0.rate.value] })
    }
    return (["\(given.value)", name] + points.map { "\($0)" }).joined(separator: ":")
  }
}
