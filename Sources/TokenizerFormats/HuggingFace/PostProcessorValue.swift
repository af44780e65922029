// Source: Hugging Face tokenizers 0.23, `post_processor` of tokenizer.json.
// Procedure: every processor is obeyed, or refused by name. One that does nothing to a row, such as
//   ByteLevel without trim_offsets, leaves no step and is not written again.

import BytePairEncoding
import Diagnostics
import JSONText
import Tokenization

/// The post-processor section of tokenizer.json.
enum PostProcessorValue {
  private static let place = "post_processor"

  // MARK: - Reading

  /// The steps of a section.
  ///
  /// - Throws: ``InvalidData`` for anything unsupported.
  static func read(_ value: JSONValue) throws -> PostProcessor {
    value == .null ? PostProcessor() : PostProcessor(try steps(value, depth: 0))
  }

  private static func steps(_ value: JSONValue, depth: Int) throws -> [PostProcessor.Step] {
    switch value["type"]?.text ?? "?" {
    case "Sequence":
      guard case .array(let values)? = value["processors"], depth < 16 else {
        throw InvalidData(place: place, "an array of 'processors' was expected")
      }
      return try values.flatMap { try steps($0, depth: depth + 1) }
    case "ByteLevel": return try trimming(value).map { [.trimming($0)] } ?? []
    case "TemplateProcessing": return [.template(try template(value))]
    case "BertProcessing":
      return [.bert(start: try token("cls", value), separator: try token("sep", value))]
    case "RobertaProcessing":
      return [
        .roberta(
          start: try token("cls", value),
          separator: try token("sep", value),
          trimming: try trimming(value)
        )
      ]
    case let type:
      throw InvalidData(
        place: place,
        "the type '\(type)' is not supported (null, ByteLevel, TemplateProcessing, "
          + "BertProcessing, RobertaProcessing and a Sequence of them are)"
      )
    }
  }

  private static func trimming(_ value: JSONValue) throws -> OffsetTrimming? {
    guard try value.flag("trim_offsets", at: place, default: true) else { return nil }
    let keeps = try value.flag("add_prefix_space", at: place, default: true)
    return OffsetTrimming(keepsFirstSpace: keeps)
  }

  private static func token(_ key: String, _ value: JSONValue) throws -> InputToken {
    guard case .array(let parts)? = value[key], parts.count == 2,
      case .string(let piece) = parts[0],
      let id = parts[1].integer(below: VocabularyReader.largestID)
    else { throw InvalidData(place: "\(place).\(key)", "a token and its id were expected") }
    return InputToken(id: TokenID(id), piece: piece)
  }

  private static func template(_ value: JSONValue) throws -> InputTemplate {
    let specials = try specials(value["special_tokens"] ?? .null)
    return InputTemplate(
      single: try pieces("single", of: value, specials),
      pair: try pieces("pair", of: value, specials)
    )
  }

  /// The special tokens by name.
  private static func specials(_ value: JSONValue) throws -> [[UInt8]: InputTemplate.Special] {
    let place = "\(place).special_tokens"
    guard case .object(let members) = value else {
      throw InvalidData(place: place, "found \(value.kind) where an object was expected")
    }
    var specials: [[UInt8]: InputTemplate.Special] = [:]
    for member in members {
      guard case .array(let ids)? = member.value["ids"],
        case .array(let pieces)? = member.value["tokens"], ids.count == pieces.count
      else {
        throw InvalidData(
          place: "\(place).\(String(decoding: member.key, as: UTF8.self))",
          "as many 'ids' as 'tokens' were expected"
        )
      }
      let tokens = try zip(ids, pieces).map { id, piece in
        guard let id = id.integer(below: VocabularyReader.largestID),
          case .string(let piece) = piece
        else {
          throw InvalidData(
            place: "\(place).\(String(decoding: member.key, as: UTF8.self))",
            "ids below \(VocabularyReader.largestID), and strings were expected"
          )
        }
        return InputToken(id: TokenID(id), piece: piece)
      }
      specials[member.key] = InputTemplate.Special(name: member.key, tokens: tokens)
    }
    return specials
  }

  private static func pieces(
    _ key: String,
    of value: JSONValue,
    _ specials: [[UInt8]: InputTemplate.Special]
  ) throws -> [InputTemplate.Piece] {
    guard case .array(let values)? = value[key] else {
      throw InvalidData(place: "\(place).\(key)", "an array was expected")
    }
    return try values.enumerated().map { index, value in
      let place = "\(place).\(key)[\(index)]"
      guard case .object(let members) = value, let piece = members.first, members.count == 1,
        case .string(let id)? = piece.value["id"],
        let type = piece.value["type_id"]?.integer(below: 1 << 31),
        let typeID = UInt32(exactly: type)
      else {
        throw InvalidData(place: place, "a Sequence or a SpecialToken with 'id' and 'type_id'")
      }
      switch (String(decoding: piece.key, as: UTF8.self), id) {
      case ("Sequence", Array("A".utf8)): return .first(typeID: typeID)
      case ("Sequence", Array("B".utf8)) where key == "pair": return .second(typeID: typeID)
      case ("SpecialToken", let name):
        guard let special = specials[name] else {
          throw InvalidData(
            place: place,
            "'\(String(decoding: name, as: UTF8.self))' is none of the 'special_tokens'"
          )
        }
        return .special(special, typeID: typeID)
      default:
        throw InvalidData(
          place: place,
          key == "pair"
            ? "a SpecialToken, or the Sequence A or B was expected"
            : "a SpecialToken, or the Sequence A was expected"
        )
      }
    }
  }

  // MARK: - Writing

  /// The section for a post-processor.
  static func value(of processor: PostProcessor) -> JSONValue {
    JSONValue.sequence("processors", processor.steps.map(value))
  }

  private static func value(of step: PostProcessor.Step) -> JSONValue {
    switch step {
    case .trimming(let trimming):
      return .byteLevel(addsPrefixSpace: trimming.keepsFirstSpace, usesRegex: true)
    case .template(let template): return value(of: template)
    case .bert(let start, let separator):
      return .typed("BertProcessing", members(start, separator))
    case .roberta(let start, let separator, let trimming):
      return .typed(
        "RobertaProcessing",
        members(start, separator) + [
          JSONMember("trim_offsets", .bool(trimming != nil)),
          JSONMember("add_prefix_space", .bool(trimming?.keepsFirstSpace ?? true)),
        ]
      )
    }
  }

  private static func members(_ start: InputToken, _ separator: InputToken) -> [JSONMember] {
    [("sep", separator), ("cls", start)].map { key, token in
      JSONMember(key, .array([.string(token.piece), .number(Double(token.id.rawValue))]))
    }
  }

  private static func value(of template: InputTemplate) -> JSONValue {
    var specials: [InputTemplate.Special] = []
    for special in (template.single + template.pair).compactMap(\.special)
    where !specials.contains(special) {
      specials.append(special)
    }
    specials.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return .typed(
      "TemplateProcessing",
      [
        JSONMember("single", .array(template.single.map(value))),
        JSONMember("pair", .array(template.pair.map(value))),
        JSONMember(
          "special_tokens",
          .object(
            specials.map { special in
              JSONMember(
                key: special.name,
                value: .object([
                  JSONMember("id", .string(special.name)),
                  JSONMember(
                    "ids",
                    .array(special.tokens.map { .number(Double($0.id.rawValue)) })
                  ), JSONMember("tokens", .array(special.tokens.map { .string($0.piece) })),
                ])
              )
            }
          )
        ),
      ]
    )
  }

  private static func value(of piece: InputTemplate.Piece) -> JSONValue {
    let (kind, id, typeID): (String, [UInt8], UInt32) =
      switch piece {
      case .first(let typeID): ("Sequence", Array("A".utf8), typeID)
      case .second(let typeID): ("Sequence", Array("B".utf8), typeID)
      case .special(let special, let typeID): ("SpecialToken", special.name, typeID)
      }
    return .object([
      JSONMember(
        kind,
        .object([JSONMember("id", .string(id)), JSONMember("type_id", .number(Double(typeID)))])
      )
    ])
  }
}
