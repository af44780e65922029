// Source: protobuf's wire format (SentencePiece's sentencepiece_model.proto).

import PreTokenization
public import Tokenization

/// SentencePiece's models of type BPE, `.model`.
struct SentencePieceFormat: TokenizerFormat {
  var name: String { "sentencepiece" }
  var fileNames: [String] { ["tokenizer.model", "spiece.model"] }
  var isWritten: Bool { true }
  var leftOut: [String] {
    ["settings of training, which encoding does not use, and the denormaliser"]
  }

  /// Whether a file begins with a message of one string and its score: field 1 in field 1.
  func recognisesContents(of source: TokenizerSource) -> Bool {
    let bytes = source.bytes
    guard bytes.count > 4, bytes[0] == 0x0A, bytes[2] == 0x0A else { return false }
    let (message, piece) = (Int(bytes[1]), Int(bytes[3]))
    guard message < 0x80, piece + 2 <= message, bytes.count >= 2 + message else { return false }
    // The score is a 32-bit field 2; an entry without one has its type or its end there.
    return piece + 2 == message || [0x15, 0x18].contains(bytes[4 + piece])
  }

  func recognisesName(of source: TokenizerSource) -> Bool { source.name.contains(".model") }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try SentencePieceFile(source.bytes).tokenizer() }
  }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    WrittenTokenizer(files: [("tokenizer.model", try tokenizer.sentencePiece())])
  }
}

extension Tokenizer {
  /// Parses the bytes of a SentencePiece model of type BPE.
  ///
  /// - Throws: ``InvalidData``.
  public init(sentencePiece bytes: [UInt8]) throws {
    self = try SentencePieceFile(bytes).tokenizer()
  }
}
