import NeuralLayers
import Noise
import NumberTestSupport
import TensorCore
import TestSupport
import Testing

/// Noise on an LSTM against its definition, number by number.
struct LSTMNoiseTests {
  private let key = NoiseKey(seed: 9, site: .dropout)

  /// Runs the operation and the oracle, and returns the largest difference of their outputs.
  private func difference(
    _ oracle: LSTMOracle,
    _ noise: LSTMNoise?,
    weights: DropConnect<Double>? = nil,
    seed: UInt64
  ) -> Double {
    let (t, b, i, h) = (oracle.times, oracle.batch, oracle.inner, oracle.hidden)
    let x: Tensor<Double> = tensor([t, b, i], seed)
    let p = [[4 * h, i], [4 * h, h], [4 * h]].enumerated().map {
      Parameter<Double>("p\($0)", tensor($1, seed + 1 + UInt64($0)))
    }
    var state = LSTMState<Double>(batch: b, hidden: h)
    (state.hidden, state.cell) = (tensor([b, h], seed + 7), tensor([b, h], seed + 8))
    let tape = Tape<Double>(pool: pools[1], isRecording: false)
    var used = p[1].value
    if let weights {
      tape.see(p[1], through: weights)
      used = weights.use(used, on: pools[0])
    }
    let y = tape.lstm(
      tape.input(x),
      inputWeight: p[0],
      stateWeight: p[1],
      bias: p[2],
      state: state,
      noise: noise
    )
    let expected = oracle.output(
      x.elements,
      weights: (p[0].value.elements, used.elements, p[2].value.elements),
      state: (state.hidden.elements, state.cell.elements)
    )
    let last = y.state.hidden.elements
    let end = expected.suffix(b * h)
    let errors =
      zip(y.output.value.elements, expected).map { abs($0 - $1) }
      + zip(last, end).map { abs($0 - $1) }
    return errors.max() ?? .infinity
  }

  @Test func `masks and kept columns are what their definition says, whatever the shape`() throws {
    for seed in 0..<400 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 3)
      func one(_ limit: UInt32) -> Int { Int(draws.next(below: limit)) + 1 }
      var oracle = LSTMOracle(times: one(6), batch: one(4), inner: one(9), hidden: one(70))
      let rate = try #require(DropoutRate([0.2, 0.5, 0.9, 1][one(4) - 1]))
      let rows = RowPlacement(
        .timeMajor,
        batch: oracle.batch,
        times: oracle.times,
        firstItem: 40,
        firstTime: UInt64(one(50))
      )
      var noise = LSTMNoise()
      func kept(_ width: Int) -> KeptColumns {
        var stream = RandomStream(key: key.derived(seed), item: UInt64(width))
        return KeptColumns(rate, of: width, from: &stream)
      }
      func factors(_ kept: KeptColumns) -> [Double] {
        (0..<kept.width).map { kept.columns.contains(Int32($0)) ? kept.scale : 0 }
      }
      switch seed % 4 {
      case 0:
        let columns = kept(oracle.inner)
        (noise.inputs, oracle.inputFactors) = (columns, factors(columns))
      case 1:
        let columns = kept(oracle.hidden)
        noise.states = .kept(columns)
        oracle.stateFactor = { _, _, unit in factors(columns)[unit] }
      default:
        let isLocked = seed % 4 == 2
        noise.states = .masks(ActivationDropout(rate, key: key, isLocked: isLocked), rows)
        oracle.stateFactor = { time, sequence, unit in
          var stream = RandomStream(
            key: key,
            item: 40 + UInt64(sequence),
            position: isLocked ? 0 : rows.firstTime + UInt64(time)
          )
          for _ in 0..<unit { _ = stream.next32() }
          let isDropped = stream.happens(BernoulliThreshold(rate.value))
          return isDropped ? 0 : 1 / (1 - rate.value)
        }
      }
      let error = difference(oracle, noise, seed: seed)
      #expect(error < 1e-11, "seed \(seed): \(error)")
    }
  }

  /// Weights that do not fit a core's cache are cut into units.
  @Test func `large states are read as small ones are`() throws {
    var oracle = LSTMOracle(times: 4, batch: 3, inner: 5, hidden: 300)
    var stream = RandomStream(key: key, item: 1)
    let kept = KeptColumns(try #require(DropoutRate(0.5)), of: 300, from: &stream)
    oracle.stateFactor = { _, _, unit in kept.columns.contains(Int32(unit)) ? 2 : 0 }
    #expect(difference(oracle, LSTMNoise(states: .kept(kept)), seed: 5) < 1e-10)
    let rows = RowPlacement(.timeMajor, batch: 3, times: 4)
    let half = ActivationDropout(try #require(DropoutRate(0.5)), key: key)
    oracle.stateFactor = { time, sequence, unit in
      var stream = RandomStream(key: key, item: UInt64(sequence), position: UInt64(time))
      for _ in 0..<unit { _ = stream.next32() }
      return stream.happens(BernoulliThreshold(0.5)) ? 0 : 2
    }
    #expect(difference(oracle, LSTMNoise(states: .masks(half, rows)), seed: 6) < 1e-10)
  }

  @Test func `dropped weights are zero in the whole window`() throws {
    let oracle = LSTMOracle(times: 5, batch: 2, inner: 3, hidden: 20)
    let law = DropConnect<Double>(try #require(DropoutRate(0.5)), key: key, pass: 3)
    #expect(difference(oracle, nil, weights: law, seed: 2) < 1e-11)
  }

  @Test func `no noise is no noise, bit by bit`() {
    let oracle = LSTMOracle(times: 5, batch: 2, inner: 3, hidden: 20)
    func run(_ noise: LSTMNoise?) -> [Double] {
      let tape = Tape<Double>(pool: pools[0], isRecording: false)
      let p = [[80, 3], [80, 20], [80]].map { Parameter<Double>("p", tensor($0, 4)) }
      let state = LSTMState<Double>(batch: 2, hidden: 20)
      let x = tape.input(tensor([5, 2, 3], 3))
      return tape.lstm(
        x,
        inputWeight: p[0],
        stateWeight: p[1],
        bias: p[2],
        state: state,
        noise: noise
      ).output.value.elements
    }
    #expect(run(nil) == run(LSTMNoise()))
    #expect(difference(oracle, nil, seed: 1) < 1e-12)
  }
}
