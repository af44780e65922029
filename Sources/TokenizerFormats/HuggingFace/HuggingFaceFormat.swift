import JSONText
import PreTokenization
public import Tokenization

/// Hugging Face's tokenizer.json, which is also the native format.
struct HuggingFaceFormat: TokenizerFormat {
  var name: String { "tokenizer.json" }
  var fileNames: [String] { ["tokenizer.json"] }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    // A vocabulary may have the token "model", too.
    source.firstByte == UInt8(ascii: "{") && (try? source.json())?["model"]?["vocab"] != nil
  }

  func recognisesName(of source: TokenizerSource) -> Bool {
    source.name.hasSuffix("tokenizer.json")
  }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    let value = try source.json()
    return try source.named {
      var reader = TokenizerFileReader(file: value)
      return try reader.tokenizer()
    }
  }

  var isWritten: Bool { true }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    var written = WrittenTokenizer(files: [("tokenizer.json", try tokenizer.json())])
    if let parts = tokenizer.foreignParts {
      written.losses.append("other readers of tokenizer.json do not know \(parts)")
    }
    return written
  }
}

extension Tokenizer {
  /// Parses the text of a tokenizer.json.
  ///
  /// - Throws: ``InvalidData``.
  public init(json: [UInt8]) throws {
    var reader = TokenizerFileReader(
      file: try JSONParser.parse(json, tables: TokenizerSource.tables)
    )
    self = try reader.tokenizer()
  }
}
