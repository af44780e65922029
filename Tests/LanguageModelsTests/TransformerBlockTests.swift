import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct TransformerBlockTests {
  private let noise = ModelNoise(dropoutRate(0.25), key: dropoutKey)

  private func model(layers: Int) throws -> TransformerLanguageModel<Double> {
    let shape = TransformerConfiguration(
      vocabulary: 13,
      columns: 8,
      layers: layers,
      heads: 2,
      context: 12
    )
    return try #require(
      ModelConfiguration.transformer(shape).lively(Double.self)
        as? TransformerLanguageModel<Double>
    )
  }

  private let window = ModelConfiguration.lstm(
    LSTMConfiguration(vocabulary: 13, columns: 6, layers: 1)
  ).window(batch: 2, times: 5)

  @Test func `the first blocks alone are the model that has no others`() throws {
    let (deep, shallow) = (try model(layers: 3), try model(layers: 1))
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    let part = deep.hidden(window, through: Array(deep.blocks[..<1]), noise: noise, on: tape)
    let whole = shallow.hidden(window, through: shallow.blocks, noise: noise, on: tape)
    #expect(part.value.elements == whole.value.elements)
    var state = deep.start(batch: 2)
    let all = deep.hidden(window, state: &state, noise: noise, on: tape)
    #expect(
      deep.hidden(window, through: deep.blocks, noise: noise, on: tape).value.elements
        == all.value.elements
    )
    #expect(all.value.elements != part.value.elements)
  }

  @Test func `without blocks the stream is the embedding under the last norm`() throws {
    let model = try model(layers: 2)
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    let embedded = model.tokens(
      window.inputs,
      positions: model.positions,
      rows: RowPlacement(.batchMajor, batch: 2, times: 5),
      on: tape
    )
    let expected = model.norm(embedded, on: tape).normalized.value.elements
    #expect(model.hidden(window, through: [], noise: nil, on: tape).value.elements == expected)
  }

  /// Whichever blocks run: gradients reach those and no others.
  @Test func `a block that is left out has no gradient`() throws {
    let model = try model(layers: 3)
    let tape = Tape<Double>(pool: pools[0])
    let list = [model.blocks[0], model.blocks[2]]
    let hidden = model.hidden(window, through: list, noise: noise, on: tape)
    _ = tape.crossEntropy(
      hidden,
      weight: model.headWeight,
      targets: window.targets ?? [],
      scale: 0.1
    )
    tape.backward()
    for (layer, block) in model.blocks.enumerated() {
      #expect(block.parameters.allSatisfy { ($0.gradient.tensor == nil) == (layer == 1) })
    }
  }

  @Test(arguments: kinds)
  func `taps note every layer, and change nothing`(kind: ModelConfiguration) {
    let model = kind.lively(Double.self)
    let window = kind.window(batch: 2, times: 5)
    func run(_ taps: Taps<Double>?) -> ([Double], [[Double]]) {
      let tape = Tape<Double>(pool: pools[0])
      tape.taps = taps
      var state = model.start(batch: 2)
      let loss = model.loss(window, state: &state, noise: noise, scale: 0.1, on: tape)
      tape.backward()
      let gradients = model.parameters.map { $0.gradient.tensor?.elements ?? [] }
      model.clearGradients()
      return (loss.nats, gradients)
    }
    let taps = Taps<Double>()
    let (tapped, plain) = (run(taps), run(nil))
    #expect(tapped == plain)
    #expect(!taps.states.isEmpty && taps.states.map(\.layer) == Array(taps.states.indices))
    #expect(taps.states.allSatisfy { $0.state.value.rows == 10 && $0.state.gradient != nil })
  }

  /// A loss of the hidden states of a lower layer is added by a seed.
  @Test func `a tap takes a gradient`() throws {
    let model = try model(layers: 2)
    func gradient(seeded: Bool) throws -> [Double] {
      let tape = Tape<Double>(pool: pools[0])
      let taps = Taps<Double>()
      tape.taps = taps
      var state = model.start(batch: 2)
      _ = model.loss(window, state: &state, scale: 0.1, on: tape)
      let first = try #require(taps.states.first).state
      let ones = Tensor<Double>(Array(repeating: 1, count: first.value.count), shape: first.shape)
      if seeded { tape.seed(ones, at: first) }
      tape.backward()
      let result = try #require(model.blocks[0].mlp.down.bias?.gradient.tensor).elements
      model.clearGradients()
      return result
    }
    let (plain, seeded) = (try gradient(seeded: false), try gradient(seeded: true))
    // The bias is added to each of ten rows of the stream.
    #expect(zip(plain, seeded).allSatisfy { abs($1 - $0 - 10) < 1e-12 })
  }
}
