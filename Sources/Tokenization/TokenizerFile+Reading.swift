// Source: Hugging Face tokenizers 0.23, tokenizer.json.
// Procedure: what is in the file is either obeyed, or refused with a sentence that names it: a setting
//   that is passed over in silence would give other ids. `model.dropout` is the one exception: it is
//   warned about, because noise is asked for by the caller, never by a file.
// Complexity: O(size of the file); nothing larger than the file is allocated.

import BytePairEncoding
import Files
import JSONText
import PreTokenization
import UnicodeText

extension Tokenizer {
  /// The largest tokenizer.json that is read, in bytes.
  public static let largestFile = 1 << 30

  /// Reads a tokenizer.json.
  ///
  /// - Throws: ``FileError`` where it cannot be read, ``InvalidData`` where it is malformed or asks
  ///   for something that is not supported.
  public init(contentsOf path: String) throws {
    let bytes = try InputFile(path).readAll(limit: Self.largestFile)
    do {
      try self.init(json: bytes)
    } catch let error as InvalidData {
      throw error.inFile(path)
    }
  }

  /// Reads the text of a tokenizer.json.
  ///
  /// - Throws: ``InvalidData``.
  public init(json: [UInt8]) throws {
    var reader = TokenizerFileReader(file: try JSONParser.parse(json))
    self = try reader.tokenizer()
  }
}

/// Reads one parsed tokenizer.json.
private struct TokenizerFileReader {
  let file: JSONValue
  var warnings: [String] = []

  init(file: JSONValue) { self.file = file }

  mutating func tokenizer() throws -> Tokenizer {
    guard case .object = file, file["model"] != nil else {
      throw InvalidData("no tokenizer.json: an object with a 'model' was expected")
    }
    let added = try addedTokens()
    try checkPostProcessor()
    if let padding = file["padding"], padding != .null {
      warnings.append("padding is set in the file and not applied")
    }
    if let truncation = file["truncation"], truncation != .null {
      warnings.append("truncation is set in the file and not applied")
    }
    let steps = try normalizerSteps(file["normalizer"] ?? .null)
    let (preTokenizer, isByteLevel) = try preTokenizer(file["pre_tokenizer"] ?? .null)
    let model = try model(isByteLevel: isByteLevel, added: added)
    return Tokenizer(
      normalizer: TextNormalizer(steps),
      preTokenizer: preTokenizer,
      model: model,
      addedTokens: added,
      warnings: warnings
    )
  }

  // MARK: - Parts

  private func addedTokens() throws -> [AddedToken] {
    guard let list = file["added_tokens"], list != .null else { return [] }
    guard case .array(let values) = list else {
      throw InvalidData(place: "added_tokens", "found \(list.kind) where an array was expected")
    }
    var seen: Set<Int> = []
    return try values.enumerated().map { index, value in
      let place = "added_tokens[\(index)]"
      guard let id = value["id"]?.integer(below: VocabularyReader.largestID),
        case .string(let content)? = value["content"], !content.isEmpty
      else { throw InvalidData(place: place, "an 'id' and a 'content' were expected") }
      guard seen.insert(id).inserted else {
        throw InvalidData(place: place, "the id \(id) stands twice")
      }
      for flag in ["single_word", "lstrip", "rstrip"] where try value.flag(flag, at: place) {
        throw InvalidData(place: place, "'\(flag)' is not supported yet")
      }
      let isSpecial = try value.flag("special", at: place)
      let hasNormalizer = file["normalizer"] ?? .null != .null
      if try !isSpecial && hasNormalizer && value.flag("normalized", at: place, default: true) {
        throw InvalidData(place: place, "'normalized' with a normaliser is not supported yet")
      }
      return AddedToken(id: TokenID(id), content: content, isSpecial: isSpecial)
    }
  }

  private func checkPostProcessor() throws {
    guard let value = file["post_processor"], value != .null else { return }
    if value["type"]?.text == "ByteLevel" { return }
    throw InvalidData(
      place: "post_processor",
      "the type '\(value["type"]?.text ?? "?")' is not supported (null and ByteLevel are)"
    )
  }

  private func normalizerSteps(_ value: JSONValue) throws -> [TextNormalizer.Step] {
    if value == .null { return [] }
    let type = value["type"]?.text ?? "?"
    if type == "Sequence", case .array(let values)? = value["normalizers"] {
      return try values.flatMap { try normalizerSteps($0) }
    }
    if let step = NormalizerNames.step(named: type) { return [step] }
    throw InvalidData(
      place: "normalizer",
      "the type '\(type)' is not supported (NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, "
        + "NFKCCasefold and a Sequence of them are)"
    )
  }

  /// The pre-tokeniser, and whether pre-tokens go through the byte alphabet.
  private func preTokenizer(_ value: JSONValue) throws -> (PreTokenizer, Bool) {
    var parts = value == .null ? [] : [value]
    if value["type"]?.text == "Sequence", case .array(let values)? = value["pretokenizers"] {
      parts = values
    }
    var isByteLevel = false
    var found: [PreTokenizer] = []
    for part in parts {
      switch part["type"]?.text ?? "?" {
      case "ByteLevel":
        if try part.flag("add_prefix_space", at: "pre_tokenizer") {
          throw InvalidData(place: "pre_tokenizer", "'add_prefix_space' is not supported")
        }
        isByteLevel = true
        if try part.flag("use_regex", at: "pre_tokenizer", default: true) { found.append(.gpt2) }
      case "Whitespace": found.append(.whitespace)
      case "WhitespaceSplit": found.append(.whitespaceSplit)
      case "ICUWordBreak": found.append(.icuWords)
      case let type:
        throw InvalidData(
          place: "pre_tokenizer",
          "the type '\(type)' is not supported (ByteLevel, Whitespace, WhitespaceSplit, "
            + "ICUWordBreak are)"
        )
      }
    }
    guard found.count <= 1 else {
      throw InvalidData(
        place: "pre_tokenizer",
        "a sequence of \(found.map(\.rawValue).joined(separator: " and ")) is not supported"
      )
    }
    return (found.first ?? .none, isByteLevel)
  }

  private mutating func model(isByteLevel: Bool, added: [AddedToken]) throws -> Tokenizer.Model {
    let model = file["model"] ?? .null
    if let dropout = model["dropout"], dropout != .null {
      warnings.append("model.dropout is set in the file and not obeyed: use --dropout")
    }
    let type = model["type"]?.text ?? (model["merges"] != nil ? "BPE" : "?")
    guard ["BPE", "WordLevel", "?"].contains(type) else {
      throw InvalidData(
        place: "model",
        "the type '\(type)' is not supported (BPE and WordLevel are)"
      )
    }
    let reader = try VocabularyReader(model: model, isByteLevel: isByteLevel, added: added)
    switch type {
    case "BPE" where isByteLevel:
      try checkBPESettings(model)
      let merges = try reader.merges(model["merges"] ?? .array([]))
      do {
        let bpe = try BPEModel(
          vocabulary: reader.vocabulary,
          merges: merges,
          unknown: try reader.unknown(model),
          ignoresMerges: try model.flag("ignore_merges", at: "model")
        )
        if !bpe.missingBytes.isEmpty && bpe.unknown == nil {
          warnings.append(
            "the vocabulary lacks \(bpe.missingBytes.count) of the 256 bytes and has no unknown "
              + "token: text with these bytes loses them"
          )
        }
        return .bpe(bpe)
      } catch let error as BPEModel.InvalidModel {
        throw InvalidData(place: "model", error.description)
      }
    case "BPE" where model["merges"] ?? .array([]) == .array([]):
      try checkBPESettings(model)
      return .units(try reader.units(.character, model, added))
    case "BPE":
      throw InvalidData(
        place: "model",
        "BPE without a ByteLevel pre-tokeniser is not supported yet"
      )
    case "WordLevel":
      return .units(try reader.units(.word, model, added))
    default:
      throw InvalidData(place: "model", "a 'type' was expected (BPE and WordLevel are supported)")
    }
  }

  private func checkBPESettings(_ model: JSONValue) throws {
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let value = model[key], value != .null, value.text != "" {
        throw InvalidData(place: "model.\(key)", "affixes are not supported yet; null was expected")
      }
    }
    if try model.flag("byte_fallback", at: "model") {
      throw InvalidData(place: "model.byte_fallback", "byte fallback is not supported yet")
    }
  }
}
