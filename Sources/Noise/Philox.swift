// Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
//   SC 2011, section 3.3 and table 2 (Philox4x32-10).
// Procedure: ten rounds of two 32x32 -> 64 bit multiplications and xors; the key is bumped by the
//   Weyl constants between rounds. A bijection of the counter for each key.
// Complexity: O(1), 20 multiplications for 128 random bits.
// Determinism: a pure function of (key, counter); integers only.

/// Four 32-bit words: a Philox counter, or the random block that it maps to.
public struct PhiloxBlock: Equatable, Sendable {
  /// The first word: the low half of ``low64``.
  public var word0: UInt32
  /// The second word: the high half of ``low64``.
  public var word1: UInt32
  /// The third word: the low half of ``high64``.
  public var word2: UInt32
  /// The fourth word: the high half of ``high64``.
  public var word3: UInt32

  /// Makes a block from its four words, word 0 first.
  @inlinable
  public init(_ word0: UInt32, _ word1: UInt32, _ word2: UInt32, _ word3: UInt32) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// Words 0 and 1 as one number, word 0 in the low half.
  @inlinable
  public var low64: UInt64 { UInt64(word0) | UInt64(word1) << 32 }

  /// Words 2 and 3 as one number, word 2 in the low half.
  @inlinable
  public var high64: UInt64 { UInt64(word2) | UInt64(word3) << 32 }
}

/// The counter-based generator that every random draw of the package comes from.
public enum Philox {
  /// Maps a counter to its random block under a 64-bit key (the low half is key word 0).
  @inlinable
  public static func block(key: UInt64, counter: PhiloxBlock) -> PhiloxBlock {
    rounds(key: key, counter: counter)
  }

  /// The same in a form for loops over many counters, which the compiler vectorises.
  @inlinable
  @inline(__always)
  static func rounds(key: UInt64, counter: PhiloxBlock) -> PhiloxBlock {
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key >> 32)
    var state = counter
    for _ in 0..<10 {
      let product0 = UInt64(0xD251_1F53) &* UInt64(state.word0)
      let product1 = UInt64(0xCD9E_8D57) &* UInt64(state.word2)
      state = PhiloxBlock(
        UInt32(truncatingIfNeeded: product1 >> 32) ^ state.word1 ^ key0,
        UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 >> 32) ^ state.word3 ^ key1,
        UInt32(truncatingIfNeeded: product0)
      )
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return state
  }
}
