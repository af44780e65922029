// Procedure: eight bytes at a time are mixed in by a 64 x 64 -> 128 bit product whose halves are
//   folded; the last eight bytes may overlap those before. Tables that use it without a secret seed
//   must bound their probes or grow.
// Complexity: O(n), about one multiplication per eight bytes.

/// The hash for caching and counting words; no output depends on it.
package enum WordHash {
  /// The hash of a word.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - seed: If it is secret, nobody can construct words that collide.
  /// - Returns: 64 well-mixed bits.
  @inline(__always)
  package static func of(_ word: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(word)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ seed ^ UInt64(truncatingIfNeeded: bytes.count)
    if bytes.count >= 8 {
      var position = 0
      while position + 8 < bytes.count {
        // SAFETY: eight bytes from here lie inside the word.
        state = mix(state ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        position += 8
      }
      // SAFETY: the word has at least eight bytes.
      return mix(state ^ bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
    }
    var tail: UInt64 = 0
    for byte in bytes { tail = tail << 8 | UInt64(byte) }
    return mix(state ^ tail)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low
  }
}
