// Procedure: block i of the stream is Philox(key, counter(i, position, item)). The counter's word 0
//   holds the block number in its low 22 bits and bits 32..41 of the position above them; word 1
//   the low half of the position; words 2 and 3 the item.
// Complexity: O(1) to create, O(1) for each draw; four 32-bit words per block.
// Determinism: the n-th draw is a pure function of (key, item, position, n).

/// The endless random words of one item at one position, read from the front.
///
/// A value type with no hidden state: making the same stream again gives the same words, on any
/// thread and in any order.
public struct RandomStream: Sendable {
  /// Positions lie below this bound (4 TiB when a position is a byte offset).
  public static let positionLimit: UInt64 = 1 << 42
  @usableFromInline static let blockBits: UInt32 = 22

  @usableFromInline var key: UInt64
  @usableFromInline var counter: PhiloxBlock
  @usableFromInline var current: PhiloxBlock
  @usableFromInline var used: UInt32

  /// The stream of one item at one position.
  ///
  /// - Parameters:
  ///   - key: Seed, epoch and site.
  ///   - item: The document, row or step.
  ///   - position: The position inside the item, less than ``positionLimit``.
  @inlinable
  public init(key: NoiseKey, item: UInt64, position: UInt64 = 0) {
    precondition(
      position < Self.positionLimit,
      "a position must be less than 2^42, but is \(position)"
    )
    self.key = key.bits
    self.counter = PhiloxBlock(
      UInt32(truncatingIfNeeded: position >> 32) << Self.blockBits,
      UInt32(truncatingIfNeeded: position),
      UInt32(truncatingIfNeeded: item),
      UInt32(truncatingIfNeeded: item >> 32)
    )
    self.current = PhiloxBlock(0, 0, 0, 0)
    self.used = 4
  }

  /// The next 32 random bits.
  @inlinable
  public mutating func next32() -> UInt32 {
    if used >= 4 { refill() }
    used += 1
    switch used {
    case 1: return current.word0
    case 2: return current.word1
    case 3: return current.word2
    default: return current.word3
    }
  }

  /// The next 64 random bits: an aligned pair of words, so that a word may be skipped before it.
  @inlinable
  public mutating func next64() -> UInt64 {
    if used > 2 { refill() }
    if used == 0 {
      used = 2
      return current.low64
    }
    used = 4
    return current.high64
  }

  /// A number below a bound, all equally likely.
  ///
  /// Source: D. Lemire, "Fast Random Integer Generation in an Interval", 2019, algorithm 5: the
  /// high half of a product, with rejection of the excess.
  ///
  /// - Parameter bound: At least 1.
  /// - Returns: 0 through `bound - 1`.
  @inlinable
  public mutating func next(below bound: UInt32) -> UInt32 {
    precondition(bound > 0, "a bound must be at least 1")
    var product = UInt64(next32()) &* UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let excess = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < excess {
        product = UInt64(next32()) &* UInt64(bound)
      }
    }
    return UInt32(truncatingIfNeeded: product >> 32)
  }

  /// Whether an event of the given probability happens: one 32-bit word.
  @inlinable
  public mutating func happens(_ threshold: BernoulliThreshold) -> Bool {
    UInt64(next32()) < threshold.bits
  }

  @inlinable
  mutating func refill() {
    current = Philox.block(key: key, counter: counter)
    used = 0
    counter.word0 &+= 1
    if counter.word0 & ((1 << Self.blockBits) - 1) == 0 {
      // All 2^22 blocks of this position are used up (a word of many megabytes). One more would
      // repeat the stream of another position, so continue at block 0 under a derived key.
      counter.word0 &-= 1 << Self.blockBits
      key = NoiseKey(bits: key).derived(.max).bits
    }
  }
}
