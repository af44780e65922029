// Procedure: the curves of the chosen runs of an arm, averaged over the seeds. Held-out points stand
//   where all seeds have one; training points are means over stretches of steps.
// Complexity: a reading of each log.
// Determinism: a function of the logs without their seconds.

import Experiments
import Files

/// The learning curves of an arm.
struct StudyCurve: Sendable {
  /// The most points of a curve.
  static let limit = 60

  typealias Point = (x: Double, y: Double)

  /// The name of the arm.
  let arm: String
  /// Bits per byte of the tuning text by step, for each seed.
  let seeds: [(seed: Int, points: [Point])]
  /// Their mean.
  let heldOut: [Point]
  /// The mean of the training loss in bits per byte, noise included.
  let training: [Point]

  /// The curves of all arms that have some.
  static func curves(
    of study: Study,
    _ arms: [StudyReport.Arm],
    in folder: StudyFolder
  ) throws -> [StudyCurve] {
    try arms.enumerated().compactMap { index, arm in
      guard let rate = arm.rate else { return nil }
      var logs: [(seed: Int, rows: [LogRow])] = []
      for (seed, result) in arm.results.enumerated() where result != nil {
        let run = StudyRun(arm: index, rate: rate, seed: UInt64(seed))
        logs.append((seed, try LogRow.rows(of: folder.run(run, of: study).log)))
      }
      return logs.isEmpty ? nil : StudyCurve(arm.name, logs)
    }
  }

  private init(_ arm: String, _ logs: [(seed: Int, rows: [LogRow])]) {
    self.arm = arm
    let seeds = logs.map { seed, rows in
      (
        seed: seed,
        points: rows.compactMap { row -> Point? in
          row.validation.flatMap { $0.isFinite ? (Double(row.step + 1), $0) : nil }
        }
      )
    }
    self.seeds = seeds
    let shortest = seeds.map(\.points.count).min() ?? 0
    let all = (0..<shortest).map { place -> Point in
      let points = seeds.map { $0.points[place] }
      return (points[0].x, points.reduce(0) { $0 + $1.y } / Double(points.count))
    }
    let stride = (all.count + Self.limit - 1) / Self.limit
    heldOut = all.enumerated().filter { $0.offset == all.count - 1 || $0.offset % stride == 0 }
      .map(\.element)
    training = Self.stretches(logs.flatMap(\.rows))
  }

  /// Means over stretches of equally many steps.
  private static func stretches(_ rows: [LogRow]) -> [Point] {
    let last = rows.map(\.step).max() ?? 0
    let width = (last + limit) / limit
    var sums = Array(repeating: (x: 0.0, y: 0.0, count: 0.0), count: last / width + 1)
    for row in rows where !row.isSkipped {
      guard let bits = row.bitsPerByte, bits.isFinite else { continue }
      let sum = sums[row.step / width]
      sums[row.step / width] = (sum.x + Double(row.step + 1), sum.y + bits, sum.count + 1)
    }
    return sums.filter { $0.count > 0 }.map { ($0.x / $0.count, $0.y / $0.count) }
  }
}
