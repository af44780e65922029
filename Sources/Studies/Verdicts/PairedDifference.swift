// Source: Student, "The Probable Error of a Mean", Biometrika 6, 1908; the law of t by the incomplete
//   beta function (M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 26.5.27).
// Procedure: the standard error is that of the mean of the differences; the quantile of t is found by
//   bisection.
// Complexity: O(pairs).
// Determinism: sums in the order of the pairs; depends on libm's last bits.

import Collation
import Glibc

/// Differences of pairs: the same seed in two arms.
public struct PairedDifference: Hashable, Sendable {
  /// One for each seed.
  public let values: [Double]

  /// - Parameter values: Finite numbers, one for each seed.
  public init(_ values: [Double]) { self.values = values }

  /// Their mean; 0 without pairs.
  public var mean: Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// Their standard deviation, of n - 1; nil for fewer than two pairs.
  public var deviation: Double? {
    guard values.count > 1 else { return nil }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return sqrt(squares / Double(values.count - 1))
  }

  /// The standard error of the mean; nil for fewer than two pairs.
  public var standardError: Double? { deviation.map { $0 / sqrt(Double(values.count)) } }

  /// The interval that covers the true mean with 95 %, if differences are normally distributed.
  public var interval: ClosedRange<Double>? {
    guard let standardError else { return nil }
    let reach = Self.quantile(ofT: 0.95, degrees: values.count - 1) * standardError
    return reach.isFinite ? mean - reach...mean + reach : nil
  }

  /// The number that |t| stays below with some probability.
  ///
  /// - Parameters:
  ///   - probability: Above 0, below 1.
  ///   - degrees: Of freedom, at least 1.
  /// - Returns: The quantile, up to a million.
  static func quantile(ofT probability: Double, degrees: Int) -> Double {
    let half = Double(degrees) / 2
    var (low, high) = (0.0, 1.0)
    let isBelow = { (t: Double) in
      1 - BinomialInterval.incompleteBeta(2 * half / (2 * half + t * t), half, 0.5) < probability
    }
    while isBelow(high) && high < 1e6 { high *= 2 }
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
