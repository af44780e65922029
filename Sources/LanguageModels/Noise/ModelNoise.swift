// Procedure: each place and layer has its own key, derived from the run's by number. Noise by rows
//   (dropout) draws from (key, item, time); noise for a whole pass draws from (key, pass), where
//   the pass is the number of the step.
// Determinism: a mask by rows is a function of (key, place, layer, item, time, column), one by
//   passes of (key, place, layer, pass): neither depends on how a batch is cut into micro-batches.

public import NeuralLayers
public import Noise

/// The noise of one step: rates, and the key and the pass of its masks.
public struct ModelNoise: Hashable, Sendable {
  /// Seed, epoch and site.
  public private(set) var key: NoiseKey
  /// The number of the step, which determines noise for a whole step.
  public var pass: UInt64
  /// What the noise takes besides rates.
  public var settings = NoiseSettings()
  private let common: DropoutRate
  private var own: [NoisePlace: DropoutRate] = [:]

  /// The same rate at all places except optional ones, which have none.
  ///
  /// - Parameters:
  ///   - rate: The default is none.
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

  /// Noise of the same rates that is unrelated to this one, for another view of the same batch.
  ///
  /// - Parameter view: The number of the view; 0 is this noise.
  /// - Returns: The noise of the view.
  public func view(_ view: UInt64) -> ModelNoise {
    var noise = self
    if view > 0 { noise.key = key.derived(Self.views).derived(view) }
    return noise
  }

  /// No place has this number.
  private static let views: UInt64 = 1 << 32

  /// The key of a place in one layer.
  private func key(_ place: NoisePlace, layer: Int) -> NoiseKey {
    key.derived(place.number).derived(UInt64(layer))
  }

  /// The dropout of activations at a place in one layer.
  ///
  /// - Parameters:
  ///   - place: The place that determines the rate.
  ///   - layer: From 0.
  /// - Returns: Rate and key; nil if the rate is 0.
  public func dropout(_ place: NoisePlace, layer: Int = 0) -> ActivationDropout? {
    let rate = self[place]
    if rate == .zero { return nil }
    return ActivationDropout(rate, key: key(place, layer: layer))
  }

  /// Random words for a whole step: the same in all of its micro-batches.
  ///
  /// A place draws either by passes or, with ``dropout(_:layer:)``, by rows, never both.
  ///
  /// - Parameters:
  ///   - place: Determines the key.
  ///   - layer: From 0.
  /// - Returns: A stream of (key, place, layer, pass).
  public func stream(_ place: NoisePlace, layer: Int = 0) -> RandomStream {
    RandomStream(key: key(place, layer: layer), item: pass)
  }
}
