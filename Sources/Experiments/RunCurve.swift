// Procedure: points are means over stretches of equally many steps. When there are `limit` of them,
//   neighbours are joined in pairs, and stretches are twice as long from then on.
// Complexity: O(1) a step on average; at most `limit` points are held.
// Determinism: a function of the values in their order, so a resumed run has the same curve.

/// A curve over the steps of a run, with no more points than a drawing can show.
struct RunCurve {
  /// The largest number of points; even.
  static let limit = 400

  private var stretches: [(x: Double, y: Double, count: Int)] = []
  private var width = 1

  /// From left to right.
  var points: [(x: Double, y: Double)] {
    stretches.map { ($0.x / Double($0.count), $0.y / Double($0.count)) }
  }

  /// Adds the value of a step; values that are not finite are left out.
  mutating func add(_ value: Double, atStep step: Int) {
    guard value.isFinite else { return }
    if let last = stretches.last, last.count < width {
      stretches[stretches.count - 1] = (last.x + Double(step), last.y + value, last.count + 1)
      return
    }
    if stretches.count == Self.limit {
      stretches = stride(from: 0, to: Self.limit, by: 2).map { index in
        let (left, right) = (stretches[index], stretches[index + 1])
        return (left.x + right.x, left.y + right.y, left.count + right.count)
      }
      width *= 2
    }
    stretches.append((Double(step), value, 1))
  }
}
