import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

extension NoisePlace {
  /// Places that exist in tests only: one that `--dropout` reaches, and one that it does not.
  fileprivate static let madeUp = NoisePlace(number: 900, name: "made-up")
  fileprivate static let asked = NoisePlace(number: 901, name: "asked", isOptional: true)
}

struct ModelNoiseTests {
  private static func rate(_ value: Double) -> NoiseRate { NoiseRate(dropoutRate(value)) }

  @Test func `numbers and names are those of the first release`() {
    let names = [
      "embedding", "layers", "output", "attention", "residual", "mlp", "depth", "keys", "head",
      "inner", "weights", "path", "recurrent", "blur", "locked", "cut-inputs", "cut-states",
      "cut-head",
    ]
    #expect(NoisePlace.all.map(\.name) == names)
    #expect(NoisePlace.all.map(\.number) == Array(1...12) + Array(14...19))
    #expect(NoisePlace.all.map(\.isOptional) == (0..<18).map { $0 >= 6 })
    #expect(names.map { NoisePlace(named: $0)?.name } == names)
    #expect(NoisePlace(named: "nowhere") == nil)
  }

  @Test func `checkpoints say what they said`() {
    var rates = ModelNoiseRates(Self.rate(0.1))
    let text = "embedding=0.1 layers=0.1 output=0.1 attention=0.1 residual=0.1 mlp=0.1"
    #expect("\(rates)" == text)
    rates[.residual] = Self.rate(0)
    #expect("\(rates)" == text.replacing("residual=0.1", with: "residual=0.0"))
    rates[.asked] = Self.rate(0.5)
    #expect("\(rates)".hasSuffix(" mlp=0.1 asked=0.5"))
    rates[.asked] = Self.rate(0)
    rates[.residual] = Self.rate(0.1)
    #expect("\(rates)" == text && rates == ModelNoiseRates(Self.rate(0.1)))
  }

  @Test func `a made-up place has the common rate, or is asked for by name`() {
    var rates = ModelNoiseRates(Self.rate(0.3))
    func noise() -> ModelNoise { rates.noise(atStep: 7, of: 9, key: dropoutKey) }
    #expect(noise()[.madeUp] == dropoutRate(0.3) && noise()[.asked] == .zero)
    #expect(noise().dropout(.madeUp)?.key != noise().dropout(.mlp)?.key)
    #expect(noise().dropout(.asked) == nil)
    rates[.asked] = Self.rate(0.2)
    #expect(noise()[.asked] == dropoutRate(0.2))
    #expect(ModelNoise(dropoutRate(0.4), key: dropoutKey)[.asked] == .zero)
  }

  @Test func `keys are derived by the numbers of place and layer`() {
    let noise = ModelNoise(dropoutRate(0.4), key: dropoutKey)
    #expect(noise.dropout(.residual, layer: 3)?.key == dropoutKey.derived(5).derived(3))
  }

  @Test func `a stream of a pass differs by step, place and layer, and by nothing else`() {
    func words(_ step: UInt64, _ place: NoisePlace, _ layer: Int) -> [UInt64] {
      let noise = ModelNoiseRates().noise(atStep: step, of: 9, key: dropoutKey)
      #expect(noise.pass == step)
      var stream = noise.stream(place, layer: layer)
      return (0..<4).map { _ in stream.next64() }
    }
    let all = [
      words(3, .asked, 1), words(4, .asked, 1), words(3, .madeUp, 1), words(3, .asked, 2),
    ]
    #expect(Set(all).count == 4)
    #expect(words(3, .asked, 1) == all[0])
  }
}
