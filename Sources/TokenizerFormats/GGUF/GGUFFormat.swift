import PreTokenization
import Tokenization

/// The tokenizer of a GGUF model, of which the metadata alone is read.
struct GGUFFormat: TokenizerFormat {
  var name: String { "gguf" }
  var fileNames: [String] { [] }
  var takesPreTokenizer: Bool { true }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    source.bytes.starts(with: GGUFMetadata.signature)
  }

  func recognisesName(of source: TokenizerSource) -> Bool { false }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try GGUFTokenizer(source.bytes).tokenizer(preTokenizer) }
  }
}
