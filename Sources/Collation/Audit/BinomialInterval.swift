// Source: C. Clopper, E. Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case
//   of the Binomial", Biometrika 26, 1934; the incomplete beta function by its continued fraction
//   (W. Press et al., "Numerical Recipes", 6.4, by Lentz's method).
// Procedure: the bounds are the quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k), found by
//   bisection.
// Complexity: O(sqrt(n)) for each of some sixty evaluations.
// Determinism: no draws; depends on libm's last bits.

import Glibc

/// The probabilities under which a count is not surprising.
public struct BinomialInterval: Hashable, Sendable {
  /// The bounds, in 0...1.
  public let lower, upper: Double

  /// The exact interval: it covers the true probability at least as often as the confidence says.
  ///
  /// - Parameters:
  ///   - successes: 0 through `trials`.
  ///   - trials: With none the interval is 0...1.
  ///   - confidence: Above 0, below 1.
  public init(successes: Int, of trials: Int, confidence: Double) {
    precondition(
      successes >= 0 && successes <= trials,
      "there are \(successes) successes of \(trials) trials"
    )
    let tail = (1 - confidence) / 2
    let (hits, misses) = (Double(successes), Double(trials - successes))
    lower = successes == 0 ? 0 : Self.quantile(tail, hits, misses + 1)
    upper = successes == trials ? 1 : Self.quantile(1 - tail, hits + 1, misses)
  }

  /// Whether a probability lies inside.
  public func contains(_ probability: Double) -> Bool {
    probability >= lower && probability <= upper
  }

  private static func quantile(_ share: Double, _ a: Double, _ b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if incompleteBeta(middle, a, b) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The chance that a variable of the law Beta(a, b) is at most x.
  package static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    // The fraction converges fast on this side only.
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let small = 1e-300
    let away = { (value: Double) in abs(value) < small ? small : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var value = d
    for step in 1..<100_000 {
      let m = Double(step)
      for numerator in [
        m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
      ] {
        d = 1 / away(1 + numerator * d)
        c = away(1 + numerator / c)
        value *= c * d
      }
      if abs(c * d - 1) < 1e-14 { break }
    }
    return value
  }
}
