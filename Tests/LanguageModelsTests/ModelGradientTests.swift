import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct ModelGradientTests {
  /// Up to 24 elements of each parameter, by central differences of four points, whose error is of
  /// fourth order.
  @Test(arguments: kinds)
  func `gradients of whole models agree with finite differences, dropout on`(
    kind: ModelConfiguration
  ) throws {
    let model = kind.lively(Double.self)
    let window = kind.window(batch: 3, times: 7)
    let noise = ModelNoise(dropoutRate(0.25), key: dropoutKey)
    let scale = 1 / 21.0
    #expect(model.cost(window, noise: noise).total != model.cost(window).total)
    _ = model.cost(window, noise: noise, scale: scale)
    for parameter in model.parameters {
      let gradient = try #require(parameter.gradient.tensor)
      let original = parameter.value
      var (error, size) = (0.0, 0.0)
      for element in stride(from: 0, to: gradient.count, by: max(gradient.count / 24, 1)) {
        func loss(_ difference: Double) -> Double {
          parameter.value = original
          parameter.value.write { $0[element] += difference }
          return model.cost(window, noise: noise).total * scale
        }
        let e = 2e-4
        let near = (loss(e) - loss(-e)) / (2 * e)
        let far = (loss(2 * e) - loss(-2 * e)) / (4 * e)
        let numeric = (4 * near - far) / 3
        let own = gradient.read { $0[element] }
        error += (own - numeric) * (own - numeric)
        size += numeric * numeric
      }
      parameter.value = original
      #expect(size > 0, "the gradient of \(parameter.name) is zero")
      let relative = (error / max(size, 1e-300)).squareRoot()
      #expect(relative < 1e-7, "\(parameter.name): relative error \(relative)")
    }
  }

  @Test(arguments: kinds)
  func `micro-batches add up to the big batch, dropout on`(kind: ModelConfiguration) throws {
    let model = kind.lively(Double.self)
    let noise = ModelNoise(dropoutRate(0.3), key: dropoutKey)
    var whole = kind.window(batch: 6, times: 5)
    whole.firstItem = 600
    let loss = model.cost(whole, noise: noise, scale: 1 / 30.0)
    let gradients = model.parameters.map { $0.gradient.tensor?.elements ?? [] }
    model.clearGradients()
    var nats: [Double] = []
    for start in [0, 2, 4] {
      let part = TokenWindow(
        Array(whole.inputs[start * 5..<start * 5 + 10]),
        targets: whole.targets.map { Array($0[start * 5..<start * 5 + 10]) },
        batch: 2,
        firstItem: 600 + UInt64(start)
      )
      nats += model.cost(part, noise: noise, scale: 1 / 30.0).nats
    }
    #expect(nats.count == 30 && zip(nats, loss.nats).allSatisfy { abs($0 - $1) < 1e-12 })
    for (parameter, whole) in zip(model.parameters, gradients) {
      let sum = try #require(parameter.gradient.tensor?.elements)
      #expect(zip(sum, whole).allSatisfy { abs($0 - $1) < 1e-12 }, "\(parameter.name)")
    }
  }

  @Test func `every rate reaches its own place`() {
    let places: [(ModelConfiguration, [NoisePlace])] = [
      (kinds[0], [.embedding, .layers, .output]),
      (kinds[2], [.embedding, .attention, .residual, .mlp]),
    ]
    for (kind, own) in places {
      let model = kind.lively(Double.self)
      let window = kind.window(batch: 2, times: 6)
      let plain = model.cost(window).nats
      var seen: Set<[Double]> = [plain]
      for place in NoisePlace.all where !place.isOptional {
        var rates = ModelNoiseRates()
        rates[place] = NoiseRate(dropoutRate(0.4), schedule: .early(until: 0.5))
        let noise = rates.noise(atStep: 4, of: 10, key: dropoutKey)
        let nats = model.cost(window, noise: noise).nats
        #expect(seen.insert(nats).inserted == own.contains(place), "\(kind) \(place)")
        #expect(model.cost(window, noise: noise).nats == nats)
        let later = rates.noise(atStep: 5, of: 10, key: dropoutKey)
        #expect(model.cost(window, noise: later).nats == plain)
      }
    }
  }
}
