import CUnicode
import Diagnostics

extension JSONParser {
  /// Parses a string, starting at its first quotation mark.
  mutating func string() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try string(into: &bytes)
    return bytes
  }

  /// Appends a string, starting at its first quotation mark.
  mutating func string(into bytes: inout [UInt8]) throws {
    position += 1
    while position < text.count {
      let start = position
      try skipPlainCharacters()
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<position]))
      if position < text.count, text[position] == UInt8(ascii: "\"") {
        position += 1
        return
      }
      if position < text.count { try escape(into: &bytes) }
    }
    throw unexpected("the end of a string")
  }

  /// Advances to the next quotation mark or backslash, or to the end of the text.
  private mutating func skipPlainCharacters() throws {
    guard let base = text.baseAddress else { return }
    while position < text.count {
      let byte = text[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      if byte < 0x20 {
        throw unexpected("a character of a string (control characters are escaped)")
      }
      if byte < 0x80 {
        position += 1
      } else {
        // SAFETY: position is inside the text, and the decoder reads no more than it is given.
        let decoded = bpd_decode_utf8(base + position, text.count - position)
        if decoded.scalar == .max { throw unexpected("well-formed UTF-8") }
        position += Int(decoded.length)
      }
    }
  }

  private mutating func escape(into bytes: inout [UInt8]) throws {
    position += 1
    guard position < text.count else { throw unexpected("the end of a string") }
    let letter = text[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "u"):
      var value = try hexadecimal()
      if (0xD800..<0xDC00).contains(value) {
        guard position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
          text[position + 1] == UInt8(ascii: "u")
        else { throw unexpected("the second half of a surrogate pair") }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw unexpected("the second half of a surrogate pair")
        }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw unexpected("the escape of a character")
      }
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default:
      position -= 1
      throw unexpected("an escape sequence")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= text.count,
      text[position..<position + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw unexpected("four hexadecimal digits") }
    position += 4
    return value
  }
}
