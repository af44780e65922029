import NeuralLayers
import Noise
import TensorCore

let pools = [1, 2, 8].map { ComputePool(threads: $0) }

/// Numbers in -1...1 that a seed gives, to 32 bits: the same in Float and Double but for rounding.
func tensor<Element: TensorElement>(_ shape: [Int], _ seed: UInt64) -> Tensor<Element> {
  var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
  let count = shape.reduce(1, *)
  return Tensor(
    (0..<count).map { _ in Element(Double(stream.next32()) * 0x1p-31 - 1) },
    shape: shape
  )
}

/// Token numbers below a bound.
func tokens(_ count: Int, below bound: UInt32, _ seed: UInt64) -> [Int32] {
  var stream = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 1)
  return (0..<count).map { _ in Int32(stream.next(below: bound)) }
}

func dropout(_ rate: Double, _ place: UInt64 = 0) -> ActivationDropout {
  ActivationDropout(
    DropoutRate(rate) ?? .zero,
    key: NoiseKey(seed: 3, site: .dropout).derived(place)
  )
}

/// One operation with inputs and parameters of fixed shapes.
struct OperationCase<Element: TensorElement> {
  let name: String
  let inputs: [[Int]]
  let parameters: [[Int]]
  /// The results whose weighted sum is differentiated, and a loss that hands out its own gradient.
  let body:
    (Tape<Element>, [Variable<Element>], [Parameter<Element>]) -> ([Variable<Element>], Double)

  init(
    _ name: String,
    inputs: [[Int]],
    parameters: [[Int]],
    _ body:
      @escaping (Tape<Element>, [Variable<Element>], [Parameter<Element>]) -> (
        [Variable<Element>], Double
      )
  ) {
    self.name = name
    self.inputs = inputs
    self.parameters = parameters
    self.body = body
  }

  func makeParameters() -> [Parameter<Element>] {
    parameters.enumerated().map { Parameter("p\($0)", tensor($1, 50 + UInt64($0))) }
  }

  func makeInputs() -> [Tensor<Element>] {
    inputs.enumerated().map { tensor($1, 20 + UInt64($0)) }
  }

  struct Run {
    var loss: Double
    var outputs: [Tensor<Element>]
    var gradients: [Tensor<Element>?]

    var bits: [[Double]] {
      (outputs + gradients.compactMap { $0 }).map { $0.elements.map(Double.init) }
    }
  }

  /// Forward, and backward where asked for, from fixed weights of the results.
  func run(
    _ inputs: [Tensor<Element>],
    _ parameters: [Parameter<Element>],
    on pool: ComputePool,
    backward: Bool = true
  ) -> Run {
    let tape = Tape<Element>(pool: pool, isRecording: backward)
    let variables = inputs.map { tape.input($0, needsGradient: true) }
    let (results, own) = body(tape, variables, parameters)
    var loss = own
    for (index, result) in results.enumerated() {
      let weights: Tensor<Element> = tensor(result.shape, 90 + UInt64(index))
      loss += zip(weights.elements, result.value.elements).reduce(0) {
        $0 + Double($1.0) * Double($1.1)
      }
      tape.seed(weights, at: result)
    }
    tape.backward()
    return Run(
      loss: loss,
      outputs: results.map(\.value),
      gradients: variables.map { $0.gradient?.tensor } + parameters.map(\.gradient.tensor)
    )
  }
}

/// All operations: small enough to differentiate by hand, or large enough to be sharded.
func operationCases<E: TensorElement>(isLarge: Bool, _: E.Type) -> [OperationCase<E>] {
  // Rows, inner and outer extents; times and batch; heads.
  let (n, i, o) = isLarge ? (300, 130, 270) : (5, 4, 3)
  let (t, b, h) = isLarge ? (9, 37, 70) : (4, 3, 5)
  let (attended, width) = isLarge ? (150, 48) : (70, 4)
  let vocabulary = isLarge ? 3000 : 11
  let rows = RowPlacement(.timeMajor, batch: b, times: t, firstItem: 100, firstTime: 7)
  let ids = tokens(t * b, below: UInt32(vocabulary), 1)
  var targets = tokens(t * b, below: UInt32(vocabulary), 2)
  targets[1] = -1
  let wanted = targets
  return [
    OperationCase("linear", inputs: [[n, i]], parameters: [[o, i], [o]]) { tape, x, p in
      ([tape.linear(x[0], weight: p[0], bias: p[1])], 0)
    },
    OperationCase("linear without bias", inputs: [[n, i]], parameters: [[o, i]]) { tape, x, p in
      ([tape.linear(x[0], weight: p[0])], 0)
    },
    OperationCase("GELU MLP", inputs: [[n, i]], parameters: [[o, i], [o], [i, o], [i]]) {
      tape,
      x,
      p in
      let inner = tape.linear(x[0], weight: p[0], bias: p[1], activation: .gelu)
      return ([tape.linear(inner, weight: p[2], bias: p[3])], 0)
    },
    OperationCase("addition", inputs: [[n, i], [n, i]], parameters: []) { tape, x, _ in
      let sum = tape.add(x[0], x[1])
      return ([tape.add(sum, x[0]), sum], 0)
    },
    OperationCase("dropout", inputs: [[t, b, h]], parameters: []) { tape, x, _ in
      ([tape.dropout(x[0], dropout(0.4), rows: rows)], 0)
    },
    OperationCase("embedding", inputs: [], parameters: [[vocabulary, h], [t + 1, h]]) {
      tape,
      _,
      p in
      let y = tape.embedding(
        ids,
        table: p[0],
        positions: p[1],
        rows: rows,
        dropout: dropout(0.3)
      )
      return ([y], 0)
    },
    OperationCase(
      "cross-entropy",
      inputs: [[t, b, h]],
      parameters: [[vocabulary, h], [vocabulary]]
    ) { tape, x, p in
      let loss = tape.crossEntropy(
        x[0],
        weight: p[0],
        bias: p[1],
        targets: wanted,
        scale: 0.125
      )
      return ([], loss.total * 0.125)
    },
    OperationCase(
      "LSTM",
      inputs: [[t, b, i]],
      parameters: [[4 * h, i], [4 * h, h], [4 * h]]
    ) { tape, x, p in
      var state = LSTMState<E>(batch: b, hidden: h)
      state.hidden = tensor([b, h], 7)
      state.cell = tensor([b, h], 8)
      let y = tape.lstm(x[0], inputWeight: p[0], stateWeight: p[1], bias: p[2], state: state)
      return ([y.output], 0)
    },
    OperationCase(
      "layer norm and residual",
      inputs: [[n, o], [n, o]],
      parameters: [[o], [o]]
    ) { tape, x, p in
      let result = tape.layerNorm(x[0], residual: x[1], gain: p[0], bias: p[1])
      return ([result.sum, result.normalized], 0)
    },
    OperationCase("layer norm", inputs: [[n, o]], parameters: [[o], [o]]) { tape, x, p in
      ([tape.layerNorm(x[0], gain: p[0], bias: p[1]).normalized], 0)
    },
    OperationCase("attention", inputs: [[2, attended, 3 * width]], parameters: []) { tape, x, _ in
      ([tape.attention(x[0], heads: 2)], 0)
    },
    OperationCase("attention with dropout", inputs: [[2, attended, 3 * width]], parameters: []) {
      tape,
      x,
      _ in
      (
        [
          tape.attention(x[0], heads: 2, noise: AttentionNoise(dropout: dropout(0.3)), firstItem: 5)
        ], 0
      )
    },
    OperationCase(
      "attention of grouped heads over documents",
      inputs: [[2, attended, 5 * width]],
      parameters: []
    ) { tape, x, _ in
      let bounds = isLarge ? [0, 20, 149, 150, 151, 300] : [0, 1, 66, 70, 75, 140]
      let y = tape.attention(
        x[0],
        heads: 3,
        keyHeads: 1,
        bounds: bounds.map { Int32($0) },
        noise: AttentionNoise(dropout: dropout(0.3)),
        firstItem: 5
      )
      return ([y], 0)
    },
    OperationCase(
      "attention both ways over several blocks",
      inputs: [[2, isLarge ? 330 : 12, 8 * width]],
      parameters: []
    ) { tape, x, _ in
      let y = tape.attention(
        x[0],
        heads: 4,
        keyHeads: 2,
        isCausal: false,
        noise: AttentionNoise(dropout: dropout(0.2))
      )
      return ([y, tape.attention(x[0], heads: 4, keyHeads: 2)], 0)
    },
    OperationCase("RMS norm and residual", inputs: [[n, o], [n, o]], parameters: [[o]]) {
      tape,
      x,
      p in
      let result = tape.rmsNorm(x[0], residual: x[1], gain: p[0])
      return ([result.sum, result.normalized], 0)
    },
    OperationCase("rotary", inputs: [[2, attended, 4 * width]], parameters: []) { tape, x, _ in
      let table = RotaryTable<E>(width: width, positions: attended)
      return ([tape.rotary(x[0], heads: 2, keyHeads: 1, table: table)], 0)
    },
    OperationCase(
      "rotary with norms",
      inputs: [[2, attended, 4 * width]],
      parameters: [[width], [width]]
    ) { tape, x, p in
      let table = RotaryTable<E>(width: width, positions: attended)
      let gains = (query: p[0], key: p[1])
      return ([tape.rotary(x[0], heads: 2, keyHeads: 1, gains: gains, table: table)], 0)
    },
    OperationCase("SwiGLU", inputs: [[n, 2 * i]], parameters: []) { tape, x, _ in
      ([tape.swiglu(x[0])], 0)
    },
    OperationCase("squared ReLU", inputs: [[n, i]], parameters: []) { tape, x, _ in
      ([tape.squaredReLU(x[0])], 0)
    },
    OperationCase("selection", inputs: [[n, i]], parameters: []) { tape, x, _ in
      ([tape.select(x[0], rows: [n - 1, 0, n / 2, 0])], 0)
    },
    OperationCase(
      "tied embedding and head",
      inputs: [],
      parameters: [[vocabulary, h]]
    ) { tape, _, p in
      let x = tape.embedding(ids, table: p[0], rows: rows)
      return ([], tape.crossEntropy(x, weight: p[0], targets: wanted, scale: 0.5).total * 0.5)
    },
  ] + madeUpCases(isLarge: isLarge, E.self) + noiseCases(isLarge: isLarge, E.self)
}
