/// The key of a random stream; the item and the position in it are the stream's counter.
///
/// Two keys that differ in any of seed, epoch, site or ``derived(_:)`` label are unrelated: they
/// are outputs of a bijection, never sums, so (seed 1, epoch 0) and (seed 0, epoch 1) differ.
public struct NoiseKey: Hashable, Sendable {
  /// The version of the noise: a release that changes any sampled byte must raise it.
  public static let version = 1

  /// The Philox key.
  public let bits: UInt64

  /// The key of one site in one epoch of a run.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - epoch: The pass over the data, from 0.
  ///   - site: The operation that draws.
  public init(seed: UInt64, epoch: UInt32 = 0, site: NoiseSite) {
    let counter = PhiloxBlock(epoch, site.number, Self.label, 0)
    self.bits = Philox.block(key: seed, counter: counter).low64
  }

  @usableFromInline
  init(bits: UInt64) { self.bits = bits }

  /// A key unrelated to this one, for a sub-stream named by a number.
  @inlinable
  public func derived(_ number: UInt64) -> NoiseKey {
    let counter = PhiloxBlock(
      UInt32(truncatingIfNeeded: number),
      UInt32(truncatingIfNeeded: number >> 32),
      Self.label,
      1
    )
    return NoiseKey(bits: Philox.block(key: bits, counter: counter).low64)
  }

  /// The letters BPED.
  @usableFromInline static let label: UInt32 = 0x4250_4544
}
