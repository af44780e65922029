import Glibc
import LanguageModels
import NeuralLayers
import NumberTestSupport
import TensorCore
import TestSupport
import Testing

/// A tensor of `Benchmarks/parity/torch_layers.py`.
private func value<Element: TensorElement>(
  _ shape: [Int],
  _ number: Int,
  isGain: Bool = false
) -> Tensor<Element> {
  let offset: Double = isGain ? 1 : 0
  let phase = 1.3 * Double(number)
  let numbers = (0..<shape.reduce(1, *)).map { (index: Int) -> Element in
    Element(offset + 0.5 * cos(0.37 * Double(index) + phase))
  }
  return Tensor(numbers, shape: shape)
}

/// A layer with inputs and parameters of fixed shapes, the parameters of the gains' numbers being
/// gains.
private struct LayerCase<Element: TensorElement> {
  typealias Body = (Tape<Element>, [Variable<Element>], [Parameter<Element>]) -> Outcome

  /// Results that are differentiated, others, and a loss that hands out its own gradient.
  struct Outcome {
    var results: [Variable<Element>] = []
    var others: [Tensor<Element>] = []
    var loss: Double?
  }

  let name: String
  let inputs: [[Int]]
  let parameters: [[Int]]
  let gains: Set<Int>
  let body: Body

  init(
    _ name: String,
    inputs: [[Int]] = [],
    parameters: [[Int]] = [],
    gains: Set<Int> = [],
    _ body: @escaping Body
  ) {
    (self.name, self.inputs, self.parameters, self.gains) = (name, inputs, parameters, gains)
    self.body = body
  }

  /// All results, and then the gradients of all inputs and parameters.
  func run() throws -> (results: [[Double]], gradients: [[Double]]) {
    let tape = Tape<Element>(pool: pools[1])
    let inputs = inputs.enumerated().map { tape.input(value($1, $0), needsGradient: true) }
    let parameters = parameters.enumerated().map {
      Parameter<Element>(
        "p\($0)",
        value($1, inputs.count + $0, isGain: gains.contains($0))
      )
    }
    let outcome = body(tape, inputs, parameters)
    for (number, result) in outcome.results.enumerated() {
      let phase = 0.7 * Double(number)
      let weights = (0..<result.value.count).map { (index: Int) -> Element in
        Element(cos(0.23 * Double(index) + phase))
      }
      tape.seed(Tensor(weights, shape: result.shape), at: result)
    }
    tape.backward()
    let gradients = inputs.map { $0.gradient?.tensor } + parameters.map(\.gradient.tensor)
    let tensors: [Tensor<Element>] = outcome.results.map(\.value) + outcome.others
    var results: [[Double]] = tensors.map { $0.elements.map(Double.init) }
    if let loss = outcome.loss { results.append([loss]) }
    return (results, try gradients.map { try #require($0).elements.map(Double.init) })
  }
}

private func layerCases<E: TensorElement>(_: E.Type) -> [LayerCase<E>] {
  typealias Outcome = LayerCase<E>.Outcome
  let ids: [Int32] = (0..<12).map { (j: Int32) in (7 * j + 3) % 11 }
  let targets: [Int32] = (0..<12).map { (j: Int32) in j % 4 == 0 ? -1 : (5 * j + 1) % 11 }
  func attention(
    _ name: String,
    columns: Int = 24,
    heads: Int = 2,
    isCausal: Bool = true,
    bounds: [Int32]? = nil,
    hasPositions: Bool = false,
    hasNorms: Bool = false
  ) -> LayerCase<E> {
    let keyHeads = 2
    let width = columns / (heads + 2 * keyHeads)
    return LayerCase(
      name,
      inputs: [[2, 10, columns]],
      parameters: hasNorms ? [[width], [width]] : [],
      gains: [0, 1]
    ) { tape, x, p in
      var qkv = x[0]
      if hasPositions {
        qkv = tape.rotary(
          qkv,
          heads: heads,
          keyHeads: keyHeads,
          gains: hasNorms ? (query: p[0], key: p[1]) : nil,
          table: RotaryTable<E>(width: width, positions: 10)
        )
      }
      let y = tape.attention(
        qkv,
        heads: heads,
        keyHeads: keyHeads,
        isCausal: isCausal,
        bounds: bounds
      )
      return Outcome(results: [y])
    }
  }
  return [
    LayerCase("embedding", parameters: [[11, 5], [7, 5]]) { tape, _, p in
      let rows = RowPlacement(.batchMajor, batch: 2, times: 6)
      return Outcome(
        results: [tape.embedding(ids, table: p[0], positions: p[1], rows: rows)]
      )
    },
    LayerCase("linear", inputs: [[5, 4]], parameters: [[3, 4], [3]]) { tape, x, p in
      Outcome(results: [tape.linear(x[0], weight: p[0], bias: p[1])])
    },
    LayerCase("layer norm", inputs: [[5, 6], [5, 6]], parameters: [[6], [6]], gains: [0]) {
      tape,
      x,
      p in
      let y = tape.layerNorm(x[0], residual: x[1], gain: p[0], bias: p[1])
      return Outcome(results: [y.sum, y.normalized])
    },
    LayerCase("RMS norm", inputs: [[5, 6], [5, 6]], parameters: [[6]], gains: [0]) { tape, x, p in
      let y = tape.rmsNorm(x[0], residual: x[1], gain: p[0])
      return Outcome(results: [y.sum, y.normalized])
    },
    LayerCase("LSTM", inputs: [[4, 3, 5]], parameters: [[24, 5], [24, 6], [24]]) { tape, x, p in
      var state = LSTMState<E>(batch: 3, hidden: 6)
      (state.hidden, state.cell) = (value([3, 6], 8), value([3, 6], 9))
      let y = tape.lstm(x[0], inputWeight: p[0], stateWeight: p[1], bias: p[2], state: state)
      return Outcome(results: [y.output], others: [y.state.hidden, y.state.cell])
    },
    attention("causal attention"),
    attention("attention both ways", isCausal: false),
    attention("attention of grouped heads", columns: 32, heads: 4),
    attention("attention within documents", bounds: [0, 3, 10, 11, 20]),
    attention("attention with rotary positions", hasPositions: true),
    attention(
      "attention with norms of queries and keys",
      columns: 32,
      heads: 4,
      hasPositions: true,
      hasNorms: true
    ),
    LayerCase("GELU MLP", inputs: [[5, 4]], parameters: [[9, 4], [9], [4, 9], [4]]) {
      tape,
      x,
      p in
      let inner = tape.linear(x[0], weight: p[0], bias: p[1], activation: .gelu)
      return Outcome(results: [tape.linear(inner, weight: p[2], bias: p[3])])
    },
    LayerCase("SwiGLU MLP", inputs: [[5, 4]], parameters: [[14, 4], [4, 7]]) { tape, x, p in
      let inner = tape.swiglu(tape.linear(x[0], weight: p[0]))
      return Outcome(results: [tape.linear(inner, weight: p[1])])
    },
    LayerCase("squared ReLU MLP", inputs: [[5, 4]], parameters: [[9, 4], [4, 9]]) { tape, x, p in
      let inner = tape.squaredReLU(tape.linear(x[0], weight: p[0]))
      return Outcome(results: [tape.linear(inner, weight: p[1])])
    },
    LayerCase("cross-entropy", inputs: [[12, 5]], parameters: [[11, 5], [11]]) { tape, x, p in
      let loss = tape.crossEntropy(
        x[0],
        weight: p[0],
        bias: p[1],
        targets: targets,
        scale: 1.0 / 9
      )
      return Outcome(loss: loss.mean)
    },
  ]
}

/// Each layer alone beside PyTorch's.
struct LayerParityTests {
  private static let bounds = (float: (1e-5, 1e-4), double: (1e-11, 1e-11))

  @Test func `all layers of the script are here`() {
    #expect(Set(layerCases(Float.self).map(\.name)) == Set(layerFigures.keys))
  }

  @Test(arguments: layerFigures.keys.sorted())
  func `results and gradients agree with PyTorch`(name: String) throws {
    func check<Element: TensorElement>(_: Element.Type, _ bounds: (Double, Double)) throws {
      let layer = try #require(layerCases(Element.self).first { $0.name == name })
      let (results, gradients) = try layer.run()
      let figures = try #require(layerFigures[name])
      try #require(figures.count == 2 * (results.count + gradients.count))
      for (number, tensor) in (results + gradients).enumerated() {
        let bound = number < results.count ? bounds.0 : bounds.1
        let (squares, product) = (figures[2 * number], figures[2 * number + 1])
        let own = waveFigures(tensor)
        let size = (squares * Double(tensor.count)).squareRoot()
        let place: Comment = "tensor \(number) in \(Element.self)"
        #expect(squares > 0 && abs(own.squares - squares) < 2 * bound * squares, place)
        #expect(abs(own.product - product) < bound * size, place)
      }
    }
    try check(Float.self, Self.bounds.float)
    try check(Double.self, Self.bounds.double)
  }

  /// Tensor by tensor, where somebody has made the dumps.
  @Test(arguments: layerFigures.keys.sorted())
  func `whole tensors agree with PyTorch's dumps`(name: String) throws {
    guard let folder = getenv("BPEDROP_PARITY") else {
      print("no dumps: torch_layers.py --dump FOLDER makes them, BPEDROP_PARITY=FOLDER names them")
      return
    }
    let file = String(name.map { $0 == " " ? "-" : $0 })
    let dump = try Safetensors(reading: "\(String(cString: folder))/\(file).safetensors")
    func check<Element: TensorElement>(_: Element.Type, _ bounds: (Double, Double)) throws {
      let layer = try #require(layerCases(Element.self).first { $0.name == name })
      let (results, gradients) = try layer.run()
      func worst(_ tensors: [[Double]], _ prefix: String) throws -> Double {
        try tensors.enumerated().map { number, tensor in
          let right = try #require(dump.tensors.first { $0.name == "\(prefix).\(number)" })
          return relativeDistance(tensor, try right.values(of: Double.self).elements)
        }.max() ?? .infinity
      }
      let (forward, backward) = (try worst(results, "result"), try worst(gradients, "gradient"))
      print("\(name) in \(Element.self): results \(forward), gradients \(backward)")
      #expect(forward < bounds.0 && backward < bounds.1)
    }
    try check(Float.self, Self.bounds.float)
    try check(Double.self, Self.bounds.double)
  }
}
