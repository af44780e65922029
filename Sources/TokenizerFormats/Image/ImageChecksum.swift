// Procedure: eight lanes take the words of 64 bits in turn, each by an exclusive or, a product with
//   an odd number and a rotation: lanes do not wait for each other, so a word takes about a cycle.
//   A lane's step is one-to-one, so one changed word always changes its lane.
// Complexity: O(length).
// Determinism: a function of the bytes; safe against accidents, not adversaries.

/// The checksum of an image.
enum ImageChecksum {
  private static let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The checksum of some bytes.
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    var (e, f, g, h): (UInt64, UInt64, UInt64, UInt64) = (5, 6, 7, 8)
    var position = 0
    while position + 64 <= bytes.count {
      // SAFETY: 64 bytes from here lie inside.
      a = step(a, bytes, position)
      b = step(b, bytes, position + 8)
      c = step(c, bytes, position + 16)
      d = step(d, bytes, position + 24)
      e = step(e, bytes, position + 32)
      f = step(f, bytes, position + 40)
      g = step(g, bytes, position + 48)
      h = step(h, bytes, position + 56)
      position += 64
    }
    var sum = UInt64(truncatingIfNeeded: bytes.count)
    for lane in [a, b, c, d, e, f, g, h] { sum = mixed(sum, lane) }
    for byte in bytes[position...] { sum = mixed(sum, UInt64(byte)) }
    return sum
  }

  @inline(__always)
  private static func step(
    _ lane: UInt64,
    _ bytes: UnsafeRawBufferPointer,
    _ position: Int
  )
    -> UInt64
  {
    mixed(
      lane,
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    )
  }

  @inline(__always)
  private static func mixed(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let product = (sum ^ word) &* multiplier
    return product << 29 | product >> 35
  }
}
