import Glibc

/// The probability that a correct sampler would fail a test, were the seed not fixed.
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

  init(statistic: Double, degreesOfFreedom: Int) {
    (self.statistic, self.degreesOfFreedom) = (statistic, degreesOfFreedom)
  }

  /// Compares counts with their expectations, each at least 5.
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

  /// The value exceeded with probability 10^-6, after Wilson and Hilferty.
  ///
  /// "The Distribution of Chi-Square", 1931. It is conservative for one degree of freedom, where
  /// the exact value is 23.9 and this gives 27.5.
  public var criticalValue: Double {
    let degrees = Double(degreesOfFreedom)
    let spread = 2 / (9 * degrees)
    return degrees * pow(1 - spread + Alpha.chiSquareQuantile * spread.squareRoot(), 3)
  }

  /// The probability of a statistic at least as large.
  ///
  /// The upper incomplete gamma function, by its series or its continued fraction ("Numerical Recipes",
  /// 6.2).
  public var pValue: Double {
    if degreesOfFreedom == 0 { return 1 }
    let (a, x) = (Double(degreesOfFreedom) / 2, statistic / 2)
    if x <= 0 { return 1 }
    let scale = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-16 {
        n += 1
        term *= x / n
        sum += term
      }
      return 1 - sum * scale
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1..<10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (an * d + b)
      c = b + an / c
      h *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return scale * h
  }

  /// Whether the statistic is at most critical.
  public var isPlausible: Bool { degreesOfFreedom == 0 || statistic <= criticalValue }

  /// The statistic and its bound, for a failure's message.
  public var description: String {
    "chi-square \(statistic) with \(degreesOfFreedom) degrees, critical \(criticalValue)"
  }
}

/// Whether a count of successes is plausible at alpha = 10^-9 by Chernoff's inequality P(X beyond
/// k) <= exp(-n KL(k/n || p)), which holds exactly for every n and p.
public func isPlausible(successes: Int, of trials: Int, probability: Double) -> Bool {
  let fraction = Double(successes) / Double(trials)
  func term(_ seen: Double, _ expected: Double) -> Double {
    seen == 0 ? 0 : expected == 0 ? .infinity : seen * log(seen / expected)
  }
  let divergence = term(fraction, probability) + term(1 - fraction, 1 - probability)
  return Double(trials) * divergence <= log(2 / Alpha.binomial)
}

extension ChiSquare {
  /// Whether two samples can come from one law; cells with few observations in both are pooled.
  ///
  /// - Returns: nil if fewer than two cells are left.
  public static func twoSamples<Outcome: Hashable>(
    _ first: [Outcome: Int],
    _ second: [Outcome: Int]
  ) -> ChiSquare? {
    let totals = [first, second].map { Double($0.values.reduce(0, +)) }
    let share = totals.map { $0 / (totals[0] + totals[1]) }
    var cells: [(Int, Int)] = []
    var pool = (0, 0)
    for outcome in Set(first.keys).union(second.keys) {
      let cell = (first[outcome, default: 0], second[outcome, default: 0])
      if Double(cell.0 + cell.1) * min(share[0], share[1]) < 10 {
        pool = (pool.0 + cell.0, pool.1 + cell.1)
      } else {
        cells.append(cell)
      }
    }
    if Double(pool.0 + pool.1) * min(share[0], share[1]) >= 10 { cells.append(pool) }
    guard cells.count > 1 else { return nil }
    let rows = [cells.map(\.0), cells.map(\.1)].map { $0.reduce(0, +) }
    let all = Double(rows[0] + rows[1])
    var statistic = 0.0
    for cell in cells {
      for (seen, row) in zip([cell.0, cell.1], rows) {
        let expected = Double(cell.0 + cell.1) * Double(row) / all
        statistic += (Double(seen) - expected) * (Double(seen) - expected) / expected
      }
    }
    return ChiSquare(statistic: statistic, degreesOfFreedom: cells.count - 1)
  }
}
