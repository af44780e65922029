// Source: Hugging Face tokenizers 0.23, `Precompiled`. The type SentencePiece is this package's own,
// with the field names of SentencePiece's NormalizerSpec and TrainerSpec.

import Diagnostics
import JSONText
import UnicodeText

extension NormalizerValue {
  /// The rules of a section; nil if there are none.
  ///
  /// - Throws: ``InvalidData``.
  static func characterMap(of value: JSONValue) throws -> CharacterMap? {
    switch value["precompiled_charsmap"] ?? .null {
    case .null: return nil
    case .string(let text):
      guard let bytes = Base64.bytes(of: text) else {
        throw InvalidData(place: "normalizer.precompiled_charsmap", "base64 was expected")
      }
      return try CharacterMap(bytes)
    case let other:
      throw InvalidData(
        place: "normalizer.precompiled_charsmap",
        "found \(other.kind) where base64 was expected"
      )
    }
  }

  static func characterMapMember(_ map: CharacterMap?) -> JSONMember {
    JSONMember("precompiled_charsmap", map.map { .string(Base64.text(of: $0.bytes)) } ?? .null)
  }

  /// - Throws: ``InvalidData``.
  static func sentencePiece(_ value: JSONValue) throws -> SentencePieceNormalization {
    let place = "normalizer"
    var settings = SentencePieceNormalization()
    settings.map = try characterMap(of: value)
    settings.addsSpace = try value.flag("add_dummy_prefix", at: place, default: true)
    settings.removesExtraSpaces = try value.flag(
      "remove_extra_whitespaces",
      at: place,
      default: true
    )
    settings.marksSpaces = try value.flag("escape_whitespaces", at: place, default: true)
    settings.addsSpaceBehind = try value.flag("treat_whitespace_as_suffix", at: place)
    settings.symbols = try value.texts("user_defined_symbols", at: place)
    return settings
  }
}

extension JSONValue {
  /// An array of strings, as bytes; empty if there is no such member.
  ///
  /// - Throws: ``InvalidData``.
  func texts(_ key: String, at place: String) throws -> [[UInt8]] {
    guard let list = self[key], list != .null else { return [] }
    guard case .array(let values) = list else {
      throw InvalidData(
        place: "\(place).\(key)",
        "found \(list.kind) where an array of strings was expected"
      )
    }
    return try values.map { value in
      guard case .string(let bytes) = value else {
        throw InvalidData(
          place: "\(place).\(key)",
          "found \(value.kind) where a string was expected"
        )
      }
      return bytes
    }
  }
}
