import Noise
import TestSupport
import Testing

struct DiscreteLawTests {
  private func counts(_ law: DiscreteLaw, _ count: Int) -> [Int: Int] {
    var draws = RandomStream(key: NoiseKey(seed: 9, site: .testing), item: 4)
    return (0..<count).reduce(into: [:]) { counts, _ in
      counts[law.next(from: &draws), default: 0] += 1
    }
  }

  @Test func `numbers come up as often as their weights say`() {
    for weights in [[1, 2, 3, 4], [0, 0, 1], [1], [0.5, 0, 0.5, 0]] as [[Double]] {
      let counts = counts(DiscreteLaw(weights: weights), 200_000)
      let total = weights.reduce(0, +)
      for (number, weight) in weights.enumerated() {
        let seen = counts[number] ?? 0
        #expect(isPlausible(successes: seen, of: 200_000, probability: weight / total))
      }
      #expect(counts.keys.allSatisfy { weights.indices.contains($0) })
    }
  }

  @Test func `the laws of papers have their means`() {
    // SpanBERT, section 3.1: p = 0.2, at most 10, mean 3.8.
    #expect(abs(DiscreteLaw.geometric(0.2, limit: 10).mean - 3.797) < 0.001)
    #expect(abs(DiscreteLaw.harmonic(limit: 3).mean - 18.0 / 11) < 1e-6)
    #expect(abs(DiscreteLaw.poisson(3).mean - 3) < 1e-6)
    let spans = counts(.geometric(0.2, limit: 10), 100_000)
    #expect(spans[0] == nil && spans[11] == nil && spans[10] != nil)
  }
}

struct DistinctNumbersTests {
  @Test func `numbers are different, ascending, and below the bound`() {
    var draws = RandomStream(key: NoiseKey(seed: 1, site: .testing), item: 1)
    var numbers = DistinctNumbers()
    for bound in [0, 1, 2, 63, 64, 65, 1000] {
      for count in Set([0, 1, bound / 2, bound]).filter({ $0 <= bound }) {
        numbers.draw(count, below: bound, from: &draws)
        #expect(numbers.values.count == count && Set(numbers.values).count == count)
        #expect(numbers.values == numbers.values.sorted())
        #expect(numbers.values.allSatisfy { (0..<bound).contains($0) })
      }
    }
  }

  @Test func `every set is equally likely`() {
    var draws = RandomStream(key: NoiseKey(seed: 2, site: .testing), item: 1)
    var numbers = DistinctNumbers()
    var counts: [[Int]: Int] = [:]
    for _ in 0..<120_000 {
      numbers.draw(3, below: 7, from: &draws)
      counts[numbers.values, default: 0] += 1
    }
    #expect(counts.count == 35 && ChiSquare(uniform: Array(counts.values)).isPlausible)
  }
}
