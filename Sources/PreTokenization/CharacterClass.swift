import CUnicode

/// The class of a character: its general category and two properties in Unicode 16.
///
/// It is Unicode 16 whatever ICU or Swift is installed, because token ids must not depend on the
/// machine; Hugging Face tokenizers 0.23 and tiktoken 0.14 classify by the same version.
public struct CharacterClass: Hashable, Sendable {
  let bits: UInt8

  /// The version of Unicode that classes are of.
  public static let unicodeVersion = "16.0"

  /// The class of a code point; invalid bytes, given as numbers above U+10FFFF, are unassigned.
  @inline(__always)
  public init(_ scalar: UInt32) { bits = bpd_class_of(scalar) }

  private var category: UInt8 { bits & 31 }

  /// Whether the code point is assigned, or is of private use.
  public var isAssigned: Bool { category != 0 }
  /// `\p{L}`.
  public var isLetter: Bool { category >= 1 && category <= 5 }
  /// `\p{M}`.
  public var isMark: Bool { category >= 6 && category <= 8 }
  /// `\p{N}`.
  public var isNumber: Bool { category >= 9 && category <= 11 }
  /// `\p{P}`.
  public var isPunctuation: Bool { category >= 12 && category <= 18 }
  /// `\p{S}`.
  public var isSymbol: Bool { category >= 19 && category <= 22 }
  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: all letters but lower case, and marks.
  public var mayLeadWord: Bool { category >= 1 && category <= 8 && category != 2 }
  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: all letters but upper and title case, and marks.
  public var mayEndWord: Bool { category == 2 || (category >= 4 && category <= 8) }
  /// `[^\s\p{L}\p{N}]`.
  public var isSign: Bool { !isWhitespace && !isLetter && !isNumber }
  /// White_Space, the `\s` of Rust and Oniguruma (ICU's `\s` lacks U+000B and U+0085).
  public var isWhitespace: Bool { bits & 32 != 0 }
  /// `\w`: Alphabetic, M, Nd, Pc, Join_Control.
  public var isWord: Bool { bits & 64 != 0 }
}

/// One character of a text: its class and its length in bytes.
struct ClassifiedCharacter {
  let characterClass: CharacterClass
  let length: Int

  /// - Parameters:
  ///   - text: Not empty.
  ///   - position: Less than the text's length.
  @inline(__always)
  init(_ text: UnsafeBufferPointer<UInt8>, at position: Int) {
    // A text without a base address is empty, so this is unreachable; a length of 1 avoids endless
    // loops.
    guard let base = text.baseAddress else {
      characterClass = CharacterClass(.max)
      length = 1
      return
    }
    // SAFETY: `position` is inside the text, so at least one byte can be read, and the decoder
    // reads no more than the count it is given.
    let decoded = bpd_decode_utf8(base + position, text.count - position)
    characterClass = CharacterClass(decoded.scalar)
    length = Int(decoded.length)
  }
}
