// Source: inversion of a discrete distribution (L. Devroye, "Non-Uniform Random Variate
//   Generation", 1986, III.2), in fixed point.
// Procedure: cumulative weights, scaled to 2^32 and rounded; the result is the first that exceeds
//   the random word.
// Complexity: O(n) to create, O(log n) for each draw.
// Determinism: exactly one 32-bit draw for each sample; weights are computed without libm.

/// A law of small numbers 0, 1, 2, …, each with a weight.
public struct DiscreteLaw: Hashable, Sendable {
  /// The cumulative probabilities times 2^32; the last is 2^32.
  let bounds: [UInt64]

  /// - Parameter weights: The weights of 0, 1, 2, …; at least 0, with a sum above 0.
  public init(weights: [Double]) {
    let total = weights.reduce(0, +)
    precondition(
      total > 0 && total.isFinite && weights.allSatisfy { $0 >= 0 },
      "weights are at least 0, and one is above 0, but they are \(weights)"
    )
    var sum = 0.0
    var bounds = weights.map { weight in
      sum += weight
      return UInt64((min(sum / total, 1) * 0x1p32).rounded())
    }
    // The rounding remainder goes to the last number of positive weight.
    let last = weights.lastIndex { $0 > 0 } ?? 0
    for index in last..<bounds.count { bounds[index] = 1 << 32 }
    self.bounds = bounds
  }

  /// 1 through `limit`, with P(n) proportional to (1 - p)^(n - 1).
  public static func geometric(_ probability: Double, limit: Int) -> DiscreteLaw {
    var weight = 1.0
    return DiscreteLaw(
      weights: [0]
        + (0..<limit).map { _ in
          defer { weight *= 1 - probability }
          return weight
        }
    )
  }

  /// 1 through `limit`, with P(n) proportional to 1/n.
  public static func harmonic(limit: Int) -> DiscreteLaw {
    DiscreteLaw(weights: [0] + (0..<limit).map { 1 / Double($0 + 1) })
  }

  /// Poisson's law, truncated to 0 through 127.
  ///
  /// - Parameter mean: Above 0, at most 32, so that truncation is negligible.
  /// - Returns: The law.
  public static func poisson(_ mean: Double) -> DiscreteLaw {
    precondition(mean > 0 && mean <= 32, "the mean must lie in 0...32, but is \(mean)")
    var weight = 1.0
    return DiscreteLaw(
      weights: (0..<128).map { number in
        defer { weight *= mean / Double(number + 1) }
        return weight
      }
    )
  }

  /// The mean, up to the rounding of each probability to 2^-32.
  public var mean: Double {
    var last: UInt64 = 0
    return bounds.enumerated().reduce(0) { sum, entry in
      defer { last = entry.element }
      return sum + Double(entry.offset) * Double(entry.element - last) / 0x1p32
    }
  }

  /// Draws a number from this law.
  ///
  /// - Parameter stream: Supplies one 32-bit word.
  /// - Returns: 0 up to, but not including, the number of weights.
  public func next(from stream: inout RandomStream) -> Int {
    let word = UInt64(stream.next32())
    var (low, high) = (0, bounds.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if word < bounds[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
