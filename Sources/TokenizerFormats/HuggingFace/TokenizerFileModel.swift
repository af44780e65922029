import Tokenization
import BytePairEncoding
import JSONText
import UnicodeText

/// A word model that tokenizer.json can represent.
///
/// Writing a model that does not conform is an error, which gives its name.
protocol TokenizerFileModel: WordModel {
  /// The merges that the file lists, by rank.
  var fileMerges: [Merge] { get }

  /// The member "model".
  ///
  /// - Parameters:
  ///   - tokenizer: The model's.
  ///   - tables: Its vocabulary and merges.
  /// - Returns: An object with a "type".
  func section(of tokenizer: Tokenizer, _ tables: ModelTables) -> JSONValue

  /// The decoders of the file.
  ///
  /// - Parameter marks: The decoders that the pre-tokeniser needs.
  /// - Returns: The decoders in order; empty for a null decoder.
  func decoders(_ marks: [JSONValue]) -> [JSONValue]

  /// The spelling of a token in the merges.
  func pieceInMerges(_ id: TokenID, of tokenizer: Tokenizer) -> String

  /// Members that no other reader knows.
  var ownMembers: [JSONMember] { get }

  /// Parts that other readers do not know or interpret differently; nil if there are none.
  var foreignPart: String? { get }
}

/// The large parts of a model's section; both are empty for a digest.
struct ModelTables {
  var vocabulary = JSONValue.object([])
  var merges = JSONValue.array([])
}

extension TokenizerFileModel {
  /// The decoder section of a tokenizer without steps of its own.
  func decoderValue(_ marking: SpaceMarking?) -> JSONValue {
    var marks: [JSONValue] = []
    if let marking, marking.mark != " " { marks.append(.metaspace(marking, splits: true)) }
    return .sequence("decoders", decoders(marks))
  }

  var fileMerges: [Merge] { [] }
  func pieceInMerges(_ id: TokenID, of tokenizer: Tokenizer) -> String { tokenizer.piece(of: id) }
  var ownMembers: [JSONMember] { [] }
  var foreignPart: String? { nil }
}

extension BPEModel: TokenizerFileModel {
  var fileMerges: [Merge] { merges.merges }

  func section(of tokenizer: Tokenizer, _ tables: ModelTables) -> JSONValue {
    var settings = CharacterModel.Settings()
    settings.unknown = unknown
    settings.ignoresMerges = ignoresMerges
    return tables.bpe(settings, tokenizer)
  }

  func decoders(_ marks: [JSONValue]) -> [JSONValue] { [.byteLevelDecoder] + marks }

  var foreignPart: String? {
    merges.sharesRanks
      ? "merges that share a rank (they are written one after another)" : nil
  }
}

extension PrunedModel: TokenizerFileModel {
  var fileMerges: [Merge] { merges }

  func section(of tokenizer: Tokenizer, _ tables: ModelTables) -> JSONValue {
    tables.bpe(CharacterModel.Settings(), tokenizer)
  }

  func decoders(_ marks: [JSONValue]) -> [JSONValue] { [.byteLevelDecoder] + marks }

  var foreignPart: String? { "tokens that are made and split again (it refuses the file)" }
}

extension CharacterModel: TokenizerFileModel {
  var fileMerges: [Merge] { merges }

  var ownMembers: [JSONMember] { scores.map { [ScoreReader.member($0)] } ?? [] }

  var foreignPart: String? {
    scores == nil ? nil : "scores of pieces (merges of equal score are written one after another)"
  }

  func section(of tokenizer: Tokenizer, _ tables: ModelTables) -> JSONValue {
    tables.bpe(settings, tokenizer)
  }

  func decoders(_ marks: [JSONValue]) -> [JSONValue] {
    // Affixes are removed behind the byte level, whereas Hugging Face leaves them in the text.
    let values = (settings.isSpelled ? [.byteLevelDecoder] : []) + affixDecoders + marks
    // Without any decoder Hugging Face puts spaces between tokens.
    return values.isEmpty ? [.typed("Fuse")] : values
  }

  private var affixDecoders: [JSONValue] {
    let prefix = JSONMember("prefix", .string(settings.prefix))
    let pattern = JSONMember("pattern", .object([JSONMember("String", .string(settings.prefix))]))
    switch (settings.prefix.isEmpty, settings.suffix.isEmpty) {
    case (true, true): return settings.fallsBackToBytes ? [.typed("ByteFallback")] : []
    case (false, true):
      return [.typed("WordPiece", [prefix, JSONMember("cleanup", .bool(false))])]
    case (let hasNoPrefix, false):
      let suffix = JSONMember("suffix", .string(settings.suffix))
      let replacing = JSONValue.typed("Replace", [pattern, JSONMember("content", .text(""))])
      return [.typed("BPEDecoder", [suffix])] + (hasNoPrefix ? [] : [replacing])
    }
  }
}

extension UnitModel: TokenizerFileModel {
  func section(of tokenizer: Tokenizer, _ tables: ModelTables) -> JSONValue {
    guard unit == .word else {
      var settings = CharacterModel.Settings()
      settings.unknown = unknown
      return tables.bpe(settings, tokenizer)
    }
    let unknown = JSONValue.text(unknown.map { tokenizer.piece(of: $0) } ?? "")
    return .typed(
      "WordLevel",
      [JSONMember("vocab", tables.vocabulary), JSONMember("unk_token", unknown)]
    )
  }

  func decoders(_ marks: [JSONValue]) -> [JSONValue] {
    unit == .word ? marks : marks + [.typed("Fuse")]
  }
}

extension ModelTables {
  /// The section of a BPE model.
  fileprivate func bpe(_ settings: CharacterModel.Settings, _ tokenizer: Tokenizer) -> JSONValue {
    let unknown = settings.unknown.map { JSONValue.text(tokenizer.piece(of: $0)) }
    return .typed(
      "BPE",
      [
        JSONMember("dropout", .null),
        JSONMember("unk_token", unknown ?? .null),
        JSONMember("continuing_subword_prefix", Self.textOrNull(settings.prefix)),
        JSONMember("end_of_word_suffix", Self.textOrNull(settings.suffix)),
        JSONMember("fuse_unk", .bool(settings.fusesUnknown)),
        JSONMember("byte_fallback", .bool(settings.fallsBackToBytes)),
        JSONMember("ignore_merges", .bool(settings.ignoresMerges)),
        JSONMember("vocab", vocabulary),
        JSONMember("merges", merges),
      ]
    )
  }

  private static func textOrNull(_ text: [UInt8]) -> JSONValue {
    text.isEmpty ? .null : .string(text)
  }
}

extension JSONValue {
  fileprivate static var byteLevelDecoder: JSONValue {
    .byteLevel(addsPrefixSpace: false, usesRegex: true)
  }
}
