// Source: RFC 4648, section 4.
// Complexity: O(n).

/// Bytes as text of 64 characters.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// The bytes of a text; nil if it is no base64.
  static func bytes(of text: [UInt8]) -> [UInt8]? {
    text.withUnsafeBufferPointer { text in
      var position = 0
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.count / 4 * 3)
      return append(text, &position, to: &bytes) && position == text.count ? bytes : nil
    }
  }

  /// The text of some bytes, with padding.
  static func text(of bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for offset in 0..<3 {
        bits = bits << 8 | (offset < part.count ? UInt32(part[start + offset]) : 0)
      }
      for index in 0..<4 as Range<UInt32> {
        text.append(
          index <= part.count ? alphabet[Int(bits >> (18 - 6 * index) & 63)] : UInt8(ascii: "=")
        )
      }
    }
    return text
  }

  /// Appends the bytes of the base64 at a position; false if its groups are incomplete.
  @inline(__always)
  static func append(
    _ text: UnsafeBufferPointer<UInt8>,
    _ position: inout Int,
    to pool: inout [UInt8]
  ) -> Bool {
    var bits: UInt32 = 0
    var count = 0
    while position < text.count, let value = value(text[position]) {
      bits = bits << 6 | value
      count += 1
      position += 1
      if count == 4 {
        pool.append(UInt8(truncatingIfNeeded: bits >> 16))
        pool.append(UInt8(truncatingIfNeeded: bits >> 8))
        pool.append(UInt8(truncatingIfNeeded: bits))
        count = 0
      }
    }
    if count == 0 { return true }
    let padding = 4 - count
    guard count >= 2, position + padding <= text.count,
      text[position..<position + padding].allSatisfy({ $0 == UInt8(ascii: "=") })
    else { return false }
    position += padding
    bits <<= UInt32(6 * padding)
    pool.append(UInt8(truncatingIfNeeded: bits >> 16))
    if count == 3 { pool.append(UInt8(truncatingIfNeeded: bits >> 8)) }
    return true
  }

  @inline(__always)
  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
