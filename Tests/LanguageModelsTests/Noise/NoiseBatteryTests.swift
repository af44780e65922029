import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// What must hold of noise at any place; resuming is tested with whole runs.
struct NoiseBatteryTests {
  private func gradients<Element: TensorElement>(
    _ model: any LanguageModel<Element>
  ) -> [[Element]?] {
    defer { model.clearGradients() }
    return model.parameters.map { $0.gradient.tensor?.elements }
  }

  @Test(arguments: NoiseCase.all)
  func `at rate 0 it is the plain model, bit by bit`(noise: NoiseCase) {
    let model = noise.kind.lively(Float.self)
    let window = noise.kind.window(batch: 3, times: 7)
    let plain = model.cost(window, scale: 0.1)
    let own = gradients(model)
    let off = model.cost(window, noise: noise.noise(isOff: true), scale: 0.1)
    #expect(off.nats == plain.nats && off.total == plain.total)
    #expect(gradients(model) == own)
    let on = model.cost(window, noise: noise.noise(), scale: 0.1)
    #expect(on.nats != plain.nats && on.total.isFinite)
  }

  @Test(arguments: NoiseCase.all)
  func `it is a function of its key, its pass and the rows`(noise: NoiseCase) {
    let model = noise.kind.lively(Double.self)
    var window = noise.kind.window(batch: 3, times: 7)
    let first = model.cost(window, noise: noise.noise()).nats
    #expect(model.cost(window, noise: noise.noise()).nats == first)
    // Some pass and row differ, be the noise by passes or by rows.
    let others = (4..<9).map { (pass: UInt64) in
      window.firstItem = 100 * pass
      return model.cost(window, noise: noise.noise(pass: pass)).nats
    }
    #expect(others.contains { $0 != first })
    var view = noise.noise().view(1)
    #expect(view.key != noise.noise().key && noise.noise().view(0) == noise.noise())
    view = noise.noise().view(1).view(0)
    #expect(view == noise.noise().view(1))
  }

  /// By central differences of four points, whose error is of fourth order.
  @Test(arguments: NoiseCase.all)
  func `gradients agree with finite differences`(noise: NoiseCase) {
    let model = noise.kind.lively(Double.self)
    let window = noise.kind.window(batch: 3, times: 7)
    let scale = 1 / 21.0
    _ = model.cost(window, noise: noise.noise(), scale: scale)
    let own = gradients(model)
    for (parameter, gradient) in zip(model.parameters, own) {
      let original = parameter.value
      var (error, size) = (0.0, 0.0)
      for element in stride(from: 0, to: original.count, by: max(original.count / 12, 1)) {
        func loss(_ difference: Double) -> Double {
          parameter.value = original
          parameter.value.write { $0[element] += difference }
          return model.cost(window, noise: noise.noise()).total * scale
        }
        let e = 1e-4
        let near = (loss(e) - loss(-e)) / (2 * e)
        let far = (loss(2 * e) - loss(-2 * e)) / (4 * e)
        let numeric = (4 * near - far) / 3
        let difference = (gradient?[element] ?? 0) - numeric
        error += difference * difference
        size += numeric * numeric
      }
      parameter.value = original
      // What a step leaves out has no gradient, and must not need one.
      let bound = 1e-6 * size.squareRoot() + 1e-11
      #expect(error.squareRoot() < bound, "\(parameter.name): \(error.squareRoot()) of \(size)")
    }
  }

  @Test(arguments: NoiseCase.all.filter(\.kind.isCausal))
  func `no token sees a later one`(noise: NoiseCase) {
    let noise = noise.large
    let model = noise.kind.lively(Float.self)
    let window = noise.kind.window(batch: 2, times: 75)
    let before = model.cost(window, noise: noise.noise(), pool: pools[1]).nats
    for time in [0, 1, 40, 63, 64, 74] {
      var changed = window
      changed.inputs[time] = (changed.inputs[time] + 1) % 301
      let after = model.cost(changed, noise: noise.noise(), pool: pools[1]).nats
      #expect(after[..<time] == before[..<time])
      #expect(after[75...] == before[75...])
      #expect(after[time..<75] != before[time..<75])
    }
  }

  @Test(arguments: NoiseCase.all)
  func `micro-batches add up to the whole batch`(noise: NoiseCase) {
    let model = noise.kind.lively(Double.self)
    var whole = noise.kind.window(batch: 6, times: 5)
    whole.firstItem = 600
    let loss = model.cost(whole, noise: noise.noise(), scale: 1 / 30.0)
    let expected = gradients(model)
    for size in [1, 2, 4] {
      var nats: [Double] = []
      for start in stride(from: 0, to: 6, by: size) {
        let rows = start * 5..<min(start + size, 6) * 5
        let part = TokenWindow(
          Array(whole.inputs[rows]),
          targets: whole.targets.map { Array($0[rows]) },
          batch: rows.count / 5,
          firstItem: 600 + UInt64(start)
        )
        nats += model.cost(part, noise: noise.noise(), scale: 1 / 30.0).nats
      }
      #expect(zip(nats, loss.nats).allSatisfy { abs($0 - $1) < 1e-12 } && nats.count == 30)
      for (sum, whole) in zip(gradients(model), expected) {
        #expect((sum == nil) == (whole == nil))
        #expect(zip(sum ?? [], whole ?? []).allSatisfy { abs($0 - $1) < 1e-12 })
      }
    }
  }

  @Test(arguments: NoiseCase.all)
  func `1, 2 and 8 threads give the same bits after 3 steps`(noise: NoiseCase) {
    let noise = noise.large
    let runs = pools.map { pool in
      let model = noise.kind.model(of: Float.self, key: NoiseKey(seed: 3, site: .initialization))
      let losses = (0..<3).map { step in
        var window = noise.kind.window(batch: 12, times: 70, seed: UInt64(step))
        window.firstItem = UInt64(step) * 12
        let own = noise.noise(pass: UInt64(step))
        let loss = model.cost(window, noise: own, scale: 1 / 840, pool: pool)
        model.descend(rate: 0.5)
        return loss.nats
      }
      return (losses, model.bits)
    }
    #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
    #expect(runs[0].0 == runs[2].0 && runs[0].1 == runs[2].1)
    #expect(runs[0].0[2].allSatisfy { $0.isFinite })
  }

  /// Noise inside the window does not change the state's meaning: it is carried without noise.
  @Test(arguments: NoiseCase.all.filter { $0.kind.context == nil })
  func `a state carried over windows equals one long window`(noise: NoiseCase) {
    let model = noise.kind.lively(Double.self)
    let whole = noise.kind.window(batch: 3, times: 12)
    let nats = model.cost(whole, noise: noise.noise()).nats
    let tape = { Tape<Double>(pool: pools[0], isRecording: false) }
    var state = model.start(batch: 3)
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
      let loss = model.loss(part, state: &state, noise: noise.noise(), on: tape())
      for sequence in 0..<3 {
        for (index, time) in range.enumerated() {
          let own = loss.nats[sequence * range.count + index]
          #expect(abs(own - nats[sequence * 12 + time]) < 1e-12)
        }
      }
    }
  }
}
