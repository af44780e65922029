import NeuralLayers
import Noise
import NumberTestSupport
import TensorCore
import TestSupport
import Testing

/// Attention against its definition, and what must hold of it at any size.
struct AttentionOperationTests {
  private func run<Element: TensorElement>(
    _ oracle: AttentionOracle,
    _ qkv: Tensor<Element>,
    pool: ComputePool = pools[1]
  ) -> [Element] {
    let tape = Tape<Element>(pool: pool, isRecording: false)
    let rate = DropoutRate(oracle.rate) ?? .zero
    return tape.attention(
      tape.input(qkv),
      heads: oracle.heads,
      keyHeads: oracle.keyHeads,
      isCausal: oracle.isCausal,
      bounds: oracle.bounds.isEmpty ? nil : oracle.bounds.map { Int32($0) },
      noise: AttentionNoise(
        dropout: oracle.rate == 0 ? nil : ActivationDropout(rate, key: oracle.key)
      ),
      firstItem: oracle.firstItem
    ).value.elements
  }

  private func input<Element: TensorElement>(
    _ oracle: AttentionOracle,
    _ seed: UInt64,
    scale: Element = 1
  ) -> Tensor<Element> {
    let numbers: Tensor<Element> = tensor([oracle.batch, oracle.times, oracle.columns], seed)
    return Tensor(numbers.elements.map { $0 * scale }, shape: numbers.shape)
  }

  private func error(_ x: [Double], _ y: [Double]) -> Double {
    guard x.count == y.count else { return .infinity }
    return zip(x, y).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
  }

  /// Any shape: few rows, or several blocks of queries and of keys.
  private func drawn(_ seed: UInt64, most: UInt32) -> AttentionOracle {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 7)
    func one(_ limit: UInt32) -> Int { Int(draws.next(below: limit)) + 1 }
    var oracle = AttentionOracle()
    (oracle.batch, oracle.times, oracle.keyHeads) = (one(2), one(most), one(2))
    (oracle.heads, oracle.width) = (oracle.keyHeads * one(3), one(5))
    oracle.isCausal = one(2) == 1
    oracle.rate = [0, 0.3, 0.9][one(3) - 1]
    (oracle.key, oracle.firstItem) = (NoiseKey(seed: seed, site: .dropout), UInt64(one(1000)))
    if one(2) == 1 {
      oracle.bounds = [0]
      for row in 1..<oracle.batch * oracle.times + 1 {
        let isEnd = row % oracle.times == 0 || draws.next(below: 8) == 0
        if isEnd { oracle.bounds.append(row) }
      }
    }
    return oracle
  }

  @Test func `small ones agree with the definition, whatever the shape`() {
    for seed in 0..<2000 as Range<UInt64> {
      let oracle = drawn(seed, most: 12)
      let qkv: Tensor<Double> = input(oracle, seed, scale: 3)
      let difference = error(run(oracle, qkv), oracle.output(qkv.elements))
      #expect(difference < 1e-11, "seed \(seed): \(difference)")
    }
  }

  @Test func `several blocks agree with the definition`() {
    for (seed, times) in [63, 64, 65, 129, 255, 256, 257, 300, 520].enumerated() {
      var oracle = drawn(UInt64(seed), most: 2)
      (oracle.batch, oracle.times, oracle.isCausal) = (2, times, seed % 3 != 0)
      oracle.bounds = seed % 2 == 0 ? [] : [0, 1, times / 3 + 1, times, times + 5, 2 * times]
      for scale in [1, 30] as [Double] {
        let qkv: Tensor<Double> = input(oracle, UInt64(seed), scale: scale)
        let expected = oracle.output(qkv.elements)
        let difference = error(run(oracle, qkv), expected)
        #expect(difference < 1e-10, "\(times) at \(scale): \(difference)")
        let single: Tensor<Float> = input(oracle, UInt64(seed), scale: Float(scale))
        let own = run(oracle, single).map { Double($0) }
        #expect(error(own, expected) < 1e-5 * scale * scale)
      }
    }
  }

  @Test func `scores that grow from block to block, and huge ones`() {
    var oracle = AttentionOracle()
    (oracle.times, oracle.width) = (700, 2)
    for isCausal in [true, false] {
      oracle.isCausal = isCausal
      // Keys grow with time: each block of keys has the largest score so far.
      let qkv: [Double] = (0..<700).flatMap { time -> [Double] in
        [1, 0, Double(time) / 20, 1, Double(time % 7), 1]
      }
      let y = run(oracle, Tensor(qkv, shape: [1, 700, 6]))
      #expect(error(y, oracle.output(qkv)) < 1e-10)
    }
    let huge = (0..<4200).map { Float($0 % 5) * 1e18 }
    let y = run(oracle, Tensor(huge, shape: [1, 700, 6]))
    #expect(y.allSatisfy { $0.isFinite })
  }

  @Test func `a rate of 1 leaves nothing, an empty batch is empty`() {
    var oracle = AttentionOracle()
    (oracle.batch, oracle.times, oracle.rate) = (2, 70, 1)
    #expect(run(oracle, input(oracle, 1) as Tensor<Float>).allSatisfy { $0 == 0 })
    oracle.batch = 0
    #expect(run(oracle, Tensor<Float>(zeros: [0, 70, 3])).isEmpty)
  }

  @Test func `a document is as it is alone, bit by bit, and others do not see it`() {
    var whole = AttentionOracle()
    (whole.batch, whole.times, whole.heads, whole.keyHeads, whole.width) = (2, 150, 4, 2, 8)
    whole.bounds = [0, 3, 100, 150, 290, 300]
    for isCausal in [true, false] {
      whole.isCausal = isCausal
      let qkv: Tensor<Float> = input(whole, 3)
      let y = run(whole, qkv)
      var changed = qkv
      changed.write { $0[50 * whole.columns + 5] += 1 }
      let other = run(whole, changed)
      for (start, end) in zip(whole.bounds, whole.bounds.dropFirst()) {
        let rows = start * 32..<end * 32
        #expect((y[rows] == other[rows]) == (start != 3))
        var alone = whole
        (alone.batch, alone.times, alone.bounds) = (1, end - start, [])
        let part = Array(qkv.elements[start * whole.columns..<end * whole.columns])
        let own = run(alone, Tensor(part, shape: [1, end - start, whole.columns]))
        #expect(zip(own, y[rows]).allSatisfy { abs($0 - $1) < 1e-6 })
      }
    }
  }

  @Test func `what does not fit traps`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      _ = tape.attention(tape.input(Tensor(zeros: [1, 4, 20])), heads: 3, keyHeads: 2)
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      _ = tape.attention(tape.input(Tensor(zeros: [2, 4, 12])), heads: 2, bounds: [0, 5, 8])
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      let table = RotaryTable<Float>(width: 2, positions: 3)
      let x = tape.input(Tensor(zeros: [2, 4, 12]))
      _ = tape.rotary(x, heads: 2, keyHeads: 2, table: table)
    }
  }
}
