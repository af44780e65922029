import Noise
import Studies
import TestSupport
import Testing

/// The rule, written out slowly, from the words of the decision.
private enum SlowRule {
  static func binomial(_ n: Int, _ k: Int) -> Double {
    k == 0 ? 1 : binomial(n, k - 1) * Double(n - k + 1) / Double(k)
  }

  /// The chance of at most `k` heads in `n` throws.
  static func atMost(_ k: Int, of n: Int) -> Double {
    (0...k).map { binomial(n, $0) }.reduce(0, +) / (0..<n).reduce(1.0) { product, _ in product * 2 }
  }

  /// Whether values are above a bound.
  static func isAbove(_ values: [Double]) -> Bool {
    let n = values.count
    if n < 3 { return false }
    let mean = values.reduce(0, +) / Double(n)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    let error = (squares / Double(n - 1) / Double(n)).squareRoot()
    if mean <= (n <= 4 ? 3 : 2) * error { return false }
    let wrong = values.filter { $0 <= 0 }.count
    return wrong == 0 || atMost(wrong, of: n) <= 1.0 / 32
  }

  static func verdict(_ comparison: StudyComparison, _ differences: [Double]) -> Verdict {
    let m = comparison.margin
    switch comparison.relation {
    case .lower:
      if isAbove(differences.map { -$0 - m }) { return .holds }
      if isAbove(differences.map { $0 + m }) { return .doesNotHold }
    case .higher:
      if isAbove(differences.map { $0 - m }) { return .holds }
      if isAbove(differences.map { m - $0 }) { return .doesNotHold }
    case .within:
      if isAbove(differences.map { m - $0 }) && isAbove(differences.map { m + $0 }) {
        return .holds
      }
      if isAbove(differences.map { $0 - m }) || isAbove(differences.map { -m - $0 }) {
        return .doesNotHold
      }
    }
    return .undecided
  }
}

@Suite("The verdict of a comparison")
struct VerdictTests {
  private static func comparison(
    _ relation: String,
    by margin: Double = 0
  ) throws -> StudyComparison {
    var study = SmallStudy()
    study.comparisons = "[{\"arm\": \"a\", \"than\": \"b\", \"is\": \"\(relation)\""
    study.comparisons += margin > 0 ? ", \"by\": \(margin)}]" : "}]"
    return try study.value().comparisons[0]
  }

  @Test("pairs by hand")
  func byHand() throws {
    let lower = try Self.comparison("lower")
    func verdict(_ values: [Double]) -> Verdict { lower.verdict(PairedDifference(values)) }
    #expect(verdict([]) == .undecided)
    #expect(verdict([-1]) == .undecided)
    #expect(verdict([-1, -1]) == .undecided)
    #expect(verdict([-1, -1, -1]) == .holds)
    #expect(verdict([1, 1.1, 0.9]) == .doesNotHold)
    #expect(verdict([-1, -1, 0]) == .undecided)
    #expect(verdict([0, 0, 0]) == .undecided)
    // Mean -2, standard error 0.577: 3.46 of them; with -4 in the place of -3 only 2.65.
    #expect(verdict([-1, -2, -3]) == .holds)
    #expect(verdict([-1, -2, -4]) == .undecided)
    // Mean -3, standard error 0.707: of five pairs 2 are enough.
    #expect(verdict([-1, -2, -3, -4, -5]) == .holds)
    #expect(verdict([-1, -2, -3, -4, 0.1]) == .undecided)
    let many = Array(repeating: -1.0, count: 8)
    #expect(verdict(many.dropLast() + [0.1]) == .undecided)
    #expect(verdict(many + [0.1]) == .holds, "8 of 9 are as rare as 5 of 5")
    #expect(verdict([.nan, -1, -1]) == .undecided)
  }

  @Test("a margin moves the bound, and within asks of both sides")
  func margins() throws {
    let by = try Self.comparison("higher", by: 0.5)
    #expect(by.verdict(PairedDifference([1, 1.1, 1.2])) == .holds)
    #expect(by.verdict(PairedDifference([0.3, 0.31, 0.32])) == .doesNotHold)
    #expect(by.verdict(PairedDifference([0.4, 0.5, 0.6])) == .undecided)
    let within = try Self.comparison("within", by: 0.03)
    #expect(within.verdict(PairedDifference([0.01, -0.01, 0])) == .holds)
    #expect(within.verdict(PairedDifference([0.05, 0.051, 0.052])) == .doesNotHold)
    #expect(within.verdict(PairedDifference([-0.05, -0.051, -0.052])) == .doesNotHold)
    #expect(within.verdict(PairedDifference([0.05, -0.05, 0])) == .undecided)
  }

  @Test("thousands of random pairs against the slow rule")
  func oracle() throws {
    let comparisons = try [
      Self.comparison("lower"), Self.comparison("lower", by: 0.4), Self.comparison("higher"),
      Self.comparison("higher", by: 0.2), Self.comparison("within", by: 0.7),
    ]
    var counts: [Verdict: Int] = [:]
    for item in 0..<20_000 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: 1, site: .testing), item: item)
      let shift = Double(draws.next(below: 2001)) / 1000 - 1
      let spread = Double(draws.next(below: 1000)) / 500
      // Whole hundredths, so that values on the bound occur.
      let values = (0..<Int(draws.next(below: 16))).map { _ in
        ((shift + spread * (Double(draws.next(below: 1001)) / 1000 - 0.5)) * 10).rounded() / 10
      }
      for comparison in comparisons {
        let verdict = comparison.verdict(PairedDifference(values))
        #expect(verdict == SlowRule.verdict(comparison, values), "\(comparison): \(values)")
        counts[verdict, default: 0] += 1
      }
    }
    for verdict in [Verdict.holds, .doesNotHold, .undecided] {
      #expect(counts[verdict] ?? 0 > 5000)
    }
  }

  @Test("without an effect it rarely holds: three seeds, and five")
  func falseAlarms() throws {
    let lower = try Self.comparison("lower")
    for (pairs, bound) in [(3, 0.06), (5, 0.06), (10, 0.06)] {
      var wrong = 0
      for item in 0..<5000 as Range<UInt64> {
        var draws = RandomStream(key: NoiseKey(seed: UInt64(pairs), site: .testing), item: item)
        let values = (0..<pairs).map { _ in
          (0..<12).reduce(-6.0) { sum, _ in sum + Double(draws.next(below: 10_001)) / 10_000 }
        }
        if lower.verdict(PairedDifference(values)) == .holds { wrong += 1 }
      }
      #expect(Double(wrong) / 5000 < bound, "\(pairs) pairs: \(wrong) of 5000")
    }
  }

  @Test("the number of seeds that would decide does decide, if the pairs go on so")
  func seedsToDecide() throws {
    let lower = try Self.comparison("lower")
    let pairs = PairedDifference([-1, -2, -4])
    let count = try #require(lower.pairsToDecide(pairs))
    #expect(count == 4, "three standard errors of four pairs, 2.29, are below 2.33")
    #expect(lower.pairsToDecide(PairedDifference([-1, -2, -5])) == 5)
    #expect(lower.pairsToDecide(PairedDifference([-0.001, 0.001, 0.0001, -0.0001])) == nil)
    #expect(lower.pairsToDecide(PairedDifference([-1])) == nil)
    let one = try #require(lower.pairsToDecide(PairedDifference([-1, -1, -1, 0.2, -1])))
    #expect(one == 9, "one pair against is allowed of nine")
    // The mean two standard deviations below 0: five pairs.
    #expect(lower.pairsToDecide(PairedDifference([-3, -1])) == 5)
  }

  @Test("intervals of t by the tables")
  func intervals() throws {
    // Two-sided 95 %: 12.706 for one degree of freedom, 4.303 for two, 2.776 for four.
    for (values, t) in [
      ([-1.0, 1], 12.7062), ([1, 2, 3], 4.30265), ([1, 2, 3, 4, 5], 2.77645),
    ] {
      let pairs = PairedDifference(values)
      let interval = try #require(pairs.interval)
      let error = try #require(pairs.standardError)
      #expect(abs((interval.upperBound - pairs.mean) / error - t) < 1e-4)
      #expect(abs((pairs.mean - interval.lowerBound) / error - t) < 1e-4)
    }
    #expect(PairedDifference([1]).interval == nil)
    #expect(PairedDifference([2, 2, 2]).interval == 2...2)
  }
}
