// Source: Hugging Face tokenizers 0.23, `normalizer` of tokenizer.json.

import Diagnostics
import JSONText
import UnicodeText

/// The normaliser section of tokenizer.json.
enum NormalizerValue {
  private static let place = "normalizer"

  /// The steps without settings, by their type.
  private static let plain: [(type: String, step: TextNormalizer.Step)] = [
    ("NFC", .nfc), ("NFD", .nfd), ("NFKC", .nfkc), ("NFKD", .nfkd),
    ("NFKCCasefold", .nfkcCasefold), ("Lowercase", .lowercase), ("StripAccents", .stripAccents),
    ("Nmt", .nmt), ("ByteLevel", .byteLevel),
  ]

  // MARK: - Reading

  /// - Throws: ``InvalidData`` for anything unsupported.
  static func normalizer(_ value: JSONValue) throws -> TextNormalizer {
    TextNormalizer(value == .null ? [] : try steps(of: value, depth: 0))
  }

  private static func steps(of value: JSONValue, depth: Int) throws -> [TextNormalizer.Step] {
    let type = value["type"]?.text ?? "?"
    if let step = plain.first(where: { $0.type == type })?.step { return [step] }
    switch type {
    case "Sequence":
      guard case .array(let values)? = value["normalizers"], depth < 16 else {
        throw InvalidData(place: place, "an array of 'normalizers' was expected")
      }
      return try values.flatMap { try steps(of: $0, depth: depth + 1) }
    case "Strip":
      return [
        .strip(
          left: try value.flag("strip_left", at: place),
          right: try value.flag("strip_right", at: place)
        )
      ]
    case "Prepend":
      guard let text = value["prepend"]?.text else {
        throw InvalidData(place: place, "a 'prepend' was expected, the text to put first")
      }
      return [.prepend(text)]
    case "Replace":
      let (pattern, content) = try value.replacement(at: place)
      return [.replace(pattern, with: content)]
    case "BertNormalizer": return [.bert(try cleaning(value))]
    case "Precompiled":
      guard let map = try characterMap(of: value) else {
        throw InvalidData(place: place, "a 'precompiled_charsmap' was expected")
      }
      return [.precompiled(map)]
    case "SentencePiece": return [.sentencePiece(try sentencePiece(value))]
    default:
      throw InvalidData(
        place: place,
        "the type '\(type)' is not supported (\(plain.map(\.type).joined(separator: ", ")), Strip, "
          + "Prepend, Replace, BertNormalizer, Precompiled, SentencePiece and a Sequence of them are)"
      )
    }
  }

  private static func cleaning(_ value: JSONValue) throws -> TextNormalizer.BertCleaning {
    var cleaning = TextNormalizer.BertCleaning()
    cleaning.cleansText = try value.flag("clean_text", at: place, default: true)
    cleaning.spacesIdeographs = try value.flag("handle_chinese_chars", at: place, default: true)
    if let strips = value["strip_accents"], strips != .null {
      cleaning.stripsAccents = try value.flag("strip_accents", at: place)
    }
    cleaning.lowercases = try value.flag("lowercase", at: place, default: true)
    return cleaning
  }

  // MARK: - Writing

  static func value(of normalizer: TextNormalizer) -> JSONValue {
    .sequence("normalizers", normalizer.steps.map(value))
  }

  private static func value(of step: TextNormalizer.Step) -> JSONValue {
    if let type = plain.first(where: { $0.step == step })?.type { return .typed(type) }
    switch step {
    case .strip(let left, let right):
      return .typed(
        "Strip",
        [JSONMember("strip_left", .bool(left)), JSONMember("strip_right", .bool(right))]
      )
    case .prepend(let text): return .typed("Prepend", [JSONMember("prepend", .text(text))])
    case .replace(let pattern, let content): return .replacement(pattern, content)
    case .bert(let cleaning):
      return .typed(
        "BertNormalizer",
        [
          JSONMember("clean_text", .bool(cleaning.cleansText)),
          JSONMember("handle_chinese_chars", .bool(cleaning.spacesIdeographs)),
          JSONMember("strip_accents", cleaning.stripsAccents.map { .bool($0) } ?? .null),
          JSONMember("lowercase", .bool(cleaning.lowercases)),
        ]
      )
    case .precompiled(let map): return .typed("Precompiled", [characterMapMember(map)])
    case .sentencePiece(let settings):
      return .typed(
        "SentencePiece",
        [
          characterMapMember(settings.map),
          JSONMember("add_dummy_prefix", .bool(settings.addsSpace)),
          JSONMember("remove_extra_whitespaces", .bool(settings.removesExtraSpaces)),
          JSONMember("escape_whitespaces", .bool(settings.marksSpaces)),
          JSONMember("treat_whitespace_as_suffix", .bool(settings.addsSpaceBehind)),
          JSONMember("user_defined_symbols", .array(settings.symbols.map { .string($0) })),
        ]
      )
    case .nfc, .nfd, .nfkc, .nfkd, .nfkcCasefold, .lowercase, .stripAccents, .nmt, .byteLevel:
      return .null
    }
  }
}

extension JSONValue {
  /// The pattern and the content of a Replace section.
  ///
  /// - Throws: ``InvalidData`` with the place.
  func replacement(at place: String) throws -> (pattern: TextPattern, content: String) {
    guard let content = self["content"]?.text else {
      throw InvalidData(place: place, "a 'content' was expected")
    }
    return (try pattern(at: place), content)
  }

  /// The member "pattern": an object with a Regex or a String.
  ///
  /// - Throws: ``InvalidData`` with the place.
  func pattern(at place: String) throws -> TextPattern {
    if let literal = self["pattern"]?["String"]?.text { return .literal(literal) }
    guard let regex = self["pattern"]?["Regex"]?.text else {
      throw InvalidData(place: place, "a 'pattern' was expected, a Regex or a String")
    }
    do {
      _ = try RegularExpression(regex)
    } catch let error as InvalidData { throw InvalidData(place: place, error.message) }
    return .regex(regex)
  }

  /// A Replace section.
  static func replacement(_ pattern: TextPattern, _ content: String) -> JSONValue {
    let pattern =
      switch pattern {
      case .literal(let text): JSONMember("String", .text(text))
      case .regex(let text): JSONMember("Regex", .text(text))
      }
    return .typed(
      "Replace",
      [JSONMember("pattern", .object([pattern])), JSONMember("content", .text(content))]
    )
  }
}
