// The native file is Hugging Face's tokenizer.json, so what is learned here loads there. What that
// format has no name for (ICU's word breaks, NFKC_Casefold) is written under a name of our own.

public import Tokenization
import BytePairEncoding
import Files
import JSONText
import Noise
import PreTokenization
import UnicodeText

extension Tokenizer {
  /// The tokenizer as the text of a tokenizer.json.
  ///
  /// - Parameter legacyMerges: Merges as `"a b"`, for readers from before Hugging Face tokenizers
  ///   0.20, instead of `["a", "b"]`.
  /// - Returns: The UTF-8 of the file, with a line feed at the end.
  public func json(legacyMerges: Bool = false) -> [UInt8] {
    json(legacyMerges: legacyMerges, hasTables: true)
  }

  /// A number by which the tokenizer is known again: two of one number encode alike.
  ///
  /// Complexity: O(bytes of the tokens), some times as fast as ``json(legacyMerges:)``.
  public var digest: UInt64 {
    var digest = Digest(json(legacyMerges: false, hasTables: false))
    for id in 0..<vocabularySize {
      let bytes = bytes(of: TokenID(id))
      digest.add(UInt64(bytes.count))
      for byte in bytes { digest.add(UInt64(byte)) }
    }
    for merge in modelMerges {
      digest.add(UInt64(merge.left.rawValue) << 32 | UInt64(merge.right.rawValue))
      digest.add(UInt64(merge.product.rawValue))
    }
    if case .bpe(let model) = model { digest.add(model.merges.sharesRanks ? 1 : 0) }
    return digest.value
  }

  /// The same, or all but the vocabulary and the merges.
  private func json(legacyMerges: Bool, hasTables: Bool) -> [UInt8] {
    let members = [
      JSONMember("version", .text("1.0")),
      JSONMember("truncation", .null),
      JSONMember("padding", .null),
      JSONMember("added_tokens", .array(addedTokens.map(Self.addedTokenValue))),
      JSONMember("normalizer", normalizerValue),
      JSONMember("pre_tokenizer", preTokenizerValue),
      JSONMember("post_processor", postProcessorValue),
      JSONMember("decoder", decoderValue),
      JSONMember("model", modelValue(legacyMerges: legacyMerges, hasTables: hasTables)),
    ]
    var bytes: [UInt8] = []
    JSONValue.object(members + [pruningMember].compactMap { $0 }).write(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Writes a tokenizer.json: whole or not at all.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String, legacyMerges: Bool = false) throws {
    let file = try OutputFile(path)
    try file.write(json(legacyMerges: legacyMerges))
    try file.commit()
  }

  /// What other readers of the format will not know; nil where they will know everything.
  public var foreignParts: String? {
    var parts: [String] = []
    if normalizer.steps.contains(.nfkcCasefold) { parts.append("the normaliser nfkc-casefold") }
    if preTokenizer.stages.contains(.icuWords) { parts.append("the pre-tokeniser icu-words") }
    if case .pruned = model {
      parts.append("tokens that are made and split again (it refuses the file)")
    }
    if case .bpe(let model) = model, model.merges.sharesRanks {
      parts.append("merges that share a rank (they are written one after another)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  private static func addedTokenValue(_ token: AddedToken) -> JSONValue {
    .object([
      JSONMember("id", .number(Double(token.id.rawValue))),
      JSONMember("content", .string(token.content)),
      JSONMember("single_word", .bool(token.matching.isSingleWord)),
      JSONMember("lstrip", .bool(token.matching.stripsLeft)),
      JSONMember("rstrip", .bool(token.matching.stripsRight)),
      JSONMember("normalized", .bool(token.matching.isNormalized)),
      JSONMember("special", .bool(token.isSpecial)),
    ])
  }

  private var normalizerValue: JSONValue {
    JSONValue.sequence(
      "normalizers",
      normalizer.steps.map { JSONValue.typed(NormalizerNames.name(of: $0)) }
    )
  }

  private var isByteLevel: Bool {
    switch model {
    case .bpe, .pruned: true
    case .characters, .units: false
    }
  }

  private var preTokenizerValue: JSONValue {
    PreTokenizerValue(preTokenizer, isByteLevel: isByteLevel).value
  }

  private var postProcessorValue: JSONValue {
    guard let offsetTrimming else { return .null }
    return .byteLevel(addsPrefixSpace: offsetTrimming.keepsFirstSpace, usesRegex: true)
  }

  private var decoderValue: JSONValue {
    var values: [JSONValue] = []
    switch model {
    case .bpe, .pruned: values.append(.byteLevel(addsPrefixSpace: false, usesRegex: true))
    case .characters(let model): values += Self.decoders(of: model.settings)
    case .units: break
    }
    if let marking = preTokenizer.marking, marking.mark != " " {
      values.append(.metaspace(marking, splits: true))
    }
    // Without any decoder the peer puts spaces between tokens.
    switch model {
    case .characters where values.isEmpty: return .typed("Fuse")
    case .units(let model) where model.unit == .character: values.append(.typed("Fuse"))
    default: break
    }
    return .sequence("decoders", values)
  }

  private static func decoders(of settings: CharacterModel.Settings) -> [JSONValue] {
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

  private var modelMerges: [Merge] {
    if case .pruned(let model) = model { model.merges } else { merges }
  }

  private func modelValue(legacyMerges: Bool, hasTables: Bool) -> JSONValue {
    let merges = hasTables ? modelMerges : []
    let entries = (0..<(hasTables ? vocabularySize : 0)).map { TokenID($0) }
      .filter { vocabulary.contains($0) || !bytes(of: $0).isEmpty }
      .map { JSONMember(piece(of: $0), .number(Double($0.rawValue))) }
    let vocabularyMember = JSONMember("vocab", .object(entries))
    switch model {
    case .units(let model) where model.unit == .word:
      return JSONValue.typed(
        "WordLevel",
        [vocabularyMember, JSONMember("unk_token", .text(model.unknown.map(piece) ?? ""))]
      )
    case .units(let model):
      var settings = CharacterModel.Settings()
      settings.unknown = model.unknown
      return bpeValue(settings, vocabularyMember, [], legacyMerges: legacyMerges)
    case .characters(let model):
      return bpeValue(model.settings, vocabularyMember, merges, legacyMerges: legacyMerges)
    case .pruned:
      let settings = CharacterModel.Settings()
      return bpeValue(settings, vocabularyMember, merges, legacyMerges: legacyMerges)
    case .bpe(let model):
      var settings = CharacterModel.Settings()
      settings.unknown = model.unknown
      settings.ignoresMerges = model.ignoresMerges
      return bpeValue(settings, vocabularyMember, merges, legacyMerges: legacyMerges)
    }
  }

  private func bpeValue(
    _ settings: CharacterModel.Settings,
    _ vocabulary: JSONMember,
    _ merges: [Merge],
    legacyMerges: Bool
  ) -> JSONValue {
    let rules = merges.map { merge in
      let parts = [pieceInMerges(merge.left), pieceInMerges(merge.right)]
      return legacyMerges
        ? JSONValue.text(parts.joined(separator: " ")) : .array(parts.map { .text($0) })
    }
    return .typed(
      "BPE",
      [
        JSONMember("dropout", .null),
        JSONMember("unk_token", settings.unknown.map { .text(piece(of: $0)) } ?? .null),
        JSONMember("continuing_subword_prefix", Self.textOrNull(settings.prefix)),
        JSONMember("end_of_word_suffix", Self.textOrNull(settings.suffix)),
        JSONMember("fuse_unk", .bool(settings.fusesUnknown)),
        JSONMember("byte_fallback", .bool(settings.fallsBackToBytes)),
        JSONMember("ignore_merges", .bool(settings.ignoresMerges)),
        vocabulary,
        JSONMember("merges", .array(rules)),
      ]
    )
  }

  private static func textOrNull(_ text: [UInt8]) -> JSONValue {
    text.isEmpty ? .null : .string(text)
  }
}

/// The names of normalisers in tokenizer.json.
enum NormalizerNames {
  static func name(of step: TextNormalizer.Step) -> String {
    switch step {
    case .nfc: "NFC"
    case .nfd: "NFD"
    case .nfkc: "NFKC"
    case .nfkd: "NFKD"
    case .nfkcCasefold: "NFKCCasefold"
    case .lowercase: "Lowercase"
    case .stripAccents: "StripAccents"
    }
  }

  static func step(named name: String) -> TextNormalizer.Step? {
    TextNormalizer.Step.allCases.first { self.name(of: $0) == name }
  }
}
