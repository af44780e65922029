// Procedure: every place in a model where activations are dropped has a fixed number, and every
//   layer a number of its own inside it; their keys are derived from the run's by these numbers.
// Determinism: a mask is a function of (key, place, layer, item, time, column); numbers are
//   append-only.

import NeuralLayers
public import Noise

/// A place in a language model where activations are dropped.
public enum NoisePlace: UInt64, CaseIterable, Sendable {
  /// Behind the embedding.
  case embedding = 1
  /// LSTM: between two layers.
  case layers = 2
  /// LSTM: before the head.
  case output = 3
  /// Transformer: the probabilities of attention.
  case attention = 4
  /// Transformer: what attention adds to the residual stream.
  case residual = 5
  /// Transformer: what the MLP adds to the residual stream.
  case mlp = 6
}

/// The rates of a run, each with its course.
public struct ModelNoiseRates: Hashable, Sendable {
  private var rates: [NoisePlace: NoiseRate]

  /// The same rate everywhere.
  ///
  /// - Parameter rate: What `--dropout` gives; none by default.
  public init(_ rate: NoiseRate = NoiseRate(.zero)) {
    rates = [:]
    for place in NoisePlace.allCases { rates[place] = rate }
  }

  /// The rate at a place.
  public subscript(_ place: NoisePlace) -> NoiseRate {
    get { rates[place] ?? NoiseRate(.zero) }
    set { rates[place] = newValue }
  }

  /// The noise of one step.
  ///
  /// - Parameters:
  ///   - step: From 0.
  ///   - total: The number of steps of the run.
  ///   - key: Seed, epoch and the site `dropout`.
  /// - Returns: The rates that hold at the step.
  public func noise(atStep step: UInt64, of total: UInt64, key: NoiseKey) -> ModelNoise {
    var noise = ModelNoise(key: key)
    for place in NoisePlace.allCases { noise[place] = self[place].rate(atStep: step, of: total) }
    return noise
  }
}

/// The rates of one step, and the key of their masks.
public struct ModelNoise: Hashable, Sendable {
  /// Seed, epoch and site.
  public let key: NoiseKey
  private var rates: [NoisePlace: DropoutRate]

  /// The same rate everywhere.
  ///
  /// - Parameters:
  ///   - rate: None by default.
  ///   - key: Seed, epoch and the site `dropout`.
  public init(_ rate: DropoutRate = .zero, key: NoiseKey) {
    self.key = key
    rates = [:]
    for place in NoisePlace.allCases { rates[place] = rate }
  }

  /// The rate at a place.
  public subscript(_ place: NoisePlace) -> DropoutRate {
    get { rates[place] ?? .zero }
    set { rates[place] = newValue }
  }

  /// Rate and key at a place of one layer; nil where nothing is dropped.
  func dropout(_ place: NoisePlace, layer: Int = 0) -> ActivationDropout? {
    let rate = self[place]
    if rate == .zero { return nil }
    return ActivationDropout(rate, key: key.derived(place.rawValue).derived(UInt64(layer)))
  }
}
