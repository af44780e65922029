// Source: Hugging Face tokenizers 0.23, the normalisers BertNormalizer (J. Devlin et al., BERT's
//   tokenization.py) and Nmt (SentencePiece's nmt rules), which map each character on its own.
// Complexity: O(n).

import CICU
import CUnicode

/// A pass that keeps, deletes or replaces each character on its own.
enum CharacterPass: TextRewriter {
  /// Deletes NUL, U+FFFD and characters that are neither text nor white space, and makes all white
  /// space a space.
  case cleaning
  /// Puts a space on both sides of each ideograph of the CJK blocks.
  case ideographSpacing
  /// Deletes control characters and makes some invisible characters a space.
  case nmt

  /// What becomes of a character.
  private enum Fate {
    case kept
    case deleted
    case space
    case spaced
  }

  func rewrite(_ text: UnsafeBufferPointer<UInt8>, tracksOffsets: Bool) -> RewrittenText? {
    guard let base = text.baseAddress else { return nil }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var kept = 0
    var position = 0
    var isChanged = false
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let character = bpd_decode_utf8(base + position, text.count - position)
      let end = position + Int(character.length)
      let fate = fate(of: character.scalar)
      if fate != .kept {
        isChanged = true
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<position]))
        let own = text[position..<end]
        switch fate {
        case .kept: break
        case .deleted: result.replace(own.count, with: [])
        case .space: result.replace(own.count, with: [0x20])
        case .spaced: result.replace(own.count, with: [0x20] + own + [0x20])
        }
        kept = end
      }
      position = end
    }
    guard isChanged else { return nil }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
  }

  private func fate(of scalar: UInt32) -> Fate {
    switch self {
    case .cleaning: Self.cleaned(scalar)
    case .ideographSpacing: Self.isIdeograph(scalar) ? .spaced : .kept
    case .nmt: Self.nmt(scalar)
    }
  }

  private static func cleaned(_ scalar: UInt32) -> Fate {
    switch scalar {
    case 0x20: return .kept
    case 0x09, 0x0A, 0x0D: return .space
    case 0x21..<0x7F: return .kept
    case 0, 0xFFFD: return .deleted
    case BPD_INVALID_SCALAR: return .kept
    default:
      if bpd_is_other_in_unicode_8(scalar) { return .deleted }
      // White_Space is bit 5 of a class.
      return bpd_class_of(scalar) & 32 != 0 ? .space : .kept
    }
  }

  private static func isIdeograph(_ scalar: UInt32) -> Bool {
    guard scalar >= 0x3400 else { return false }
    switch scalar {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F,
      0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }

  private static func nmt(_ scalar: UInt32) -> Fate {
    switch scalar {
    case 0x20: .kept
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: .deleted
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      .space
    default: .kept
    }
  }
}
