// Source: Hugging Face tokenizers 0.23, tokenizer.json.
// Procedure: every setting of the file is either obeyed, or rejected with a sentence that names it,
//   because ignoring it would give other ids. The one exception is `model.dropout`, which causes a
//   warning: noise is the caller's choice, never a file's.
// Complexity: O(size of the file); nothing larger than the file is allocated.

import Tokenization
import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import UnicodeText

/// Reads one parsed tokenizer.json.
struct TokenizerFileReader {
  let file: JSONValue
  var warnings: [String] = []

  init(file: JSONValue) { self.file = file }

  mutating func tokenizer() throws -> Tokenizer {
    guard case .object = file, file["model"] != nil else {
      throw InvalidData("no tokenizer.json: an object with a 'model' was expected")
    }
    let added = try addedTokens()
    let inputRules = try InputRulesValue.read(file)
    let steps = try normalizerSteps(file["normalizer"] ?? .null)
    let preTokenizer = try PreTokenizerValue(file["pre_tokenizer"] ?? .null)
    let model = try model(isByteLevel: preTokenizer.isByteLevel, added: added)
    let decoder = try DecoderValue.read(
      file["decoder"] ?? .null,
      own: model.decoderValue(preTokenizer.preTokenizer.marking),
      isByteLevel: preTokenizer.isByteLevel
    )
    let tokenizer = Tokenizer(
      normalizer: TextNormalizer(steps),
      preTokenizer: preTokenizer.preTokenizer,
      model: model,
      addedTokens: added,
      decoder: decoder,
      inputRules: inputRules,
      warnings: warnings
    )
    // Allocations per id must not be larger than the file justifies.
    let count = tokenizer.vocabulary.count + added.count
    guard tokenizer.vocabularySize <= 2 * count + 65_536 else {
      throw InvalidData(
        place: "added_tokens",
        "ids go up to \(tokenizer.vocabularySize - 1) for only \(count) tokens"
      )
    }
    return tokenizer
  }

  // MARK: - Parts

  private func addedTokens() throws -> [AddedToken] {
    guard let list = file["added_tokens"], list != .null else { return [] }
    guard case .array(let values) = list else {
      throw InvalidData(place: "added_tokens", "found \(list.kind) where an array was expected")
    }
    var seen: Set<Int> = []
    var contents: Set<[UInt8]> = []
    return try values.enumerated().map { index, value in
      let place = "added_tokens[\(index)]"
      guard let id = value["id"]?.integer(below: VocabularyReader.largestID),
        case .string(let content)? = value["content"], !content.isEmpty
      else { throw InvalidData(place: place, "an 'id' and a 'content' were expected") }
      guard seen.insert(id).inserted else {
        throw InvalidData(place: place, "the id \(id) stands twice")
      }
      guard contents.insert(content).inserted else {
        throw InvalidData(
          place: place,
          "the content '\(String(decoding: content, as: UTF8.self))' stands twice"
        )
      }
      var matching = AddedToken.Matching()
      matching.isSingleWord = try value.flag("single_word", at: place)
      matching.stripsLeft = try value.flag("lstrip", at: place)
      matching.stripsRight = try value.flag("rstrip", at: place)
      let isSpecial = try value.flag("special", at: place)
      matching.isNormalized = try value.flag("normalized", at: place, default: !isSpecial)
      return AddedToken(id: TokenID(id), content: content, isSpecial: isSpecial, matching: matching)
    }
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

  private mutating func model(
    isByteLevel: Bool,
    added: [AddedToken]
  ) throws -> any TokenizerFileModel {
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
    let reader = try VocabularyReader(model["vocab"], isByteLevel: isByteLevel, added: added)
    if let pruning = file["bpedrop"] {
      guard type == "BPE", isByteLevel, try reader.unknown(model) == nil,
        try !model.flag("ignore_merges", at: "model")
      else {
        throw InvalidData(
          place: "bpedrop",
          "it takes byte-level BPE without an unknown token and ignore_merges"
        )
      }
      try checkBPESettings(model)
      let merges = model["merges"] ?? .array([])
      return try PruningReader(pruning).model(reader, merges: merges)
    }
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
        return bpe
      } catch let error as BPEModel.InvalidModel {
        throw InvalidData(place: "model", error.description)
      }
    case "BPE":
      let settings = try characterSettings(model, reader)
      let merges = try reader.merges(model["merges"] ?? .array([]), prefix: settings.prefix)
      if merges.isEmpty, settings.prefix.isEmpty, settings.suffix.isEmpty,
        !settings.fallsBackToBytes, !settings.fusesUnknown
      {
        return try reader.units(.character, model, added)
      }
      return try CharacterModel(
        vocabulary: reader.vocabulary,
        merges: merges,
        settings: settings
      )
    case "WordLevel":
      return try reader.units(.word, model, added)
    default:
      throw InvalidData(place: "model", "a 'type' was expected (BPE and WordLevel are supported)")
    }
  }

  /// The settings of a model over characters.
  private func characterSettings(
    _ model: JSONValue,
    _ reader: VocabularyReader
  ) throws -> CharacterModel.Settings {
    var settings = CharacterModel.Settings()
    settings.unknown = try reader.unknown(model)
    settings.fusesUnknown = try model.flag("fuse_unk", at: "model")
    settings.fallsBackToBytes = try model.flag("byte_fallback", at: "model")
    settings.ignoresMerges = try model.flag("ignore_merges", at: "model")
    settings.prefix = try affix("continuing_subword_prefix", of: model)
    settings.suffix = try affix("end_of_word_suffix", of: model)
    if settings.fallsBackToBytes, !settings.prefix.isEmpty || !settings.suffix.isEmpty {
      throw InvalidData(
        place: "model.byte_fallback",
        "byte fallback beside affixes is not supported"
      )
    }
    return settings
  }

  private func affix(_ key: String, of model: JSONValue) throws -> [UInt8] {
    switch model[key] ?? .null {
    case .null: return []
    case .string(let text): return text
    case let value:
      throw InvalidData(
        place: "model.\(key)",
        "found \(value.kind) where a string or null was expected"
      )
    }
  }

  private func checkBPESettings(_ model: JSONValue) throws {
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if try !affix(key, of: model).isEmpty {
        throw InvalidData(
          place: "model.\(key)",
          "affixes beside the byte alphabet are not supported; null was expected"
        )
      }
    }
    if try model.flag("byte_fallback", at: "model") {
      throw InvalidData(
        place: "model.byte_fallback",
        "byte fallback beside the byte alphabet is not supported; false was expected"
      )
    }
  }
}
