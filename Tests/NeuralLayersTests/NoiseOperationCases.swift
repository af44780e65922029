import NeuralLayers
import Noise
import TensorCore

/// Operations under noise, and operations that are there for noise.
func noiseCases<E: TensorElement>(isLarge: Bool, _: E.Type) -> [OperationCase<E>] {
  let (t, b, h, i) = isLarge ? (9, 37, 70, 130) : (4, 3, 5, 4)
  let (attended, width) = isLarge ? (150, 48) : (12, 4)
  let vocabulary = isLarge ? 3000 : 11
  let rows = RowPlacement(.timeMajor, batch: b, times: t, firstItem: 100, firstTime: 7)
  let key = NoiseKey(seed: 3, site: .dropout)
  func kept(_ width: Int, _ rate: Double, _ item: UInt64) -> KeptColumns {
    var stream = RandomStream(key: key, item: item)
    return KeptColumns(DropoutRate(rate) ?? .zero, of: width, from: &stream)
  }
  func lstm(_ name: String, _ noise: LSTMNoise, weights: Double = 0) -> OperationCase<E> {
    OperationCase(
      "LSTM, \(name)",
      inputs: [[t, b, i]],
      parameters: [[4 * h, i], [4 * h, h], [4 * h]]
    ) { tape, x, p in
      var state = LSTMState<E>(batch: b, hidden: h)
      (state.hidden, state.cell) = (tensor([b, h], 7), tensor([b, h], 8))
      if let rate = DropoutRate(weights), rate != .zero {
        tape.see(p[1], through: DropConnect(rate, key: key, pass: 5))
      }
      let y = tape.lstm(
        x[0],
        inputWeight: p[0],
        stateWeight: p[1],
        bias: p[2],
        state: state,
        noise: noise
      )
      return ([y.output], 0)
    }
  }
  func attention(_ name: String, _ scores: ScoreNoise, isCausal: Bool = true) -> OperationCase<E> {
    OperationCase(
      "attention, \(name)",
      inputs: [[2, attended, 5 * width]],
      parameters: []
    ) { tape, x, _ in
      let bounds = isLarge ? [0, 20, 149, 150, 151, 300] : [0, 1, 8, 12, 15, 24]
      let y = tape.attention(
        x[0],
        heads: 3,
        keyHeads: 1,
        isCausal: isCausal,
        bounds: bounds.map { Int32($0) },
        noise: AttentionNoise(dropout: dropout(0.2), scores: scores),
        firstItem: 5
      )
      return ([y], 0)
    }
  }
  let hidden = HiddenKeys(DropoutRate(0.5) ?? .zero, of: 3, key: key)
  let hard = HiddenKeys(DropoutRate(0.5) ?? .zero, of: 3, isHard: true, key: key)
  let blur = KeyBlur(deviation: 0.8, reach: 2)
  let targets = (0..<t * b).map { $0 == 1 ? -1 : Int32($0 % vocabulary) }
  return [
    lstm("columns of the input kept", LSTMNoise(inputs: kept(i, 0.5, 11))),
    lstm("columns of the state kept", LSTMNoise(states: .kept(kept(h, 0.5, 2)))),
    lstm(
      "columns of both kept",
      LSTMNoise(inputs: kept(i, 0.4, 3), states: .kept(kept(h, 0.6, 4)))
    ),
    lstm("fresh masks on the state", LSTMNoise(states: .masks(dropout(0.4), rows))),
    lstm("dropped weights", LSTMNoise(), weights: 0.4),
    lstm("dropped weights, columns kept", LSTMNoise(states: .kept(kept(h, 0.5, 15))), weights: 0.4),
    attention("keys hidden", ScoreNoise(hidden: hidden)),
    attention("keys hidden hard", ScoreNoise(hidden: hard)),
    attention("blurred", ScoreNoise(blur: blur)),
    attention("blurred both ways", ScoreNoise(blur: blur), isCausal: false),
    attention("blurred and hidden", ScoreNoise(blur: blur, hidden: hidden)),
    OperationCase("columns kept", inputs: [[t, b, i]], parameters: []) { tape, x, _ in
      ([tape.columns(x[0], kept(i, 0.5, 6)), x[0]], 0)
    },
    OperationCase("dropped paths", inputs: [[t, b, h]], parameters: []) { tape, x, _ in
      let paths = PathDropout(DropoutRate(0.4) ?? .zero, key: key)
      return ([tape.dropPaths(x[0], paths, rows: rows)], 0)
    },
    OperationCase("dropout of selected rows", inputs: [[t, b, h]], parameters: []) { tape, x, _ in
      let some = [t * b - 1, 0, t * b / 2, 2]
      let part = tape.select(x[0], rows: some)
      return ([tape.dropout(part, dropout(0.4), rows: rows.selecting(some))], 0)
    },
    OperationCase(
      "a head of kept columns, two masks of a tied weight",
      inputs: [[t, b, h]],
      parameters: [[vocabulary, h]]
    ) { tape, x, p in
      let nats = (7..<9).reduce(0.0) { sum, item in
        sum
          + tape.loss(
            x[0],
            weight: p[0],
            columns: kept(h, 0.5, UInt64(item)),
            against: TokenTargets(targets),
            scale: 0.25
          ).total * 0.25
      }
      return ([], nats)
    },
    OperationCase(
      "two views",
      inputs: [[t, b, h], [t, b, h]],
      parameters: [[vocabulary, h], [vocabulary]]
    ) { tape, x, p in
      let loss = tape.loss(
        tape.interleave(x[0], x[1]),
        weight: p[0],
        bias: p[1],
        against: TwoViewTargets(targets, weight: 0.7),
        scale: 0.125
      )
      return ([], loss.total * 0.125)
    },
  ]
}
