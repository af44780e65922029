public import Noise

/// The noise rates of a run, each with its schedule.
public struct ModelNoiseRates: Hashable, Sendable {
  /// The rate at non-optional places without a rate of their own.
  public let common: NoiseRate
  /// What the noise takes besides rates.
  public var settings = NoiseSettings()
  private var own: [NoisePlace: NoiseRate] = [:]

  /// The same rate at all places except optional ones, which have none.
  ///
  /// - Parameter rate: The rate of `--dropout`; the default is none.
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
  /// - Returns: The rates of the step.
  public func noise(atStep step: UInt64, of total: UInt64, key: NoiseKey) -> ModelNoise {
    var noise = ModelNoise(common.rate(atStep: step, of: total), key: key, pass: step)
    noise.settings = settings
    for (place, rate) in own { noise[place] = rate.rate(atStep: step, of: total) }
    return noise
  }
}

extension ModelNoiseRates: CustomStringConvertible {
  /// The rates by name, such as `embedding=0.1 layers=0.0`, and the settings that differ from the
  /// defaults; checkpoints identify their run by it,
  /// among other things.
  public var description: String {
    let others = own.keys.filter { !NoisePlace.all.contains($0) }.sorted { $0.number < $1.number }
    let rates = (NoisePlace.all + others)
      .filter { !$0.isOptional || self[$0] != NoiseRate(.zero) }
      .map { "\($0)=\(self[$0])" }
    let further = settings.numbers.map { "\($0.key)=\($0.value)" }
    return (rates + further).joined(separator: " ")
  }
}
