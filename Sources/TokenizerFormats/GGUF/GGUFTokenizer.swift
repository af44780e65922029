// Source: ggml's docs/gguf.md (keys `tokenizer.ggml.*`) and llama.cpp (src/llama-vocab.cpp, the names
//   of pre-tokenisers).
// Procedure: the keys of a byte-level model say what a tokenizer.json says, so they are put into its
//   form and read as such.
// Complexity: O(size of the metadata).

import BytePairEncoding
import Diagnostics
import JSONText
import PreTokenization
import Tokenization
import UnicodeText

/// The tokenizer in the metadata of a GGUF file.
struct GGUFTokenizer {
  private let metadata: GGUFMetadata

  /// - Throws: ``InvalidData`` with the byte.
  init(_ bytes: [UInt8]) throws { metadata = try GGUFMetadata(bytes) }

  /// - Parameter preTokenizer: How text is cut; nil if the file's name for it is known.
  /// - Returns: The tokenizer.
  /// - Throws: ``InvalidData`` with the key.
  func tokenizer(_ preTokenizer: PreTokenizer?) throws -> Tokenizer {
    let kind = try text("model")
    if kind == "llama" { return try pieces().tokenizer() }
    guard kind == "gpt2" else {
      throw InvalidData(
        place: "tokenizer.ggml.model",
        "the model '\(kind)' is not supported ('gpt2' and 'llama' are)"
      )
    }
    let name = (try? text("pre")) ?? "default"
    guard let cut = preTokenizer ?? GGUFPreTokenizers.named(name) else {
      throw InvalidData(
        place: "tokenizer.ggml.pre",
        "the pre-tokeniser '\(name)' is not known: name the pattern that cuts text into words, "
          + "--pattern llama3 for example"
      )
    }
    let tokens = try texts("tokens")
    let model = JSONValue.typed(
      "BPE",
      [
        JSONMember(
          "vocab",
          .object(
            tokens.enumerated().map {
              JSONMember(key: Array($1), value: .number(Double($0)))
            }
          )
        ),
        JSONMember("merges", .array(try texts("merges").map { .string(Array($0)) })),
        JSONMember("ignore_merges", .bool(GGUFPreTokenizers.ignoresMerges(name))),
      ]
    )
    var reader = TokenizerFileReader(
      file: .object([
        JSONMember("added_tokens", .array(try added(tokens))),
        JSONMember("pre_tokenizer", PreTokenizerValue(cut, isByteLevel: true).value),
        JSONMember("model", model),
      ])
    )
    return try reader.tokenizer()
  }

  /// The model of SentencePiece that `llama` stands for, whose text is not normalised but for its
  /// spaces.
  private func pieces() throws -> SentencePieceFile {
    let tokens = try texts("tokens")
    guard case .floats(let scores)? = value("scores"), scores.count == tokens.count,
      case .numbers(let types)? = value("token_type"), types.count == tokens.count
    else {
      throw InvalidData(
        place: Self.key + "scores",
        "a score and a type for each of the \(tokens.count) tokens were expected"
      )
    }
    var file = SentencePieceFile()
    file.normalization = .keepingSpaces
    file.normalization.addsSpace = flag("add_space_prefix", default: true)
    file.normalization.removesExtraSpaces = flag("remove_extra_whitespaces", default: false)
    if case .numbers(let map)? = value("precompiled_charsmap"), !map.isEmpty {
      let bytes = map.map { UInt8(truncatingIfNeeded: $0) }
      file.normalization.map = try CharacterMap(bytes)
    }
    file.pieces = try tokens.indices.map { id in
      guard let kind = SentencePieceFile.PieceKind(rawValue: UInt64(clamping: types[id])) else {
        throw InvalidData(place: Self.key + "token_type", "the type \(types[id]) is not known")
      }
      return SentencePieceFile.Piece(
        content: Array(tokens[id]),
        score: scores[id],
        kind: kind
      )
    }
    file.fallsBackToBytes = file.pieces.contains { $0.kind == .byte }
    return file
  }

  private func flag(_ name: String, default fallback: Bool) -> Bool {
    if case .number(let number)? = value(name) { number != 0 } else { fallback }
  }

  private static let key = "tokenizer.ggml."
  /// The types of tokens that are matched in text: control, the user's, and unused ones.
  private static let controlType = 3
  private static let addedTypes = [controlType, 4, 5]

  private func value(_ name: String) -> GGUFMetadata.Value? {
    metadata.values[Array((Self.key + name).utf8)]
  }

  private func text(_ name: String) throws -> String {
    guard case .text(let bytes)? = value(name) else {
      throw InvalidData(place: Self.key + name, "a string was expected")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func texts(_ name: String) throws -> [ArraySlice<UInt8>] {
    guard case .texts(let texts)? = value(name) else {
      throw InvalidData(place: Self.key + name, "an array of strings was expected")
    }
    return texts
  }

  private func added(_ tokens: [ArraySlice<UInt8>]) throws -> [JSONValue] {
    guard let value = value("token_type") else { return [] }
    guard case .numbers(let types) = value, types.count == tokens.count else {
      throw InvalidData(place: Self.key + "token_type", "a number for each token was expected")
    }
    return zip(tokens, types).enumerated().compactMap { id, entry in
      let (token, type) = entry
      guard Self.addedTypes.contains(type), !token.isEmpty else { return nil }
      return .object([
        JSONMember("id", .number(Double(id))), JSONMember("content", .string(Array(token))),
        JSONMember("special", .bool(type != 4)), JSONMember("normalized", .bool(false)),
      ])
    }
  }
}

/// llama.cpp's names of pre-tokenisers.
enum GGUFPreTokenizers {
  private static let names: [(names: [String], preTokenizer: PreTokenizer)] = [
    (
      [
        "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v1-en", "jina-v2-es", "jina-v2-de",
        "jina-v2-code", "roberta-bpe", "modern-bert", "mellum", "exaone4", "mpt", "olmo", "jais",
      ], .gpt2
    ),
    (["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "lfm2"], .llama3),
    (["dbrx", "smaug-bpe"], .llama3),
    (["qwen2", "deepseek-r1-qwen", "megrez", "stablelm2"], .qwen2),
    (["deepseek-v3"], .deepSeekV3), (["gpt-4o", "llama4"], .o200k),
    (
      ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone"],
      PreTokenizer(PreTokenizer.singleDigits.stages + [.gpt2])
    ),
  ]

  /// How text is cut; nil for a name that is not known.
  static func named(_ name: String) -> PreTokenizer? {
    names.first { $0.names.contains(name) }?.preTokenizer
  }

  /// Whether a word that is a token is taken whole.
  static func ignoresMerges(_ name: String) -> Bool { names[1].names.contains(name) }
}
