import NeuralLayers
import Noise
import NumberTestSupport
import TensorCore
import TestSupport
import Testing

/// Noise on the scores of attention against its definition, and its law.
struct AttentionNoiseTests {
  private func run<Element: TensorElement>(
    _ oracle: AttentionOracle,
    _ noise: AttentionNoise,
    _ qkv: Tensor<Element>
  ) -> [Element] {
    let tape = Tape<Element>(pool: pools[1], isRecording: false)
    return tape.attention(
      tape.input(qkv),
      heads: oracle.heads,
      keyHeads: oracle.keyHeads,
      isCausal: oracle.isCausal,
      bounds: oracle.bounds.isEmpty ? nil : oracle.bounds.map { Int32($0) },
      noise: noise,
      firstItem: oracle.firstItem
    ).value.elements
  }

  /// Random noise, in the operation and in the oracle.
  private func drawn(_ seed: UInt64, most: UInt32) -> (AttentionOracle, AttentionNoise) {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 8)
    func one(_ limit: UInt32) -> Int { Int(draws.next(below: limit)) + 1 }
    var oracle = AttentionOracle()
    (oracle.batch, oracle.times, oracle.keyHeads) = (one(2), one(most), one(2))
    (oracle.heads, oracle.width) = (oracle.keyHeads * one(2), one(4))
    oracle.isCausal = one(3) > 1
    oracle.rate = [0, 0.3][one(2) - 1]
    (oracle.key, oracle.firstItem) = (NoiseKey(seed: seed, site: .dropout), UInt64(one(1000)))
    if one(2) == 1 {
      oracle.bounds = [0]
      for row in 1..<oracle.batch * oracle.times + 1 {
        let isEnd = row % oracle.times == 0 || draws.next(below: 8) == 0
        if isEnd { oracle.bounds.append(row) }
      }
    }
    var noise = AttentionNoise()
    if let rate = DropoutRate(oracle.rate), rate != .zero {
      noise.dropout = ActivationDropout(rate, key: oracle.key)
    }
    var scores = ScoreNoise()
    let kind = one(3)
    if kind != 1 {
      let blur = KeyBlur(deviation: [0.3, 1, 5][one(3) - 1], reach: one(4) - 1)
      scores.blur = blur
      oracle.blur = (blur.deviation, blur.reach)
    }
    if kind != 2, let rate = DropoutRate([0.2, 0.7, 1][one(3) - 1]) {
      let keys = HiddenKeys(rate, of: one(5), isHard: one(2) == 1, key: oracle.key.derived(77))
      scores.hidden = keys
      oracle.hidden = (rate.value, keys.count, keys.isHard, keys.key)
    }
    noise.scores = scores
    return (oracle, noise)
  }

  private func error(_ x: [Double], _ y: [Double]) -> Double {
    guard x.count == y.count else { return .infinity }
    return zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
  }

  @Test func `small ones agree with the definition, whatever the shape`() {
    for seed in 0..<2000 as Range<UInt64> {
      let (oracle, noise) = drawn(seed, most: 12)
      let plain: Tensor<Double> = tensor([oracle.batch, oracle.times, oracle.columns], seed)
      let qkv = Tensor(plain.elements.map { 3 * $0 }, shape: plain.shape)
      let difference = error(run(oracle, noise, qkv), oracle.output(qkv.elements))
      #expect(difference < 1e-10, "seed \(seed): \(difference)")
    }
  }

  @Test func `rows of several blocks agree with the definition`() {
    for (seed, times) in [63, 64, 65, 129, 257, 300].enumerated() {
      var (oracle, noise) = drawn(UInt64(seed) + 5000, most: 2)
      (oracle.batch, oracle.times) = (2, times)
      oracle.bounds = seed % 2 == 0 ? [] : [0, 1, times / 3 + 1, times, times + 5, 2 * times]
      let qkv: Tensor<Double> = tensor([2, times, oracle.columns], UInt64(seed))
      let expected = oracle.output(qkv.elements)
      #expect(error(run(oracle, noise, qkv), expected) < 1e-10)
      let single = Tensor(qkv.elements.map { Float($0) }, shape: qkv.shape)
      if noise.scores?.hidden == nil {
        #expect(error(run(oracle, noise, single).map { Double($0) }, expected) < 1e-4)
      }
    }
  }

  /// Values that are unit vectors make the result the probabilities themselves: hard hiding shows
  /// as zeros.
  @Test(arguments: [0.1, 0.3, 0.9])
  func `of the largest scores each is hidden at the rate`(rate: Double) throws {
    let (times, count) = (8, 3)
    let keys = HiddenKeys(
      try #require(DropoutRate(rate)),
      of: count,
      isHard: true,
      key: NoiseKey(seed: 4, site: .dropout)
    )
    var oracle = AttentionOracle()
    (oracle.batch, oracle.times, oracle.width) = (4000, times, times)
    let plain: Tensor<Double> = tensor([4000, times, 2 * times], 9)
    var numbers: [Double] = []
    for row in 0..<4000 * times {
      numbers += plain.elements[row * 2 * times..<(row + 1) * 2 * times]
      for unit in 0..<times { numbers.append(unit == row % times ? 1 : 0) }
    }
    let qkv = Tensor(numbers, shape: [4000, times, 3 * times])
    let all = run(oracle, AttentionNoise(), qkv)
    var (hidden, atStake) = (0, 0)
    for part in 0..<12 as Range<UInt64> {
      oracle.firstItem = 4000 * part
      let y = run(oracle, AttentionNoise(scores: ScoreNoise(hidden: keys)), qkv)
      for row in 0..<4000 * times {
        // A query that sees no more keys than are at stake keeps its last one.
        let visible = row % times + 1
        guard visible > count else { continue }
        let line = row * times..<(row + 1) * times
        let zeros = zip(y[line], all[line]).enumerated().filter { $1.0 == 0 && $1.1 > 0 }
        let largest = all[line].enumerated().sorted { $0.element > $1.element }.prefix(count)
        let places = Set(largest.map(\.offset))
        #expect(zeros.allSatisfy { places.contains($0.offset) })
        hidden += zeros.count
        atStake += count
      }
    }
    #expect(atStake > 700_000)
    #expect(isPlausible(successes: hidden, of: atStake, probability: rate))
  }

  @Test func `one key is always seen, and equal scores stay under blur`() throws {
    var oracle = AttentionOracle()
    (oracle.batch, oracle.times, oracle.width) = (3, 1, 4)
    let qkv: Tensor<Double> = tensor([3, 1, 12], 3)
    let plain = run(oracle, AttentionNoise(), qkv)
    for isHard in [true, false] {
      let keys = HiddenKeys(
        try #require(DropoutRate(1)),
        of: 5,
        isHard: isHard,
        key: NoiseKey(seed: 4, site: .dropout)
      )
      #expect(run(oracle, AttentionNoise(scores: ScoreNoise(hidden: keys)), qkv) == plain)
    }
    oracle.times = 90
    var equal: [Double] = []
    for row in 0..<270 {
      equal += [1, 1, 1, 1, 1, 1, 1, 1] as [Double]
      equal += [Double(row % 7), Double(row % 5), 1, Double(row)]
    }
    let even = Tensor(equal, shape: [3, 90, 12])
    let blur = KeyBlur(deviation: 1.3, reach: 3)
    let blurred = run(oracle, AttentionNoise(scores: ScoreNoise(blur: blur)), even)
    #expect(error(blurred, run(oracle, AttentionNoise(), even)) < 1e-12)
  }
}
