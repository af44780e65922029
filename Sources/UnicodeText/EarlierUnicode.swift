import CICU
import CUnicode

/// The script of a character as a pre-tokeniser sees it.
package struct CharacterScript: Equatable {
  private let number: Int32

  private static let unknown = bpd_script_in_unicode_9(0xFFFF)
  private static let common = bpd_script_in_unicode_9(0x30)
  private static let han = bpd_script_in_unicode_9(0x4E00)
  private static let kana = [0x3041, 0x30A1].map { bpd_script_in_unicode_9($0) }

  /// The script in Unicode 9, where Hiragana, Katakana and U+30FC count as Han.
  ///
  /// Nil for a space and for a character that Unicode 9 does not assign.
  ///
  /// - Parameter scalar: A code point; an invalid byte, given as a larger number, is a common sign.
  package init?(inUnicode9 scalar: UInt32) {
    if scalar == 0x20 { return nil }
    let script =
      switch scalar {
      case 0x30FC: Self.han
      case BPD_INVALID_SCALAR: Self.common
      default: bpd_script_in_unicode_9(scalar)
      }
    if script < 0 || script == Self.unknown { return nil }
    number = Self.kana.contains(script) ? Self.han : script
  }
}

/// Categories of characters in earlier versions of Unicode, by which Hugging Face tokenizers goes.
package enum EarlierUnicode {
  /// Whether a code point was punctuation (category P) in Unicode 8.
  package static func isPunctuation(_ scalar: UInt32) -> Bool {
    bpd_is_punctuation_in_unicode_8(scalar)
  }
}
