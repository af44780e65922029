// Source: Hugging Face tokenizers 0.23, `pre_tokenizer` of tokenizer.json.
// Procedure: the components of a file become stages in order. Where one ByteLevel is the last
//   component that changes the text, pieces stay bytes: the model is one over bytes, and stages
//   behind ByteLevel look at the spelling of a piece in the byte alphabet. Otherwise ByteLevel
//   rewrites the pieces, and the model is one over characters.

import Diagnostics
import JSONText
import PreTokenization
import Tokenization
import UnicodeText

/// The pre-tokeniser section of tokenizer.json.
struct PreTokenizerValue {
  private(set) var preTokenizer: PreTokenizer
  /// Whether pre-tokens go through the byte alphabet.
  let isByteLevel: Bool

  init(_ preTokenizer: PreTokenizer, isByteLevel: Bool) {
    self.preTokenizer = preTokenizer
    self.isByteLevel = isByteLevel
  }

  // MARK: - Reading

  private static let place = "pre_tokenizer"

  /// - Parameters:
  ///   - value: The section.
  ///   - keepsBytes: Whether pieces may stay bytes under ByteLevel.
  /// - Throws: ``InvalidData`` for anything unsupported.
  init(_ value: JSONValue, keepsBytes: Bool) throws {
    let components = value == .null ? [] : try Self.components(of: value, depth: 0)
    let changing = components.filter { ["ByteLevel", "Metaspace"].contains($0.type) }
    isByteLevel =
      keepsBytes && changing.last?.type == "ByteLevel"
      && changing.filter { $0.type == "ByteLevel" }.count == 1
    var stages: [PreTokenizer.Stage] = []
    var isSpelled = false
    for component in components {
      if component.type == "ByteLevel" {
        stages += try Self.byteLevel(component.value)
        if isByteLevel { isSpelled = true } else { stages.append(.spell) }
      } else {
        let own = try Self.stages(component)
        stages += isSpelled ? own.map { .spelled($0) } : own
      }
    }
    preTokenizer = PreTokenizer(stages)
  }

  private typealias Component = (type: String, value: JSONValue)

  private static func components(of value: JSONValue, depth: Int) throws -> [Component] {
    let type = value["type"]?.text ?? "?"
    guard type == "Sequence" else { return [(type, value)] }
    guard case .array(let values)? = value["pretokenizers"], depth < 16 else {
      throw InvalidData(place: place, "an array of 'pretokenizers' was expected")
    }
    return try values.flatMap { try components(of: $0, depth: depth + 1) }
  }

  /// The stages of ByteLevel but the spelling.
  private static func byteLevel(_ value: JSONValue) throws -> [PreTokenizer.Stage] {
    let addsSpace = try value.flag("add_prefix_space", at: place)
    let usesRegex = try value.flag("use_regex", at: place, default: true)
    return (addsSpace ? [.mark(prefixSpace)] : []) + (usesRegex ? [.gpt2] : [])
  }

  private static let prefixSpace = SpaceMarking(mark: " ", prepending: .always)

  private static func stages(_ component: Component) throws -> [PreTokenizer.Stage] {
    let value = component.value
    switch component.type {
    case "Whitespace": return [.whitespace]
    case "WhitespaceSplit": return [.whitespaceSplit]
    case "ICUWordBreak": return [.icuWords]
    case "UnicodeScripts": return [.scripts]
    case "Digits":
      let isSingle = try value.flag("individual_digits", at: place)
      return [.split(try SplitRule(.digit, isSingle ? .isolated : .contiguous))]
    case "Punctuation": return [.split(try SplitRule(.punctuation, try behavior(of: value)))]
    case "BertPreTokenizer":
      return [.whitespaceSplit, .split(try SplitRule(.punctuation, .isolated))]
    case "CharDelimiterSplit":
      guard let delimiter = value["delimiter"]?.text, delimiter.unicodeScalars.count == 1 else {
        throw InvalidData(place: place, "a 'delimiter' of one character was expected")
      }
      return [.split(try SplitRule(.literal(delimiter), .removed))]
    case "FixedLength":
      guard let length = (value["length"] ?? .number(5)).integer(below: 1 << 30), length > 0 else {
        throw InvalidData(place: place, "a 'length' of at least 1 was expected")
      }
      return [.fixedLength(length)]
    case "Split": return [.split(try splitRule(value))]
    case "Metaspace":
      let marking = try SpaceMarking(metaspace: value, at: place)
      guard try value.flag("split", at: place, default: true) else { return [.mark(marking)] }
      return [.mark(marking), .split(try SplitRule(.literal(marking.mark), .mergedWithNext))]
    case let type:
      throw InvalidData(
        place: place,
        "the type '\(type)' is not supported (ByteLevel, Split, Digits, Punctuation, Metaspace, "
          + "Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, UnicodeScripts, "
          + "FixedLength, ICUWordBreak and a Sequence of them are)"
      )
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
    var values: [JSONValue] = []
    var stages = preTokenizer.stages[...]
    if isByteLevel {
      let before = stages.prefix { if case .spelled = $0 { false } else { true } }
      values += Self.values(of: before, endsInByteLevel: true)
      stages = stages.dropFirst(before.count)
    } else {
      while let spelling = stages.firstIndex(of: .spell) {
        values += Self.values(of: stages[..<spelling], endsInByteLevel: true)
        stages = stages[(spelling + 1)...]
      }
    }
    values += Self.values(of: stages, endsInByteLevel: false)
    return .sequence("pretokenizers", values)
  }

  private static func values(
    of stages: ArraySlice<PreTokenizer.Stage>,
    endsInByteLevel: Bool
  ) -> [JSONValue] {
    var stages = stages
    var ending: [JSONValue] = []
    if endsInByteLevel {
      let usesRegex = stages.last == .gpt2
      if usesRegex { stages.removeLast() }
      let addsPrefixSpace = stages.last == .mark(prefixSpace)
      if addsPrefixSpace { stages.removeLast() }
      ending = [.byteLevel(addsPrefixSpace: addsPrefixSpace, usesRegex: usesRegex)]
    }
    var values: [JSONValue] = []
    while let stage = stages.popFirst() {
      guard case .mark(let marking) = stage else {
        values.append(value(of: stage))
        continue
      }
      let split = SplitRule(known: .literal(marking.mark), .mergedWithNext)
      let splits = stages.first == .split(split)
      if splits { stages.removeFirst() }
      values.append(.metaspace(marking, splits: splits))
    }
    return values + ending
  }

  private static func value(of stage: PreTokenizer.Stage) -> JSONValue {
    switch stage {
    case .gpt2: return value(of: .split(SplitRule.gpt2))
    case .whitespace: return .typed("Whitespace")
    case .whitespaceSplit: return .typed("WhitespaceSplit")
    case .icuWords: return .typed("ICUWordBreak")
    case .scripts: return .typed("UnicodeScripts")
    case .fixedLength(let length):
      return .typed("FixedLength", [JSONMember("length", .number(Double(length)))])
    case .spelled(let stage): return value(of: stage)
    case .mark(let marking): return .metaspace(marking, splits: false)
    case .spell: return .byteLevel(addsPrefixSpace: false, usesRegex: false)
    case .split(let rule): return value(of: rule)
    }
  }

  private static func value(of rule: SplitRule) -> JSONValue {
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
