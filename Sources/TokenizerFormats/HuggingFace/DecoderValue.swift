// Source: Hugging Face tokenizers 0.23, `decoder` of tokenizer.json.
// Procedure: the steps of a file apply, unless they equal those of the model and the pre-tokeniser;
//   then tokens are decoded without steps, which keeps bytes that are not text.

import Diagnostics
import JSONText
import Tokenization
import UnicodeText

/// The decoder section of tokenizer.json.
enum DecoderValue {
  private static let place = "decoder"

  // MARK: - Reading

  /// The steps of a file; nil for those of the model and the pre-tokeniser.
  ///
  /// - Parameters:
  ///   - value: The section.
  ///   - own: The section that would be written for the model and the pre-tokeniser.
  ///   - isByteLevel: Whether tokens are spelled in the byte alphabet.
  /// - Returns: The steps.
  /// - Throws: ``InvalidData`` for anything unsupported.
  static func read(
    _ value: JSONValue,
    own: JSONValue,
    isByteLevel: Bool
  ) throws -> [DecodingStep]? {
    if value == .null && isByteLevel { return nil }
    let steps = try topSteps(of: value)
    // Steps determine the marks and prefixes at the front of a text more precisely than a model does.
    let hasMarks = steps.contains {
      switch $0 {
      case .metaspace, .wordPiece: true
      default: false
      }
    }
    return try (isByteLevel || !hasMarks) && steps == topSteps(of: own) ? nil : steps
  }

  private static func topSteps(of value: JSONValue) throws -> [DecodingStep] {
    if value == .null { return [.join] }
    var steps = try self.steps(of: value, depth: 0)
    // Pieces are joined at the end anyway.
    while steps.last == .fuse { steps.removeLast() }
    return steps
  }

  private static func steps(of value: JSONValue, depth: Int) throws -> [DecodingStep] {
    switch value["type"]?.text ?? "?" {
    case "Sequence":
      guard case .array(let values)? = value["decoders"], depth < 16 else {
        throw InvalidData(place: place, "an array of 'decoders' was expected")
      }
      return try values.flatMap { try steps(of: $0, depth: depth + 1) }
    case "ByteLevel": return [.byteLevel]
    case "ByteFallback": return [.byteFallback]
    case "Fuse": return [.fuse]
    case "Replace":
      let (pattern, content) = try value.replacement(at: place)
      return [.replace(pattern, with: content)]
    case "Strip":
      guard let content = value["content"]?.text, content.unicodeScalars.count == 1,
        let character = content.first, let start = value["start"]?.integer(below: 1 << 20),
        let stop = value["stop"]?.integer(below: 1 << 20)
      else {
        throw InvalidData(
          place: place,
          "a 'content' of one character, a 'start' and a 'stop' were expected"
        )
      }
      return [.strip(character, start: start, stop: stop)]
    case "Metaspace":
      return [.metaspace(try SpaceMarking(metaspace: value, at: place))]
    case "WordPiece":
      let cleansUp = try value.flag("cleanup", at: place, default: true)
      return [.wordPiece(prefix: try text("prefix", "##", of: value), cleansUp: cleansUp)]
    case "CTC":
      return [
        .ctc(
          padding: try text("pad_token", "<pad>", of: value),
          wordDelimiter: try text("word_delimiter_token", "|", of: value),
          cleansUp: try value.flag("cleanup", at: place, default: true)
        )
      ]
    case "SentencePiece": return [.sentencePiece(try sentencePiece(value))]
    case "BPEDecoder": return [.suffix(try text("suffix", "</w>", of: value))]
    case let type:
      throw InvalidData(
        place: place,
        "the type '\(type)' is not supported (ByteLevel, Replace, ByteFallback, Fuse, Strip, "
          + "Metaspace, WordPiece, CTC, BPEDecoder, SentencePiece and a Sequence of them are)"
      )
    }
  }

  private static func text(_ key: String, _ fallback: String, of value: JSONValue) throws -> String
  {
    switch value[key] ?? .null {
    case .null: return fallback
    case .string(let bytes): return String(decoding: bytes, as: UTF8.self)
    case let value:
      throw InvalidData(
        place: "\(place).\(key)",
        "found \(value.kind) where a string was expected"
      )
    }
  }

  // MARK: - Writing

  /// The section for some steps.
  static func value(of steps: [DecodingStep]) -> JSONValue {
    if steps == [.join] { return .null }
    // Without steps pieces are joined, whereas null would put spaces between them.
    return steps.isEmpty ? .typed("Fuse") : .sequence("decoders", steps.map(value))
  }

  private static func value(of step: DecodingStep) -> JSONValue {
    switch step {
    case .replace(let pattern, let content): return .replacement(pattern, content)
    case .byteFallback: return .typed("ByteFallback")
    case .fuse: return .typed("Fuse")
    case .join: return .null
    case .strip(let character, let start, let stop):
      return .typed(
        "Strip",
        [
          JSONMember("content", .text(String(character))),
          JSONMember("start", .number(Double(start))), JSONMember("stop", .number(Double(stop))),
        ]
      )
    case .metaspace(let marking): return .metaspace(marking, splits: true)
    case .byteLevel: return .byteLevel(addsPrefixSpace: false, usesRegex: true)
    case .wordPiece(let prefix, let cleansUp):
      return .typed(
        "WordPiece",
        [JSONMember("prefix", .text(prefix)), JSONMember("cleanup", .bool(cleansUp))]
      )
    case .ctc(let padding, let delimiter, let cleansUp):
      return .typed(
        "CTC",
        [
          JSONMember("pad_token", .text(padding)),
          JSONMember("word_delimiter_token", .text(delimiter)),
          JSONMember("cleanup", .bool(cleansUp)),
        ]
      )
    case .sentencePiece(let decoding): return value(of: decoding)
    case .suffix(let suffix): return .typed("BPEDecoder", [JSONMember("suffix", .text(suffix))])
    }
  }
}
