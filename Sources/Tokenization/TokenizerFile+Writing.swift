// The native file is Hugging Face's tokenizer.json, so what is learned here loads there. What that
// format has no name for (ICU's word breaks, NFKC_Casefold) is written under a name of our own.

import BytePairEncoding
import Files
import JSONText
import PreTokenization
import UnicodeText

extension Tokenizer {
  /// The tokenizer as the text of a tokenizer.json.
  ///
  /// - Parameter legacyMerges: Merges as `"a b"`, for readers from before Hugging Face tokenizers
  ///   0.20, instead of `["a", "b"]`.
  /// - Returns: The UTF-8 of the file, with a line feed at the end.
  public func json(legacyMerges: Bool = false) -> [UInt8] {
    let file = JSONValue.object([
      JSONMember("version", .text("1.0")),
      JSONMember("truncation", .null),
      JSONMember("padding", .null),
      JSONMember("added_tokens", .array(addedTokens.map(Self.addedTokenValue))),
      JSONMember("normalizer", normalizerValue),
      JSONMember("pre_tokenizer", preTokenizerValue),
      JSONMember("post_processor", .null),
      JSONMember("decoder", decoderValue),
      JSONMember("model", modelValue(legacyMerges: legacyMerges)),
    ])
    var bytes: [UInt8] = []
    file.write(to: &bytes)
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
    if preTokenizer == .icuWords { parts.append("the pre-tokeniser icu-words") }
    return parts.isEmpty ? nil : parts.joined(separator: " and ")
  }

  private static func addedTokenValue(_ token: AddedToken) -> JSONValue {
    .object([
      JSONMember("id", .number(Double(token.id.rawValue))),
      JSONMember("content", .string(token.content)),
      JSONMember("single_word", .bool(false)),
      JSONMember("lstrip", .bool(false)),
      JSONMember("rstrip", .bool(false)),
      JSONMember("normalized", .bool(false)),
      JSONMember("special", .bool(token.isSpecial)),
    ])
  }

  private static func typed(_ type: String, _ members: [JSONMember] = []) -> JSONValue {
    .object([JSONMember("type", .text(type))] + members)
  }

  private static func sequence(_ name: String, _ values: [JSONValue]) -> JSONValue {
    switch values.count {
    case 0: .null
    case 1: values[0]
    default: typed("Sequence", [JSONMember(name, .array(values))])
    }
  }

  private var normalizerValue: JSONValue {
    Self.sequence("normalizers", normalizer.steps.map { Self.typed(NormalizerNames.name(of: $0)) })
  }

  private var preTokenizerValue: JSONValue {
    var values: [JSONValue] = []
    switch preTokenizer {
    case .gpt2, .none: break
    case .whitespace: values.append(Self.typed("Whitespace"))
    case .whitespaceSplit: values.append(Self.typed("WhitespaceSplit"))
    case .icuWords: values.append(Self.typed("ICUWordBreak"))
    }
    if case .bpe = model { values.append(Self.byteLevel(usesRegex: preTokenizer == .gpt2)) }
    return Self.sequence("pretokenizers", values)
  }

  private static func byteLevel(usesRegex: Bool) -> JSONValue {
    typed(
      "ByteLevel",
      [
        JSONMember("add_prefix_space", .bool(false)),
        JSONMember("trim_offsets", .bool(true)),
        JSONMember("use_regex", .bool(usesRegex)),
      ]
    )
  }

  private var decoderValue: JSONValue {
    switch model {
    case .bpe: Self.byteLevel(usesRegex: true)
    case .units(let model): model.unit == .character ? Self.typed("Fuse") : .null
    }
  }

  private func modelValue(legacyMerges: Bool) -> JSONValue {
    let entries = (0..<vocabularySize).map { TokenID($0) }
      .filter { vocabulary.contains($0) || !bytes(of: $0).isEmpty }
      .map { JSONMember(piece(of: $0), .number(Double($0.rawValue))) }
    let vocabularyMember = JSONMember("vocab", .object(entries))
    switch model {
    case .units(let model) where model.unit == .word:
      return Self.typed(
        "WordLevel",
        [vocabularyMember, JSONMember("unk_token", .text(model.unknown.map(piece) ?? ""))]
      )
    case .units(let model):
      return Self.bpeValue(
        unknown: model.unknown.map(piece),
        ignoresMerges: false,
        vocabularyMember,
        merges: []
      )
    case .bpe(let model):
      return Self.bpeValue(
        unknown: model.unknown.map(piece),
        ignoresMerges: model.ignoresMerges,
        vocabularyMember,
        merges: model.merges.merges.map { merge in
          let parts = [piece(of: merge.left), piece(of: merge.right)]
          return legacyMerges
            ? .text(parts.joined(separator: " ")) : .array(parts.map { .text($0) })
        }
      )
    }
  }

  private static func bpeValue(
    unknown: String?,
    ignoresMerges: Bool,
    _ vocabulary: JSONMember,
    merges: [JSONValue]
  ) -> JSONValue {
    typed(
      "BPE",
      [
        JSONMember("dropout", .null),
        JSONMember("unk_token", unknown.map { .text($0) } ?? .null),
        JSONMember("continuing_subword_prefix", .null),
        JSONMember("end_of_word_suffix", .null),
        JSONMember("fuse_unk", .bool(false)),
        JSONMember("byte_fallback", .bool(false)),
        JSONMember("ignore_merges", .bool(ignoresMerges)),
        vocabulary,
        JSONMember("merges", .array(merges)),
      ]
    )
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
