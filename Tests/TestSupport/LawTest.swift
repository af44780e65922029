/// Pearson's test of observed outcomes against a law, with rare outcomes pooled.
///
/// Cells with an expectation below 10 are pooled; if the pool itself is smaller, it joins the
/// smallest other cell. See ``ChiSquare`` for the level of the test.
public struct LawTest: CustomStringConvertible {
  /// The statistic over the pooled cells.
  public let chiSquare: ChiSquare
  /// The number of observed outcomes that the law does not have.
  public let impossible: Int

  /// Compares counts of outcomes with their probabilities.
  public init<Outcome: Hashable>(_ observed: [Outcome: Int], law: [Outcome: Double]) {
    let total = Double(observed.values.reduce(0, +))
    impossible = observed.filter { law[$0.key, default: 0] <= 0 }.values.reduce(0, +)
    var cells: [(observed: Int, expected: Double)] = []
    var pool: (observed: Int, expected: Double) = (0, 0)
    for (outcome, probability) in law {
      let cell = (observed[outcome, default: 0], probability * total)
      if cell.1 < 10 {
        pool = (pool.observed + cell.0, pool.expected + cell.1)
      } else {
        cells.append(cell)
      }
    }
    cells.sort { $0.expected > $1.expected }
    if pool.expected >= 10 || cells.isEmpty {
      cells.append(pool)
    } else {
      cells[cells.count - 1].observed += pool.observed
      cells[cells.count - 1].expected += pool.expected
    }
    chiSquare = ChiSquare(observed: cells.map(\.observed), expected: cells.map(\.expected))
  }

  /// Whether the outcomes are consistent with the law.
  public var passes: Bool { impossible == 0 && chiSquare.isPlausible }

  /// The statistic and its bound, for a failure's message.
  public var description: String { "\(chiSquare), impossible outcomes: \(impossible)" }
}
