// Source: Hugging Face tokenizers 0.23, `pre_tokenizer` of tokenizer.json.
// Procedure: every stage is written as the type that it was read from. A marking precedes all
//   stages, so one that comes later in a file is rejected, and so is anything after ByteLevel,
//   which would see the byte alphabet instead of the text.

import Tokenization
import Diagnostics
import JSONText
import PreTokenization
import UnicodeText

/// The pre-tokeniser section of tokenizer.json.
struct PreTokenizerValue {
  private(set) var preTokenizer: PreTokenizer
  /// Whether pre-tokens go through the byte alphabet.
  private(set) var isByteLevel: Bool

  init(_ preTokenizer: PreTokenizer, isByteLevel: Bool) {
    self.preTokenizer = preTokenizer
    self.isByteLevel = isByteLevel
  }

  // MARK: - Reading

  private static let place = "pre_tokenizer"

  /// - Throws: ``InvalidData`` for anything unsupported.
  init(_ value: JSONValue) throws {
    self.init(.none, isByteLevel: false)
    if value != .null { try append(value, depth: 0) }
  }

  private mutating func append(_ value: JSONValue, depth: Int) throws {
    let type = value["type"]?.text ?? "?"
    if isByteLevel {
      throw InvalidData(place: Self.place, "'\(type)' behind ByteLevel is not supported")
    }
    switch type {
    case "Sequence":
      guard case .array(let values)? = value["pretokenizers"], depth < 16 else {
        throw InvalidData(place: Self.place, "an array of 'pretokenizers' was expected")
      }
      for value in values { try append(value, depth: depth + 1) }
    case "ByteLevel":
      if try value.flag("add_prefix_space", at: Self.place) {
        try mark(SpaceMarking(mark: " ", prepending: .always), type)
      }
      if try value.flag("use_regex", at: Self.place, default: true) { append(.gpt2) }
      isByteLevel = true
    case "Whitespace": append(.whitespace)
    case "WhitespaceSplit": append(.whitespaceSplit)
    case "ICUWordBreak": append(.icuWords)
    case "Digits":
      let isSingle = try value.flag("individual_digits", at: Self.place)
      append(.split(try SplitRule(.digit, isSingle ? .isolated : .contiguous)))
    case "Punctuation": append(.split(try SplitRule(.punctuation, try Self.behavior(of: value))))
    case "BertPreTokenizer":
      append(.whitespaceSplit)
      append(.split(try SplitRule(.punctuation, .isolated)))
    case "CharDelimiterSplit":
      guard let delimiter = value["delimiter"]?.text else {
        throw InvalidData(place: Self.place, "a 'delimiter' was expected")
      }
      append(.split(try SplitRule(.literal(delimiter), .removed)))
    case "Split": append(.split(try Self.splitRule(value)))
    case "Metaspace": try appendMetaspace(value)
    default:
      throw InvalidData(
        place: Self.place,
        "the type '\(type)' is not supported (ByteLevel, Split, Digits, Punctuation, Metaspace, "
          + "Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, ICUWordBreak and a "
          + "Sequence of them are)"
      )
    }
  }

  private mutating func append(_ stage: PreTokenizer.Stage) {
    preTokenizer = PreTokenizer(preTokenizer.stages + [stage], marking: preTokenizer.marking)
  }

  private mutating func mark(_ marking: SpaceMarking, _ type: String) throws {
    guard preTokenizer == .none else {
      throw InvalidData(
        place: Self.place,
        "'\(type)' that puts spaces into the text is supported before all others only"
      )
    }
    preTokenizer = PreTokenizer([], marking: marking)
  }

  private mutating func appendMetaspace(_ value: JSONValue) throws {
    let marking = try SpaceMarking(metaspace: value, at: Self.place)
    try mark(marking, "Metaspace")
    if try value.flag("split", at: Self.place, default: true) {
      append(.split(try SplitRule(.literal(marking.mark), .mergedWithNext)))
    }
  }

  private static func behavior(of value: JSONValue) throws -> SplitRule.Behavior {
    let name = value["behavior"]?.text ?? "Isolated"
    guard let behavior = SplitRule.Behavior(rawValue: name) else {
      throw InvalidData(place: place, "the behavior '\(name)' is not known")
    }
    return behavior
  }

  private static func splitRule(_ value: JSONValue) throws -> SplitRule {
    let pattern: SplitRule.Pattern
    if let regex = value["pattern"]?["Regex"]?.text {
      pattern = .regex(regex)
    } else if let literal = value["pattern"]?["String"]?.text {
      pattern = .literal(literal)
    } else {
      throw InvalidData(place: place, "a 'pattern' was expected, a Regex or a String")
    }
    let isInverted = try value.flag("invert", at: place)
    do {
      return try SplitRule(pattern, try behavior(of: value), isInverted: isInverted)
    } catch let error as InvalidData {
      throw InvalidData(place: place, error.message)
    }
  }

  // MARK: - Writing

  var value: JSONValue {
    var stages = preTokenizer.stages
    var values: [JSONValue] = []
    let usesRegex = isByteLevel && stages.last == .gpt2
    if usesRegex { stages.removeLast() }
    let marking = preTokenizer.marking
    let addsPrefixSpace = isByteLevel && marking?.mark == " " && stages.isEmpty
    if let marking, !addsPrefixSpace {
      let split = SplitRule(known: .literal(marking.mark), .mergedWithNext)
      let splits = stages.first == .split(split)
      if splits { stages.removeFirst() }
      values.append(.metaspace(marking, splits: splits))
    }
    values += stages.map(Self.value)
    if isByteLevel {
      values.append(.byteLevel(addsPrefixSpace: addsPrefixSpace, usesRegex: usesRegex))
    }
    return .sequence("pretokenizers", values)
  }

  private static func value(of stage: PreTokenizer.Stage) -> JSONValue {
    switch stage {
    case .gpt2: return value(of: .split(SplitRule.gpt2))
    case .whitespace: return .typed("Whitespace")
    case .whitespaceSplit: return .typed("WhitespaceSplit")
    case .icuWords: return .typed("ICUWordBreak")
    case .split(let rule):
      let behavior = JSONMember("behavior", .text(rule.behavior.rawValue))
      let pattern: JSONMember
      switch rule.pattern {
      case .digit where rule == SplitRule(known: .digit, .isolated):
        return .typed("Digits", [JSONMember("individual_digits", .bool(true))])
      case .digit where rule == SplitRule(known: .digit, .contiguous):
        return .typed("Digits", [JSONMember("individual_digits", .bool(false))])
      case .punctuation where !rule.isInverted: return .typed("Punctuation", [behavior])
      case .digit: pattern = JSONMember("Regex", .text("\\p{N}"))
      case .punctuation: pattern = JSONMember("Regex", .text("[\\p{P}$+<=>^`|~]"))
      case .regex(let text): pattern = JSONMember("Regex", .text(text))
      case .literal(let text): pattern = JSONMember("String", .text(text))
      }
      return .typed(
        "Split",
        [
          JSONMember("pattern", .object([pattern])), behavior,
          JSONMember("invert", .bool(rule.isInverted)),
        ]
      )
    }
  }
}

extension SpaceMarking {
  /// Reads a Metaspace section of a pre-tokeniser or a decoder.
  ///
  /// - Throws: ``InvalidData`` with the place.
  init(metaspace value: JSONValue, at place: String) throws {
    guard let mark = value["replacement"]?.text, mark.unicodeScalars.count == 1 else {
      throw InvalidData(place: place, "a 'replacement' of one character was expected")
    }
    let addsPrefix = try value.flag("add_prefix_space", at: place, default: true)
    let name = value["prepend_scheme"]?.text ?? (addsPrefix ? "always" : "never")
    guard let prepending = Prepending(rawValue: name) else {
      throw InvalidData(place: place, "the prepend_scheme '\(name)' is not known")
    }
    self.init(mark: mark, prepending: prepending)
  }
}

extension JSONValue {
  /// An object with a type.
  static func typed(_ type: String, _ members: [JSONMember] = []) -> JSONValue {
    .object([JSONMember("type", .text(type))] + members)
  }

  /// Null, the value, or a Sequence of several.
  static func sequence(_ name: String, _ values: [JSONValue]) -> JSONValue {
    switch values.count {
    case 0: .null
    case 1: values[0]
    default: typed("Sequence", [JSONMember(name, .array(values))])
    }
  }

  static func byteLevel(addsPrefixSpace: Bool, usesRegex: Bool) -> JSONValue {
    typed(
      "ByteLevel",
      [
        JSONMember("add_prefix_space", .bool(addsPrefixSpace)),
        JSONMember("trim_offsets", .bool(true)), JSONMember("use_regex", .bool(usesRegex)),
      ]
    )
  }

  static func metaspace(_ marking: SpaceMarking, splits: Bool) -> JSONValue {
    typed(
      "Metaspace",
      [
        JSONMember("replacement", .text(marking.mark)),
        JSONMember("prepend_scheme", .text(marking.prepending.rawValue)),
        JSONMember("split", .bool(splits)),
      ]
    )
  }
}
