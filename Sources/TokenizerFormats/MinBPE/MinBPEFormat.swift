import PreTokenization
import Tokenization

/// minbpe's `.model` files.
struct MinBPEFormat: TokenizerFormat {
  var name: String { "minbpe" }
  var fileNames: [String] { [] }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    source.bytes.starts(with: MinBPEFile.firstLine)
  }

  func recognisesName(of source: TokenizerSource) -> Bool { false }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try MinBPEFile(source.bytes).tokenizer() }
  }
}
