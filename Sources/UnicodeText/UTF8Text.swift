import CUnicode

/// Look-ups in the encoding of a text.
public enum UTF8Text {
  /// The offset of the first byte that is not part of well-formed UTF-8, or nil.
  public static func firstInvalidByte(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = text.baseAddress else { return nil }
    let valid = bpd_utf8_valid_prefix(base, text.count)
    return valid < text.count ? valid : nil
  }

  /// The offset of an unfinished character at the end of a text.
  ///
  /// - Parameter text: Any bytes.
  /// - Returns: The text's length if there is none. All characters before the offset are whole or
  ///   invalid.
  public static func wholeCharactersEnd(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    for length in 1...3 where length <= text.count {
      let start = text.count - length
      switch text[start] {
      case 0x80..<0xC0: continue
      case 0xC2..<0xE0: return length < 2 ? start : text.count
      case 0xE0..<0xF0: return length < 3 ? start : text.count
      case 0xF0..<0xF5: return start
      default: return text.count
      }
    }
    return text.count
  }
}

extension UTF8Text {
  /// The ranges of the characters of a text, in order; an invalid byte counts as a character.
  public static func characters(of text: [UInt8]) -> [Range<Int>] {
    text.withUnsafeBufferPointer { text in
      var characters: [Range<Int>] = []
      var start = 0
      for length in CharacterLengths(text) {
        characters.append(start..<start + length)
        start += length
      }
      return characters
    }
  }
}

/// The lengths in bytes of the characters of a text, in order; an invalid byte counts as a
/// character.
public struct CharacterLengths: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// - Parameter text: Must stay in place during iteration.
  public init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// The length of the next character, 1 through 4 bytes, or nil at the end of the text.
  public mutating func next() -> Int? {
    guard let base = text.baseAddress, position < text.count else { return nil }
    // SAFETY: position is inside the text, and the decoder reads no more than it is given.
    let length = Int(bpd_decode_utf8(base + position, text.count - position).length)
    position += length
    return length
  }
}
