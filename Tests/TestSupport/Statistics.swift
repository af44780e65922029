import Glibc

/// The chance with which a correct sampler fails one of our tests, were the seed not fixed.
public enum Alpha {
  /// For chi-square tests: the normal quantile of 10^-6, one-sided.
  public static let chiSquareQuantile = 4.7534
  /// For binomial bounds: two-sided.
  public static let binomial = 1e-9
}

/// Pearson's statistic against its critical value at alpha = 10^-6.
public struct ChiSquare: CustomStringConvertible {
  /// The sum of the squared differences over the expectations.
  public let statistic: Double
  /// One less than the number of cells.
  public let degreesOfFreedom: Int

  /// Compares counts with what is expected; every expected count must be at least 5.
  public init(observed: [Int], expected: [Double]) {
    precondition(observed.count == expected.count && expected.allSatisfy { $0 >= 5 })
    statistic = zip(observed, expected).reduce(0) { sum, pair in
      let difference = Double(pair.0) - pair.1
      return sum + difference * difference / pair.1
    }
    degreesOfFreedom = observed.count - 1
  }

  /// Compares counts with equal shares.
  public init(uniform observed: [Int]) {
    let share = Double(observed.reduce(0, +)) / Double(observed.count)
    self.init(observed: observed, expected: observed.map { _ in share })
  }

  /// The value that is exceeded with a chance of 10^-6, after Wilson and Hilferty.
  ///
  /// "The Distribution of Chi-Square", 1931. It is on the safe side for one degree of freedom,
  /// where the exact value is 23.9 and this gives 27.5.
  public var criticalValue: Double {
    let degrees = Double(degreesOfFreedom)
    let spread = 2 / (9 * degrees)
    return degrees * pow(1 - spread + Alpha.chiSquareQuantile * spread.squareRoot(), 3)
  }

  /// Whether the statistic is at most critical.
  public var isPlausible: Bool { degreesOfFreedom == 0 || statistic <= criticalValue }

  /// The statistic and its bound, for a failure's message.
  public var description: String {
    "chi-square \(statistic) with \(degreesOfFreedom) degrees, critical \(criticalValue)"
  }
}

/// Whether a count of successes is possible at alpha = 10^-9 by Chernoff's inequality
/// P(X beyond k) <= exp(-n KL(k/n || p)), which holds for every n and p and is no approximation.
public func isPlausible(successes: Int, of trials: Int, probability: Double) -> Bool {
  let fraction = Double(successes) / Double(trials)
  func term(_ seen: Double, _ expected: Double) -> Double {
    seen == 0 ? 0 : expected == 0 ? .infinity : seen * log(seen / expected)
  }
  let divergence = term(fraction, probability) + term(1 - fraction, 1 - probability)
  return Double(trials) * divergence <= log(2 / Alpha.binomial)
}
