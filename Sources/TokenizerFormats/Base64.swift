// Source: RFC 4648, section 4.
// Complexity: O(n).

/// Bytes as text of 64 characters.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// The value of each character, or 255.
  private static let values = (0...255).map { byte -> UInt8 in
    alphabet.firstIndex(of: UInt8(byte)).map { UInt8($0) } ?? 255
  }

  /// The bytes of a text; nil if it is no base64.
  static func bytes(of text: [UInt8]) -> [UInt8]? {
    text.withUnsafeBufferPointer { text in
      var position = 0
      let bytes = bytes(of: text, &position)
      return position == text.count ? bytes : nil
    }
  }

  /// The bytes of the base64 at a position; nil if its groups are incomplete.
  static func bytes(of text: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> [UInt8]? {
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: text.count - position) { buffer, count in
      let written = buffer.baseAddress.flatMap { decode(text, &position, into: $0) }
      isWhole = written != nil || text.isEmpty
      count = written ?? 0
    }
    return isWhole ? bytes : nil
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

  /// Decodes the base64 at a position.
  ///
  /// - Parameters:
  ///   - text: Any.
  ///   - position: Where it starts; moved behind it.
  ///   - output: Filled. SAFETY: it has a byte for each that is left of the text.
  /// - Returns: The number of bytes, which is 0 where there is none; nil if its groups are
  ///   incomplete.
  @inline(__always)
  static func decode(
    _ text: UnsafeBufferPointer<UInt8>,
    _ position: inout Int,
    into output: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    values.withUnsafeBufferPointer { values in
      var written = 0
      var bits: UInt32 = 0
      var count = 0
      while position < text.count {
        let value = values[Int(text[position])]
        if value == 255 { break }
        bits = bits << 6 | UInt32(value)
        count += 1
        position += 1
        if count == 4 {
          output[written] = UInt8(truncatingIfNeeded: bits >> 16)
          output[written + 1] = UInt8(truncatingIfNeeded: bits >> 8)
          output[written + 2] = UInt8(truncatingIfNeeded: bits)
          written += 3
          count = 0
        }
      }
      if count == 0 { return written }
      let padding = 4 - count
      guard count >= 2, position + padding <= text.count,
        text[position..<position + padding].allSatisfy({ $0 == UInt8(ascii: "=") })
      else { return nil }
      position += padding
      bits <<= UInt32(6 * padding)
      output[written] = UInt8(truncatingIfNeeded: bits >> 16)
      if count == 3 { output[written + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
      return written + count - 1
    }
  }
}
