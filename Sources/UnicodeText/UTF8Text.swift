import CTextKernels

/// Questions about the encoding of a text.
public enum UTF8Text {
  /// The offset of the first byte that is not part of well-formed UTF-8, or nil.
  public static func firstInvalidByte(in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = text.baseAddress else { return nil }
    let valid = bpd_utf8_valid_prefix(base, text.count)
    return valid < text.count ? valid : nil
  }
}

/// The lengths in bytes of the characters of a text, in order; an invalid byte is a character.
public struct CharacterLengths: Sequence, IteratorProtocol {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  /// - Parameter text: Must stay in place while the lengths are asked for.
  public init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// The length of the next character, 1 through 4 bytes, or nil at the end of the text.
  public mutating func next() -> Int? {
    guard let base = text.baseAddress, position < text.count else { return nil }
    // SAFETY: position is inside the text, and the decoder reads no further than it is told.
    let length = Int(bpd_decode_utf8(base + position, text.count - position).length)
    position += length
    return length
  }
}
