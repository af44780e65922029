// Source: GPT-2's encoder.py, bytes_to_unicode (A. Radford et al., 2019).
// Procedure: the 188 bytes that are printable in Latin-1 stand for themselves; the other 68 are
//   assigned U+0100, U+0101, … in ascending order (space U+0120 Ġ, line feed U+010A Ċ).

/// The 256 characters that stand for the 256 bytes in the files of byte-level tokenizers.
public enum ByteAlphabet {
  /// The character of each byte.
  public static let characters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      switch byte {
      case 33...126, 161...172, 174...255: return Unicode.Scalar(byte)
      default:
        defer { next += 1 }
        return Unicode.Scalar(next) ?? Unicode.Scalar(byte)
      }
    }
  }()

  /// The bytes in the order of their characters: the order of ids in a learned vocabulary.
  public static let bytesInOrder: [UInt8] = (UInt8.min...UInt8.max).sorted {
    characters[Int($0)] < characters[Int($1)]
  }

  private static let bytesOfCharacters: [UInt8?] = {
    var bytes = [UInt8?](repeating: nil, count: 0x180)
    for (byte, character) in characters.enumerated() {
      bytes[Int(character.value)] = UInt8(byte)
    }
    return bytes
  }()

  /// The bytes spelled in the alphabet.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes { append(byte, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the character of a byte.
  @inline(__always)
  package static func append(_ byte: UInt8, to text: inout [UInt8]) {
    // Characters below U+0180 have one byte or two.
    let value = characters[Int(byte)].value
    if value < 0x80 {
      text.append(UInt8(value))
    } else {
      text.append(UInt8(0xC0 | value >> 6))
      text.append(UInt8(0x80 | value & 0x3F))
    }
  }

  /// The bytes that a text spells, or nil if it has other characters.
  public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    return append(bytesOf: Array(text)[...], to: &bytes) ? bytes : nil
  }

  /// Appends the bytes that a text spells; false if it has other characters.
  package static func append(bytesOf text: ArraySlice<UInt8>, to bytes: inout [UInt8]) -> Bool {
    // Printable ASCII spells itself. Other characters below U+0180 take one of 0xC2...0xC5 and a
    // second byte.
    let bytesOfCharacters = Self.bytesOfCharacters
    return text.withUnsafeBufferPointer { text in
      var position = 0
      while position < text.count {
        let start = position
        while position < text.count, text[position] > 0x20, text[position] < 0x7F { position += 1 }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<position]))
        guard position < text.count else { return true }
        guard (0xC2...0xC5).contains(text[position]), position + 1 < text.count,
          text[position + 1] & 0xC0 == 0x80,
          let byte = bytesOfCharacters[
            Int(text[position] & 0x1F) << 6 | Int(text[position + 1] & 0x3F)
          ]
        else { return false }
        bytes.append(byte)
        position += 2
      }
      return true
    }
  }
}
