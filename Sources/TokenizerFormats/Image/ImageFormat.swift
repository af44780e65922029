import Files
import PreTokenization
import Tokenization

/// The compiled image: the tables that encoding uses, as they lie in memory.
struct ImageFormat: TokenizerFormat {
  var name: String { "bpedrop" }
  var fileNames: [String] { ["tokenizer.bpedrop"] }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    source.bytes.starts(with: ImageFile.signature)
  }

  func recognisesName(of source: TokenizerSource) -> Bool { source.name.hasSuffix(".bpedrop") }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try ImageReader(ImageFile(source.memory())).tokenizer() }
  }

  var isWritten: Bool { true }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    WrittenTokenizer(files: [("tokenizer.bpedrop", try ImageWriter.bytes(of: tokenizer))])
  }
}
