import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport

/// Noise at some places of a kind of model: every such case takes every test of the battery.
struct NoiseCase: Sendable, CustomStringConvertible {
  let kind: ModelConfiguration
  let rates: [(place: NoisePlace, rate: Double)]
  var settings = NoiseSettings()

  init(
    _ kind: ModelConfiguration,
    _ rates: [(NoisePlace, Double)],
    _ change: (inout NoiseSettings) -> Void = { _ in }
  ) {
    (self.kind, self.rates) = (kind, rates.map { (place: $0.0, rate: $0.1) })
    change(&settings)
  }

  var description: String {
    "\(kind.kind): " + rates.map { "\($0.place)=\($0.rate)" }.joined(separator: " ")
  }

  /// The noise of a step, or with all its rates at 0.
  func noise(pass: UInt64 = 3, isOff: Bool = false) -> ModelNoise {
    var noise = ModelNoise(key: dropoutKey, pass: pass)
    for (place, rate) in rates { noise[place] = isOff ? .zero : dropoutRate(rate) }
    noise.settings = settings
    return noise
  }

  /// The same noise in a model that is cut into shards, and whose rows are several blocks long.
  var large: NoiseCase {
    var large = self
    switch kind {
    case .lstm(var shape):
      (shape.vocabulary, shape.columns) = (301, 96)
      large = NoiseCase(.lstm(shape), [])
    case .transformer(var shape):
      (shape.vocabulary, shape.columns, shape.context) = (301, 48, 80)
      shape.inner = 128
      large = NoiseCase(.transformer(shape), [])
    }
    return NoiseCase(large.kind, rates.map { ($0.place, $0.rate) }) { $0 = settings }
  }

  private static let recurrent: [NoiseCase] = [
    NoiseCase(kinds[0], [(.head, 0.4)]),
    NoiseCase(kinds[0], [(.head, 0.4)]) { $0.headSamples = 3 },
    NoiseCase(kinds[0], [(.weights, 0.4)]),
    NoiseCase(kinds[0], [(.recurrent, 0.4)]),
    NoiseCase(kinds[0], [(.locked, 0.4)]),
    NoiseCase(kinds[0], [(.cutInputs, 0.4)]),
    NoiseCase(kinds[0], [(.cutStates, 0.4)]),
    NoiseCase(kinds[0], [(.cutHead, 0.4)]) { $0.headSamples = 2 },
    NoiseCase(kinds[1], [(.cutInputs, 0.5), (.cutStates, 0.3), (.cutHead, 0.5)]),
    NoiseCase(
      kinds[0],
      [
        (.embedding, 0.1), (.layers, 0.2), (.output, 0.2), (.locked, 0.2), (.weights, 0.3),
        (.cutInputs, 0.2), (.cutStates, 0.3), (.cutHead, 0.2), (.head, 0.2),
      ]
    ) { $0.headSamples = 2 },
  ]

  private static func attending(_ kind: ModelConfiguration) -> [NoiseCase] {
    [
      NoiseCase(kind, [(.depth, 0.5)]),
      NoiseCase(kind, [(.path, 0.6)]),
      NoiseCase(kind, [(.inner, 0.3)]),
      NoiseCase(kind, [(.head, 0.3), (.cutHead, 0.3)]) { $0.headSamples = 2 },
      NoiseCase(kind, [(.keys, 0.5)]) { $0.hiddenKeys = 3 },
      NoiseCase(kind, [(.keys, 0.5)]) { ($0.hiddenKeys, $0.hidesHard) = (2, true) },
      NoiseCase(kind, [(.blur, 1)]),
      NoiseCase(
        kind,
        [
          (.embedding, 0.1), (.attention, 0.2), (.residual, 0.1), (.mlp, 0.1), (.inner, 0.2),
          (.path, 0.3), (.depth, 0.2), (.keys, 0.3), (.blur, 0.7), (.head, 0.2), (.cutHead, 0.2),
        ]
      ) { $0.blurDeviation = 2 },
    ]
  }

  static let all = recurrent + kinds[2...].flatMap(attending)
}
