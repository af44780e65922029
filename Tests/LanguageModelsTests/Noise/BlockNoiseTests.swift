import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// Blocks that are left out: for a step, or for good.
struct BlockNoiseTests {
  private func model<Element: TensorElement>(
    layers: Int,
    of type: Element.Type
  ) throws -> TransformerLanguageModel<Element> {
    var shape = TransformerConfiguration(
      vocabulary: 13,
      columns: 8,
      layers: layers,
      heads: 2,
      context: 12
    )
    shape = shape.modern
    return try #require(
      ModelConfiguration.transformer(shape).lively(type) as? TransformerLanguageModel<Element>
    )
  }

  private let window = kinds[2].window(batch: 2, times: 9)

  @Test func `a step computes exactly the blocks that it keeps`() throws {
    let model = try model(layers: 6, of: Float.self)
    var counts: Set<Int> = []
    for pass in 0..<20 as Range<UInt64> {
      var noise = ModelNoise(dropoutRate(0.2), key: dropoutKey, pass: pass)
      noise[.depth] = dropoutRate(0.4)
      let list = model.blocks.filter { !noise.skips(layer: $0.layer) }
      counts.insert(list.count)
      var rest = noise
      rest[.depth] = .zero
      let taps = Taps<Float>()
      let tape = Tape<Float>(pool: pools[0])
      tape.taps = taps
      var state = model.start(batch: 2)
      let own = model.hidden(window, state: &state, noise: noise, on: tape)
      let expected = model.hidden(window, through: list, noise: rest, on: Tape(pool: pools[0]))
      #expect(own.value.elements == expected.value.elements)
      #expect(taps.states.map(\.layer) == list.map(\.layer))
    }
    #expect(counts.count > 2)
  }

  @Test func `at rate 1 only the embedding is left, unscaled`() throws {
    let model = try model(layers: 3, of: Double.self)
    var noise = ModelNoise(key: dropoutKey)
    noise[.depth] = dropoutRate(1)
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    var state = model.start(batch: 2)
    let own = model.hidden(window, state: &state, noise: noise, on: tape)
    let embedded = model.tokens(
      window.inputs,
      rows: RowPlacement(.batchMajor, batch: 2, times: 9),
      on: tape
    )
    #expect(own.value.elements == model.norm(embedded, on: tape).normalized.value.elements)
  }

  @Test func `a pruned file is the model through its blocks, bit by bit`() throws {
    let model = try model(layers: 7, of: Float.self)
    let file = model.safetensors(metadata: [
      ("separator", "<|endoftext|>"), ("checkpoint", "1"), ("checkpoint.step", "3"),
      ("recipe.steps", "9"),
    ])
    for count in 1...7 {
      let pruned = try file.pruned(toBlocks: count)
      #expect(pruned.metadata("separator") == "<|endoftext|>")
      #expect(pruned.metadata("checkpoint") == nil && pruned.metadata("recipe.steps") == nil)
      let small = try #require(
        try pruned.model(of: Float.self) as? TransformerLanguageModel<Float>
      )
      #expect(small.shape.layers == count)
      let blocks = Safetensors.evenBlocks(count, of: 7).map { model.blocks[$0] }
      #expect(blocks.first?.layer == 0 && Set(blocks.map(\.layer)).count == count)
      let tape = Tape<Float>(pool: pools[0], isRecording: false)
      var state = small.start(batch: 2)
      let own = small.hidden(window, state: &state, noise: nil, on: tape)
      let expected = model.hidden(window, through: blocks, noise: nil, on: tape)
      #expect(own.value.elements == expected.value.elements)
    }
    let whole = try file.pruned(toBlocks: 7)
    #expect(whole.tensors.map(\.name) == file.tensors.map(\.name))
  }

  @Test func `blocks that remain are evenly spaced`() {
    #expect(Safetensors.evenBlocks(3, of: 6) == [0, 2, 4])
    #expect(Safetensors.evenBlocks(4, of: 6) == [0, 1, 3, 4])
    #expect(Safetensors.evenBlocks(6, of: 6) == Array(0..<6))
    for layers in 1..<30 {
      for count in 1...layers {
        let kept = Safetensors.evenBlocks(count, of: layers)
        let gaps = zip(kept, kept.dropFirst()).map { $1 - $0 }
        #expect(kept.count == count && (gaps.max() ?? 1) - (gaps.min() ?? 1) <= 1)
      }
    }
  }

  @Test func `what cannot be pruned is refused`() throws {
    let file = try model(layers: 2, of: Float.self).safetensors()
    for count in [0, 3, -1] {
      #expect(throws: InvalidData.self) { try file.pruned(toBlocks: count) }
    }
    let recurrent = kinds[0].lively(Float.self).safetensors()
    #expect(throws: InvalidData.self) { try recurrent.pruned(toBlocks: 1) }
    #expect(throws: InvalidData.self) { try Safetensors().pruned(toBlocks: 1) }
    // Names that only look like blocks stay, and are refused with the model.
    var odd = file
    odd.append("blocks.00.norm1.weight", Tensor<Float>(zeros: [8]))
    odd.append("blocks.9999999999999999999999.x", Tensor<Float>(zeros: [8]))
    let pruned = try odd.pruned(toBlocks: 1)
    #expect(throws: InvalidData.self) { try pruned.model(of: Float.self) }
  }
}
