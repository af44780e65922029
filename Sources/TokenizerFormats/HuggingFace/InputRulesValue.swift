// Source: Hugging Face tokenizers 0.23, `truncation` and `padding` of tokenizer.json.

import BytePairEncoding
import Diagnostics
import JSONText
import Tokenization

/// The truncation and padding sections of tokenizer.json.
enum InputRulesValue {
  /// The sections of a file, with its post-processor.
  ///
  /// - Throws: ``InvalidData`` for anything unsupported.
  static func read(_ file: JSONValue) throws -> InputRules {
    InputRules(
      postProcessor: try PostProcessorValue.read(file["post_processor"] ?? .null),
      truncation: try truncation(file["truncation"] ?? .null),
      padding: try padding(file["padding"] ?? .null)
    )
  }

  /// The longest row that a file may set: any length that a number of JSON has exactly.
  private static let longestRow = 1 << 53

  private static func truncation(_ value: JSONValue) throws -> Truncation? {
    if value == .null { return nil }
    let place = "truncation"
    return Truncation(
      maxLength: try integer("max_length", of: value, place, below: longestRow),
      strategy: try choice("strategy", of: value, place, strategies),
      stride: try integer("stride", of: value, place, below: longestRow),
      side: try choice("direction", of: value, place, sides, default: .right)
    )
  }

  private static func padding(_ value: JSONValue) throws -> Padding? {
    if value == .null { return nil }
    let place = "padding"
    let limit = Padding.longestRow + 1
    var length = Padding.Length.longest
    if value["strategy"]?.text != "BatchLongest" {
      guard let count = value["strategy"]?["Fixed"]?.integer(below: limit) else {
        throw InvalidData(
          place: "\(place).strategy",
          "'BatchLongest' or {\"Fixed\": a number of at most \(limit - 1)} was expected"
        )
      }
      length = .fixed(count)
    }
    guard case .string(let piece)? = value["pad_token"] else {
      throw InvalidData(place: "\(place).pad_token", "a string was expected")
    }
    var padding = Padding(
      InputToken(
        id: TokenID(try integer("pad_id", of: value, place, below: VocabularyReader.largestID)),
        piece: piece
      ),
      length: length,
      side: try choice("direction", of: value, place, sides),
      typeID: UInt32(
        try integer("pad_type_id", of: value, place, below: VocabularyReader.largestID)
      )
    )
    if let multiple = value["pad_to_multiple_of"], multiple != .null {
      let multiple = try integer("pad_to_multiple_of", of: value, place, below: limit)
      padding.multiple = multiple == 0 ? nil : multiple
    }
    return padding
  }

  private static func integer(
    _ key: String,
    of value: JSONValue,
    _ place: String,
    below limit: Int
  ) throws -> Int {
    if let number = value[key]?.integer(below: limit) { return number }
    throw InvalidData(place: "\(place).\(key)", "a whole number below \(limit) was expected")
  }

  // MARK: - Names

  private static let sides: [(String, InputSide)] = [("Left", .left), ("Right", .right)]
  private static let strategies: [(String, Truncation.Strategy)] = [
    ("LongestFirst", .longestFirst), ("OnlyFirst", .onlyFirst), ("OnlySecond", .onlySecond),
  ]

  private static func choice<Choice>(
    _ key: String,
    of value: JSONValue,
    _ place: String,
    _ choices: [(String, Choice)],
    default fallback: Choice? = nil
  ) throws -> Choice {
    if let fallback, value[key] == nil { return fallback }
    if let name = value[key]?.text, let choice = choices.first(where: { $0.0 == name }) {
      return choice.1
    }
    let names = choices.map { "'\($0.0)'" }.joined(separator: ", ")
    throw InvalidData(place: "\(place).\(key)", "one of \(names) was expected")
  }

  private static func name<Choice: Equatable>(
    of choice: Choice,
    in choices: [(String, Choice)]
  ) -> JSONValue { choices.first { $0.1 == choice }.map { .text($0.0) } ?? .null }

  // MARK: - Writing

  /// The truncation section.
  static func value(of truncation: Truncation?) -> JSONValue {
    guard let truncation else { return .null }
    return .object([
      JSONMember("direction", name(of: truncation.side, in: sides)),
      JSONMember("max_length", .number(Double(truncation.maxLength))),
      JSONMember("strategy", name(of: truncation.strategy, in: strategies)),
      JSONMember("stride", .number(Double(truncation.stride))),
    ])
  }

  /// The padding section.
  static func value(of padding: Padding?) -> JSONValue {
    guard let padding else { return .null }
    let strategy: JSONValue =
      switch padding.length {
      case .longest: .text("BatchLongest")
      case .fixed(let count): .object([JSONMember("Fixed", .number(Double(count)))])
      }
    return .object([
      JSONMember("strategy", strategy),
      JSONMember("direction", name(of: padding.side, in: sides)),
      JSONMember("pad_to_multiple_of", padding.multiple.map { .number(Double($0)) } ?? .null),
      JSONMember("pad_id", .number(Double(padding.token.id.rawValue))),
      JSONMember("pad_type_id", .number(Double(padding.typeID))),
      JSONMember("pad_token", .string(padding.token.piece)),
    ])
  }
}
