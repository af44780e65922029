// Procedure: element j of a row is dropped if word j of RandomStream(key, item, position) lies
//   below the threshold; the C kernel makes the same words, sixteen blocks at a time.
// Determinism: a pure function of (key, item, position, j).

public import Noise

/// The values that determine the mask of one row of activations.
public struct DropoutRow: Sendable {
  /// The longest row: the blocks of one stream at one position.
  public static let maximumCount = 4 << 22

  let key: UInt64
  let item: UInt64
  let position: UInt64
  let threshold: UInt64

  /// - Parameters:
  ///   - threshold: The rate as an integer threshold.
  ///   - key: Seed, epoch and site.
  ///   - item: The number of the row in the run.
  ///   - position: The time, below `RandomStream.positionLimit`.
  public init(
    _ threshold: BernoulliThreshold,
    key: NoiseKey,
    item: UInt64,
    position: UInt64
  ) {
    precondition(
      position < RandomStream.positionLimit,
      "a position must be less than 2^42, but is \(position)"
    )
    self.key = key.bits
    self.item = item
    self.position = position
    self.threshold = threshold.bits
  }
}
