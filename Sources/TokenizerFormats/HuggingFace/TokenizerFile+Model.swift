// Source: Hugging Face tokenizers 0.23, `model` of tokenizer.json.
// Procedure: BPE behind ByteLevel is read as a model over bytes where that is the same: without
//   affixes and byte fallback, with merges inside the byte alphabet. Otherwise the words stay
//   spelled in the byte alphabet, and the model is one over its characters.

import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import Tokenization
import UnicodeText

/// The model of a file, and the pre-tokeniser that gives it its words.
struct ModelSection {
  let model: any TokenizerFileModel
  let preTokenizer: PreTokenizerValue
  /// Tokens that no text becomes, as the file spells them.
  var unreachable: [TokenID: [UInt8]] = [:]
}

extension TokenizerFileReader {
  private var section: JSONValue { file["model"] ?? .null }

  private var type: String {
    section["type"]?.text ?? (section["merges"] != nil ? "BPE" : "?")
  }

  /// Rejects models of other kinds, before any other complaint.
  func checkModelType() throws {
    if ["BPE", "WordLevel", "?"].contains(type) { return }
    throw InvalidData(
      place: "model",
      "the type '\(type)' is not supported (BPE and WordLevel are)"
    )
  }

  /// Reads the sections `pre_tokenizer` and `model`.
  mutating func modelSection(_ sections: FileSections) throws -> ModelSection {
    if let dropout = section["dropout"], dropout != .null {
      warnings.append("model.dropout is set in the file and not obeyed: use --dropout")
    }
    let section = try bestSection(sections)
    if type == "?" {
      throw InvalidData(place: "model", "a 'type' was expected (BPE and WordLevel are supported)")
    }
    return section
  }

  /// The model over bytes if it is the same, else the one over characters.
  private mutating func bestSection(_ sections: FileSections) throws -> ModelSection {
    let overBytes = try PreTokenizerValue(sections.preTokenizer, keepsBytes: true)
    if overBytes.isByteLevel, let model = try modelOverBytes(overBytes, sections.added) {
      return model
    }
    guard file["bpedrop"] == nil || file["bpedrop"]?["scores"] != nil else {
      throw InvalidData(
        place: "bpedrop",
        "it takes byte-level BPE without an unknown token and ignore_merges"
      )
    }
    return try modelOverCharacters(
      PreTokenizerValue(sections.preTokenizer, keepsBytes: false),
      sections
    )
  }

  // MARK: - Over bytes

  /// Nil if the words must stay spelled in the byte alphabet.
  private mutating func modelOverBytes(
    _ preTokenizer: PreTokenizerValue,
    _ added: [AddedToken]
  ) throws -> ModelSection? {
    let settings = try modelSettings()
    if !settings.prefix.isEmpty || !settings.suffix.isEmpty || settings.fallsBackToBytes {
      return nil
    }
    let reader = try VocabularyReader(section["vocab"], isByteLevel: true, added: added)
    let model: (any TokenizerFileModel)? =
      type == "WordLevel"
      ? try reader.units(.word, unknown(reader), added)
      : try file["bpedrop"].map { try pruned($0, reader) } ?? bytePairs(reader, settings)
    return model.map {
      ModelSection(model: $0, preTokenizer: preTokenizer, unreachable: reader.unreachable)
    }
  }

  private mutating func pruned(
    _ pruning: JSONValue,
    _ reader: VocabularyReader
  ) throws -> PrunedModel {
    guard type == "BPE", try unknown(reader) == nil,
      try !section.flag("ignore_merges", at: "model")
    else {
      throw InvalidData(
        place: "bpedrop",
        "it takes byte-level BPE without an unknown token and ignore_merges"
      )
    }
    do {
      return try PruningReader(pruning).model(reader, merges: section["merges"] ?? .array([]))
    } catch is VocabularyReader.UnreachableMerge {
      throw InvalidData(
        place: "model.merges",
        "a token has characters outside of the byte alphabet"
      )
    }
  }

  /// Nil if merges leave the byte alphabet, or unknown bytes are fused.
  private mutating func bytePairs(
    _ reader: VocabularyReader,
    _ settings: CharacterModel.Settings
  ) throws -> BPEModel? {
    let unknown = try unknown(reader)
    do {
      let model = try BPEModel(
        vocabulary: reader.vocabulary,
        merges: try reader.merges(section["merges"] ?? .array([])),
        unknown: unknown,
        ignoresMerges: settings.ignoresMerges
      )
      if unknown != nil, settings.fusesUnknown, !model.missingBytes.isEmpty { return nil }
      if !model.missingBytes.isEmpty && unknown == nil {
        warnings.append(
          "the vocabulary lacks \(model.missingBytes.count) of the 256 bytes and has no unknown "
            + "token: text with these bytes loses them"
        )
      }
      return model
    } catch is VocabularyReader.UnreachableMerge {
      return nil
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(place: "model", error.description)
    }
  }

  // MARK: - Over characters

  private mutating func modelOverCharacters(
    _ preTokenizer: PreTokenizerValue,
    _ sections: FileSections
  ) throws -> ModelSection {
    let added = sections.added
    let reader = try VocabularyReader(section["vocab"], isByteLevel: false, added: added)
    var settings = try modelSettings()
    settings.unknown = try unknown(reader)
    if type == "WordLevel" {
      let model = reader.units(.word, settings.unknown, added)
      return ModelSection(model: model, preTokenizer: preTokenizer)
    }
    settings.isSpelled = sections.isSpelled(by: preTokenizer.preTokenizer)
    let listed = section["merges"] ?? .array([])
    if let own = file["bpedrop"] {
      let model = try ScoreReader(own).model(
        reader,
        settings: settings,
        frozen: Set(added.map(\.id)),
        merges: listed
      )
      return ModelSection(model: model, preTokenizer: preTokenizer)
    }
    let merges = try reader.merges(listed, prefix: settings.prefix)
    var plain = CharacterModel.Settings()
    plain.unknown = settings.unknown
    let model: any TokenizerFileModel =
      merges.isEmpty && settings == plain
      ? reader.units(.character, settings.unknown, added)
      : try CharacterModel(vocabulary: reader.vocabulary, merges: merges, settings: settings)
    return ModelSection(model: model, preTokenizer: preTokenizer)
  }

  // MARK: - Settings

  /// The settings of BPE but the unknown token.
  func modelSettings() throws -> CharacterModel.Settings {
    var settings = CharacterModel.Settings()
    settings.fusesUnknown = try section.flag("fuse_unk", at: "model")
    settings.fallsBackToBytes = try section.flag("byte_fallback", at: "model")
    settings.ignoresMerges = try section.flag("ignore_merges", at: "model")
    settings.prefix = try affix("continuing_subword_prefix")
    settings.suffix = try affix("end_of_word_suffix")
    return settings
  }

  private func affix(_ key: String) throws -> [UInt8] {
    switch section[key] ?? .null {
    case .null: return []
    case .string(let text): return text
    case let value:
      throw InvalidData(
        place: "model.\(key)",
        "found \(value.kind) where a string or null was expected"
      )
    }
  }

  /// The unknown token; nil if there is none, or it is not in the vocabulary.
  private mutating func unknown(_ reader: VocabularyReader) throws -> TokenID? {
    let value = section["unk_token"] ?? .null
    if value == .null || value == .string([]) { return nil }
    guard case .string(let token) = value else {
      throw InvalidData(
        place: "model.unk_token",
        "found \(value.kind) where a string or null was expected"
      )
    }
    if let id = reader.id(ofSpelling: token) { return id }
    let warning =
      "model.unk_token '\(String(decoding: token, as: UTF8.self))' is not in the vocabulary: "
      + "characters without a token are left out"
    if !warnings.contains(warning) { warnings.append(warning) }
    return nil
  }
}
