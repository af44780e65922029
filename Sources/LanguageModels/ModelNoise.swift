// Procedure: a place and a layer have a key of their own, derived from the run's by their numbers.
//   Noise by rows (dropout) draws from (key, item, time); noise that holds for a whole pass draws
//   from (key, pass), where the pass is the number of the step.
// Determinism: a mask by rows is a function of (key, place, layer, item, time, column), one by
//   passes of (key, place, layer, pass): neither depends on how a batch is cut into micro-batches.

public import NeuralLayers
public import Noise

/// The noise rates of a run, each with its schedule.
public struct ModelNoiseRates: Hashable, Sendable {
  /// The rate at places that have none of their own and are not optional.
  public let common: NoiseRate
  private var own: [NoisePlace: NoiseRate] = [:]

  /// The same rate at all places but the optional ones, which have none.
  ///
  /// - Parameter rate: What `--dropout` gives; none by default.
  public init(_ rate: NoiseRate = NoiseRate(.zero)) { common = rate }

  /// The rate at a place.
  public subscript(_ place: NoisePlace) -> NoiseRate {
    get { own[place] ?? Self.first(common, at: place) }
    set { own[place] = newValue == Self.first(common, at: place) ? nil : newValue }
  }

  private static func first(_ common: NoiseRate, at place: NoisePlace) -> NoiseRate {
    place.isOptional ? NoiseRate(.zero) : common
  }

  /// The noise of one step.
  ///
  /// - Parameters:
  ///   - step: From 0; also the pass of the noise.
  ///   - total: The number of steps of the run.
  ///   - key: Seed, epoch and the site `dropout`.
  /// - Returns: The rates that hold at the step.
  public func noise(atStep step: UInt64, of total: UInt64, key: NoiseKey) -> ModelNoise {
    var noise = ModelNoise(common.rate(atStep: step, of: total), key: key, pass: step)
    for (place, rate) in own { noise[place] = rate.rate(atStep: step, of: total) }
    return noise
  }
}

extension ModelNoiseRates: CustomStringConvertible {
  /// The rates by name, such as `embedding=0.1 layers=0.0`: part of what a checkpoint knows its run
  /// by.
  public var description: String {
    let others = own.keys.filter { !NoisePlace.all.contains($0) }.sorted { $0.number < $1.number }
    return (NoisePlace.all + others)
      .filter { !$0.isOptional || self[$0] != NoiseRate(.zero) }
      .map { "\($0)=\(self[$0])" }
      .joined(separator: " ")
  }
}

/// The noise of one step: rates, and the key and the pass of its masks.
public struct ModelNoise: Hashable, Sendable {
  /// Seed, epoch and site.
  public let key: NoiseKey
  /// The number of the step: what noise that holds for a whole step is a function of.
  public var pass: UInt64
  private let common: DropoutRate
  private var own: [NoisePlace: DropoutRate] = [:]

  /// The same rate at all places but the optional ones, which have none.
  ///
  /// - Parameters:
  ///   - rate: None by default.
  ///   - key: Seed, epoch and the site `dropout`.
  ///   - pass: The number of the step.
  public init(_ rate: DropoutRate = .zero, key: NoiseKey, pass: UInt64 = 0) {
    (common, self.key, self.pass) = (rate, key, pass)
  }

  /// The rate at a place.
  public subscript(_ place: NoisePlace) -> DropoutRate {
    get { own[place] ?? (place.isOptional ? .zero : common) }
    set { own[place] = newValue }
  }

  /// The key of a place in one layer.
  private func key(_ place: NoisePlace, layer: Int) -> NoiseKey {
    key.derived(place.number).derived(UInt64(layer))
  }

  /// Dropout of activations at a place of one layer.
  ///
  /// - Parameters:
  ///   - place: Whose rate holds.
  ///   - layer: From 0.
  /// - Returns: Rate and key; nil if the rate is 0.
  public func dropout(_ place: NoisePlace, layer: Int = 0) -> ActivationDropout? {
    let rate = self[place]
    if rate == .zero { return nil }
    return ActivationDropout(rate, key: key(place, layer: layer))
  }

  /// Random words that hold for a whole step: the same in all of its micro-batches.
  ///
  /// A place draws by passes or, with ``dropout(_:layer:)``, by rows, never both.
  ///
  /// - Parameters:
  ///   - place: Derives the key.
  ///   - layer: From 0.
  /// - Returns: A stream of (key, place, layer, pass).
  public func stream(_ place: NoisePlace, layer: Int = 0) -> RandomStream {
    RandomStream(key: key(place, layer: layer), item: pass)
  }
}
