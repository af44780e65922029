import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// Adam as its paper has it, on the tensors of a model.
struct Adam {
  private var moments: [[Tensor<Float>]] = []
  private var time = 0

  mutating func step(_ parameters: [Parameter<Float>], rate: Double) {
    if moments.isEmpty { moments = parameters.map { [Tensor(zeros: $0.shape), $0.value] } }
    time += 1
    let step = AdamWStep<Float>(rate: rate, decay: 0, time: time)
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.gradient.tensor else { continue }
      if time == 1 { moments[index][1] = Tensor(zeros: parameter.shape) }
      var (mean, square) = (moments[index][0], moments[index][1])
      let count = gradient.count
      gradient.read { gradient in
        mean.write { mean in
          square.write { square in
            parameter.value.write {
              Float.adamW($0, mean, square, gradient, step, count)
            }
          }
        }
      }
      moments[index] = [mean, square]
    }
    for parameter in parameters { parameter.gradient.clear() }
  }
}

struct ModelTrainingTests {
  @Test(arguments: [
    ModelConfiguration.lstm(LSTMConfiguration(vocabulary: 29, columns: 48, layers: 2)),
    .lstm(LSTMConfiguration(vocabulary: 29, columns: 48, layers: 1, isTied: true)),
    .transformer(
      TransformerConfiguration(vocabulary: 29, columns: 48, layers: 2, heads: 4, context: 16)
    ),
    .transformer(
      TransformerConfiguration(vocabulary: 29, columns: 48, layers: 2, heads: 4, context: 16).modern
    ),
  ])
  func `a model learns one batch by heart`(kind: ModelConfiguration) {
    let model = kind.model(of: Float.self, key: NoiseKey(seed: 3, site: .initialization))
    var window = kind.window(batch: 4, times: 16)
    // Sequences differ from their first token on, so nothing is left to chance.
    for sequence in 0..<4 { window.inputs[sequence * 16] = Int32(sequence) }
    var adam = Adam()
    let first = model.cost(window).mean
    for _ in 0..<250 {
      _ = model.cost(window, scale: 1 / 64, pool: pools[1])
      adam.step(model.parameters, rate: 0.01)
    }
    let last = model.cost(window).mean
    #expect(first > 3 && last < 0.05, "\(first) nats became \(last)")
  }

  @Test(arguments: [
    ModelConfiguration.lstm(LSTMConfiguration(vocabulary: 301, columns: 96, layers: 2)),
    .transformer(
      TransformerConfiguration(vocabulary: 301, columns: 96, layers: 2, heads: 3, context: 80)
    ),
    .transformer(
      TransformerConfiguration(vocabulary: 301, columns: 96, layers: 2, heads: 4, context: 80)
        .modern
    ),
  ])
  func `1, 2 and 8 threads give the same bits after 5 steps`(kind: ModelConfiguration) {
    let runs = pools.map { pool in
      let model = kind.model(of: Float.self, key: NoiseKey(seed: 3, site: .initialization))
      let noise = ModelNoise(dropoutRate(0.2), key: dropoutKey)
      let losses = (0..<5).map { step in
        var window = kind.window(batch: 24, times: 40, seed: UInt64(step))
        window.firstItem = UInt64(step) * 24
        let loss = model.cost(window, noise: noise, scale: 1 / 960, pool: pool)
        model.descend(rate: 0.5)
        return loss.nats
      }
      return (losses, model.bits)
    }
    #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
    #expect(runs[0].0 == runs[2].0 && runs[0].1 == runs[2].1)
    #expect(runs[0].0[4].allSatisfy(\.isFinite) && runs[0].0[4] != runs[0].0[0])
  }

  @Test func `changing a token leaves all logits before it bitwise unchanged`() {
    let long: [ModelConfiguration] = [
      .lstm(LSTMConfiguration(vocabulary: 37, columns: 24, layers: 2)),
      .transformer(
        TransformerConfiguration(vocabulary: 37, columns: 24, layers: 2, heads: 3, context: 80)
      ),
      .transformer(
        TransformerConfiguration(vocabulary: 37, columns: 24, layers: 2, heads: 4, context: 80)
          .modern
      ),
    ]
    for kind in long {
      let model = kind.lively(Float.self)
      let window = kind.window(batch: 2, times: 75)
      let before = model.allLogits(window, pool: pools[1])
      #expect(before.shape == [2, 75, 37])
      for time in [0, 1, 40, 63, 64, 74] {
        var changed = window
        changed.inputs[time] = (changed.inputs[time] + 1) % 37
        let after = model.allLogits(changed, pool: pools[1]).elements.map(\.bitPattern)
        let old = before.elements.map(\.bitPattern)
        let start = time * 37
        #expect(after[..<start] == old[..<start])
        #expect(after[start..<start + 37] != old[start..<start + 37])
        #expect(after[(75 * 37)...] == old[(75 * 37)...])
      }
    }
  }

  @Test func `a state carried over windows equals one long window, dropout on`() {
    let kind = kinds[0]
    let model = kind.lively(Double.self)
    let noise = ModelNoise(dropoutRate(0.3), key: dropoutKey)
    let whole = kind.window(batch: 3, times: 12)
    let nats = model.cost(whole, noise: noise).nats
    let logits = model.allLogits(whole).elements
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    var (state, plain) = (model.start(batch: 3), model.start(batch: 3))
    for range in [0..<3, 3..<4, 4..<12] {
      func cut(_ tokens: [Int32]) -> [Int32] {
        (0..<3).flatMap { sequence in range.map { tokens[sequence * 12 + $0] } }
      }
      let part = TokenWindow(
        cut(whole.inputs),
        targets: whole.targets.map(cut),
        batch: 3,
        firstTime: UInt64(range.lowerBound)
      )
      let loss = model.loss(part, state: &state, noise: noise, on: tape)
      let last = model.lastLogits(part, state: &plain, on: tape)
      #expect(last.shape == [3, 1, 13])
      for sequence in 0..<3 {
        for (index, time) in range.enumerated() {
          let own = loss.nats[sequence * range.count + index]
          #expect(abs(own - nats[sequence * 12 + time]) < 1e-12)
        }
        let row = (sequence * 12 + range.upperBound - 1) * 13
        let own = last.elements[sequence * 13..<sequence * 13 + 13]
        #expect(zip(own, logits[row..<row + 13]).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
  }

  @Test func `targets that are missing cost nothing`() {
    for kind in kinds {
      let model = kind.lively(Double.self)
      var window = kind.window(batch: 2, times: 4)
      let all = model.cost(window)
      window.targets?[5] = -1
      let some = model.cost(window)
      #expect(all.count == 8 && some.count == 7 && some.nats[5] == 0)
      #expect(abs(all.total - all.nats[5] - some.total) < 1e-12)
    }
  }

  @Test func `a window longer than the context traps`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let model = kinds[2].lively(Float.self)
      _ = model.cost(kinds[2].window(batch: 1, times: 13))
    }
  }
}
