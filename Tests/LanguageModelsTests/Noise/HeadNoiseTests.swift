import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// Several masks before one head, and two views.
struct HeadNoiseTests {
  @Test func `the gradient of several masks is the mean of theirs`() throws {
    for kind in [kinds[0], kinds[3]] {
      let model = kind.lively(Double.self)
      let window = kind.window(batch: 2, times: 6)
      var noise = ModelNoise(key: dropoutKey)
      noise[.head] = dropoutRate(0.5)
      noise.settings.headSamples = 4
      let own = model.cost(window, noise: noise, scale: 0.25)
      let gradients = model.parameters.map { $0.gradient.tensor?.elements ?? [] }
      model.clearGradients()
      var total = 0.0
      let rows = RowPlacement(model.order, batch: 2, times: 6)
      let places =
        model.order == .batchMajor
        ? Array(0..<12) : (0..<6).flatMap { time in (0..<2).map { $0 * 6 + time } }
      for sample in 0..<4 {
        let tape = Tape<Double>(pool: pools[0])
        var state = model.start(batch: 2)
        let hidden = model.hidden(window, state: &state, noise: nil, on: tape)
        total +=
          tape.crossEntropy(
            tape.dropout(hidden, noise.dropout(.head, layer: sample), rows: rows),
            weight: model.headWeight,
            bias: model.headBias,
            targets: places.map { window.targets?[$0] ?? -1 },
            scale: 0.25 / 4
          ).total / 4
        tape.backward()
      }
      #expect(abs(total - own.total) < 1e-12)
      for (parameter, whole) in zip(model.parameters, gradients) {
        let sum = try #require(parameter.gradient.tensor?.elements)
        #expect(zip(sum, whole).allSatisfy { abs($0 - $1) < 1e-12 }, "\(parameter.name)")
      }
    }
  }

  @Test func `one mask is plain dropout, and several without noise are one`() {
    let model = kinds[2].lively(Double.self)
    let window = kinds[2].window(batch: 2, times: 6)
    var noise = ModelNoise(key: dropoutKey)
    noise.settings.headSamples = 8
    #expect(model.cost(window, noise: noise).nats == model.cost(window).nats)
  }

  @Test func `a classifier's head takes several masks of the first tokens`() {
    let key = NoiseKey(seed: 4, site: .initialization)
    guard case .transformer(let shape) = kinds[4] else { return }
    let model = SequenceClassifier(
      TransformerLanguageModel<Double>(shape, key: key),
      classes: 3,
      key: key
    )
    let window = kinds[4].window(batch: 5, times: 6)
    func loss(_ noise: ModelNoise?, scale: Double = 0) -> TokenLoss {
      let tape = Tape<Double>(pool: pools[0], isRecording: scale != 0)
      let loss = model.loss(window, labels: [0, 2, 1, -1, 2], noise: noise, scale: scale, on: tape)
      tape.backward()
      return loss
    }
    var noise = ModelNoise(key: dropoutKey)
    #expect(loss(noise).nats == loss(nil).nats && loss(nil).count == 4)
    noise[.head] = dropoutRate(0.5)
    noise.settings.headSamples = 3
    let own = loss(noise, scale: 0.25)
    #expect(own.nats[3] == 0 && own.nats != loss(nil).nats)
    let weight = model.head.weight
    let (gradient, original) = (weight.gradient.tensor?.elements ?? [], weight.value)
    for element in [0, 5, 11, 23] {
      func cost(_ difference: Double) -> Double {
        weight.value = original
        weight.value.write { $0[element] += difference }
        return loss(noise).total * 0.25
      }
      let numeric = (cost(1e-5) - cost(-1e-5)) / 2e-5
      #expect(abs(numeric - gradient[element]) < 1e-8)
    }
    weight.value = original
  }

  /// Rows without a target are left out of the head; the others keep their masks.
  @Test func `masks do not depend on which rows have a target`() {
    let model = kinds[4].lively(Double.self)
    var window = kinds[4].window(batch: 2, times: 9)
    var noise = ModelNoise(key: dropoutKey)
    noise[.head] = dropoutRate(0.5)
    let all = model.cost(window, noise: noise).nats
    window.targets = window.targets?.enumerated().map { $0.offset % 5 == 2 ? $0.element : -1 }
    let some = model.cost(window, noise: noise).nats
    for place in some.indices { #expect(some[place] == (place % 5 == 2 ? all[place] : 0)) }
  }

  private func views(
    _ model: any LanguageModel<Double>,
    _ window: TokenWindow,
    _ noise: ModelNoise?,
    scale: Double = 0
  ) -> TwoViewLoss {
    func run(_ model: some LanguageModel<Double>) -> TwoViewLoss {
      var states = (model.start(batch: window.batch), model.start(batch: window.batch))
      return model.twoViewLoss(window, states: &states, noise: noise, weight: 0.7, scale: scale) {
        Tape(pool: pools[0])
      }
    }
    return run(model)
  }

  @Test(arguments: kinds)
  func `two views without noise agree exactly, and cost what one does`(kind: ModelConfiguration) {
    let model = kind.lively(Double.self)
    let window = kind.window(batch: 2, times: 6)
    let plain = model.cost(window)
    let both = views(model, window, nil)
    #expect(both.divergence == 0 && both.prediction.count == plain.count)
    #expect(zip(both.prediction.nats, plain.nats).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test(arguments: NoiseCase.all.filter { $0.settings.headSamples == 1 })
  func `gradients of two views agree with finite differences`(noise: NoiseCase) {
    let model = noise.kind.lively(Double.self)
    let window = noise.kind.window(batch: 2, times: 6)
    let loss = views(model, window, noise.noise(), scale: 0.1)
    #expect(loss.divergence >= 0)
    let mean = [0, 1].map { model.cost(window, noise: noise.noise().view($0)).total }
    if noise.rates.allSatisfy({ $0.place != .cutHead }) {
      #expect(abs((mean[0] + mean[1]) / 2 - loss.prediction.total) < 1e-10)
    }
    for parameter in model.parameters {
      let (original, gradient) = (parameter.value, parameter.gradient.tensor?.elements)
      var (error, size) = (0.0, 0.0)
      for element in stride(from: 0, to: original.count, by: max(original.count / 6, 1)) {
        func cost(_ difference: Double) -> Double {
          parameter.value = original
          parameter.value.write { $0[element] += difference }
          let loss = views(model, window, noise.noise())
          return 0.1 * (loss.prediction.total + loss.divergence)
        }
        let e = 1e-4
        let near = (cost(e) - cost(-e)) / (2 * e)
        let far = (cost(2 * e) - cost(-2 * e)) / (4 * e)
        let numeric = (4 * near - far) / 3
        error += ((gradient?[element] ?? 0) - numeric) * ((gradient?[element] ?? 0) - numeric)
        size += numeric * numeric
      }
      parameter.value = original
      let bound = 1e-6 * size.squareRoot() + 1e-11
      #expect(error.squareRoot() < bound, "\(parameter.name): \(error.squareRoot()) of \(size)")
    }
  }
}
