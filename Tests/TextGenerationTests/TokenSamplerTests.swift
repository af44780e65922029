import Glibc
import Noise
import TestSupport
import Testing
import TextGeneration

private func sampler(_ temperature: Double = 1, k: Int? = nil, p: Double = 1) -> TokenSampler {
  guard let sampler = TokenSampler(temperature: temperature, topK: k, topP: p) else {
    preconditionFailure("\(temperature), \(k ?? 0), \(p) is no sampler")
  }
  return sampler
}

private func draws(_ count: Int, _ sampler: TokenSampler, _ logits: [Float]) -> [Int] {
  let key = NoiseKey(seed: 7, site: .sampling)
  return (0..<count).map { index in
    var stream = RandomStream(key: key, item: 3, position: UInt64(index))
    return sampler.sample(logits, from: &stream)
  }
}

/// The softmax as its formula says, over the tokens that may be chosen.
private func shares(_ logits: [Float], _ temperature: Double, among tokens: Set<Int>) -> [Double] {
  let weights = logits.enumerated().map {
    tokens.contains($0.offset) ? exp(Double($0.element) / temperature) : 0
  }
  let total = weights.reduce(0, +)
  return weights.map { $0 / total }
}

struct TokenSamplerTests {
  let logits: [Float] = [0.3, -1, 2, 0.3, -3, 1.5, 2.5, -0.5, 0, 1]

  @Test(arguments: [0.5, 1, 2])
  func `draws follow the softmax`(temperature: Double) {
    let count = 40_000
    var observed = [Int](repeating: 0, count: logits.count)
    for token in draws(count, sampler(temperature), logits) { observed[token] += 1 }
    let expected = shares(logits, temperature, among: Set(logits.indices))
      .map { $0 * Double(count) }
    // Cells that are too small are taken together.
    let large = expected.indices.filter { expected[$0] >= 5 }
    func fold<Number: Numeric>(_ cells: [Number]) -> [Number] {
      let rest = cells.indices.filter { !large.contains($0) }.reduce(0) { $0 + cells[$1] }
      return large.map { cells[$0] } + [rest]
    }
    let rest = fold(expected).last ?? 0
    let test = ChiSquare(
      observed: rest >= 5 ? fold(observed) : large.map { observed[$0] },
      expected: rest >= 5 ? fold(expected) : large.map { expected[$0] }
    )
    #expect(test.isPlausible, "\(test)")
  }

  @Test func `draws under top-k and top-p follow the softmax of what is left`() {
    let cases: [(TokenSampler, Set<Int>)] = [
      (sampler(k: 4), [6, 2, 5, 9]), (sampler(p: 0.8), [6, 2, 5, 9]),
      (sampler(k: 3, p: 0.8), [6, 2]),
    ]
    for (sampler, support) in cases {
      var observed = [Int](repeating: 0, count: logits.count)
      for token in draws(20_000, sampler, logits) { observed[token] += 1 }
      let expected = shares(logits, 1, among: support)
      #expect(observed.indices.allSatisfy { (observed[$0] > 0) == support.contains($0) })
      let test = ChiSquare(
        observed: support.map { observed[$0] },
        expected: support.map { expected[$0] * 20_000 }
      )
      #expect(test.isPlausible, "\(test)")
    }
  }

  @Test func `weights are the softmax in units of 2^-40`() {
    let exact = shares(logits, 0.7, among: Set(logits.indices))
    for (token, weight) in sampler(0.7).choices(logits) {
      #expect(abs(Double(weight) * 0x1p-40 - exact[token]) < 1e-6)
    }
    let wide = sampler(0.7).choices(logits.map(Double.init))
    for (token, weight) in wide { #expect(abs(Double(weight) * 0x1p-40 - exact[token]) < 1e-12) }
  }

  @Test func `top-k has exactly k tokens, equal ones by id`() {
    for k in 1...logits.count {
      let order = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
      #expect(sampler(k: k).choices(logits).map(\.token) == Array(order.prefix(k)))
    }
    #expect(sampler(k: 99).choices(logits).count == logits.count)
    #expect(sampler(k: 3).choices([Float](repeating: 1, count: 8)).map(\.token) == [0, 1, 2])
  }

  @Test func `top-p has the fewest tokens whose share is reached`() {
    let order = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }
    let shares = shares(logits, 1, among: Set(logits.indices))
    for percent in 1..<100 {
      let p = Double(percent) / 100
      var (sum, count) = (0.0, 0)
      while sum < p {
        sum += shares[order[count]]
        count += 1
      }
      #expect(sampler(p: p).choices(logits).map(\.token) == Array(order.prefix(count)), "\(p)")
    }
    // Two equal halves: one of them is enough for a half, and for no more.
    #expect(sampler(p: 0.5).choices([Float(1), 1]).map(\.token) == [0])
    #expect(sampler(p: 0.51).choices([Float(1), 1]).map(\.token) == [0, 1])
  }

  @Test func `temperature 0 takes the first of the largest and draws nothing`() {
    var stream = RandomStream(key: NoiseKey(seed: 1, site: .sampling), item: 0)
    #expect(TokenSampler.greedy.sample(logits, from: &stream) == 6)
    #expect(TokenSampler.greedy.sample([Float(1), 3, 3, 2], from: &stream) == 1)
    var fresh = RandomStream(key: NoiseKey(seed: 1, site: .sampling), item: 0)
    #expect(stream.next64() == fresh.next64())
    // Near 0 it does the same.
    #expect(Set(draws(200, sampler(1e-300), logits)) == [6])
  }

  @Test func `the same seed gives the same tokens, another sample others`() {
    let sampler = sampler(1)
    #expect(draws(100, sampler, logits) == draws(100, sampler, logits))
    var stream = RandomStream(key: NoiseKey(seed: 7, site: .sampling), item: 4)
    let other = (0..<100).map { _ in sampler.sample(logits, from: &stream) }
    #expect(other != draws(100, sampler, logits))
  }

  @Test func `logits that are not finite are survived`() {
    let infinity = Float.infinity
    #expect(Set(draws(50, sampler(1), [.nan, 1, .nan])) == [1])
    #expect(Set(draws(50, sampler(1), [-infinity, 1, -infinity])) == [1])
    #expect(Set(draws(50, sampler(1), [0, infinity, 1])) == [1])
    #expect(draws(1, sampler(1), [.nan, .nan]) == [0])
    #expect(draws(1, .greedy, [.nan, -infinity]) == [1])
    #expect(draws(1, sampler(1, k: 1, p: 0.1), [5]) == [0])
  }

  @Test func `the heaviest of more tokens than there are is each of them`() {
    #expect(sampler(1, k: .max).choices([1, 2] as [Float]).map(\.token) == [1, 0])
  }

  @Test func `settings out of range are none`() {
    #expect(TokenSampler(temperature: -1) == nil && TokenSampler(temperature: .nan) == nil)
    #expect(TokenSampler(temperature: .infinity) == nil && TokenSampler(topK: 0) == nil)
    #expect(TokenSampler(topP: 0) == nil && TokenSampler(topP: 1.1) == nil)
    #expect(TokenSampler(topP: .nan) == nil)
  }
}
