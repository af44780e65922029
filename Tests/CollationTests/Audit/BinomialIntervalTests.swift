import Collation
import Testing

@Suite("Exact binomial intervals")
struct BinomialIntervalTests {
  @Test("the bounds of tables")
  func tables() {
    // Clopper and Pearson's intervals at 95 %, as R's binom.test has them.
    let cases: [(Int, Int, Double, Double)] = [
      (0, 10, 0, 0.3084971), (1, 10, 0.002528579, 0.4450161), (5, 10, 0.1870860, 0.8129140),
      (10, 10, 0.6915029, 1), (15, 100, 0.08645439, 0.2353067), (0, 0, 0, 1),
    ]
    for (successes, trials, lower, upper) in cases {
      let interval = BinomialInterval(successes: successes, of: trials, confidence: 0.95)
      #expect(abs(interval.lower - lower) < 1e-6 && abs(interval.upper - upper) < 1e-6)
    }
  }

  /// The chance of so many successes or fewer, summed term by term.
  private func chance(atMost successes: Int, of trials: Int, _ probability: Double) -> Double {
    var (sum, term) = (0.0, 1.0)
    for _ in 0..<trials { term *= 1 - probability }
    for count in 0...successes {
      sum += term
      term *= Double(trials - count) / Double(count + 1) * probability / (1 - probability)
    }
    return sum
  }

  @Test("at each bound the tail has just the chance that is left")
  func tails() {
    for trials in [1, 7, 25, 60] {
      for successes in stride(from: 0, through: trials, by: max(trials / 9, 1)) {
        for confidence in [0.9, 0.99, 1 - 1e-6] {
          let interval = BinomialInterval(successes: successes, of: trials, confidence: confidence)
          let tail = (1 - confidence) / 2
          if successes < trials {
            let chance = chance(atMost: successes, of: trials, interval.upper)
            #expect(abs(chance / tail - 1) < 1e-4)
          }
          if successes > 0 {
            let chance = 1 - chance(atMost: successes - 1, of: trials, interval.lower)
            #expect(abs(chance - tail) < 1e-4 * tail + 1e-12)
          }
        }
      }
    }
  }

  @Test("many trials: as wide as the normal law says")
  func many() {
    let interval = BinomialInterval(successes: 1_500_000, of: 10_000_000, confidence: 0.95)
    let half = 1.959964 * (0.15 * 0.85 / 1e7).squareRoot()
    #expect(
      abs(interval.lower - (0.15 - half)) < 1e-6 && abs(interval.upper - (0.15 + half)) < 1e-6
    )
    #expect(interval.contains(0.15) && !interval.contains(0.151))
  }
}
