public import Noise

/// The moment at which a row is made: all that its noise is a function of.
public struct NoiseContext: Sendable {
  /// The run's seed, or that of a source of a mixture.
  public internal(set) var seed: UInt64
  /// The pass over the data.
  public internal(set) var epoch: UInt32
  /// The number of the row in the epoch.
  public internal(set) var sample: UInt64 = 0
  /// The step of the run, over all epochs.
  public let step: UInt64
  /// The steps of the run.
  public let total: UInt64

  init(seed: UInt64, epoch: UInt32, step: UInt64, total: UInt64) {
    (self.seed, self.epoch, self.step, self.total) = (seed, epoch, step, total)
  }

  /// The key of a site in this epoch.
  public func key(_ site: NoiseSite) -> NoiseKey {
    NoiseKey(seed: seed, epoch: epoch, site: site)
  }

  /// The random words of a site for this row.
  public func draws(_ site: NoiseSite) -> RandomStream {
    RandomStream(key: key(site), item: sample)
  }

  /// A rate at this step.
  public func rate(_ rate: NoiseRate) -> DropoutRate { rate.rate(atStep: step, of: total) }
}
