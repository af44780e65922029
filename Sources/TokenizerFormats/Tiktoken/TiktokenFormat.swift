import PreTokenization
import Tokenization

/// The ranks of tiktoken, `.tiktoken`.
struct TiktokenFormat: TokenizerFormat {
  var name: String { "tiktoken" }
  var fileNames: [String] { [] }
  var takesPreTokenizer: Bool { true }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    let lines = source.bytes.prefix(1 << 12).split(separator: 0x0A).prefix(2)
    return lines.count == 2 && lines.allSatisfy(TiktokenFile.isEntry)
  }

  func recognisesName(of source: TokenizerSource) -> Bool { source.name.hasSuffix(".tiktoken") }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named {
      try TiktokenFile(source.bytes).tokenizer(name: source.name, preTokenizer: preTokenizer)
    }
  }

  var isWritten: Bool { true }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    WrittenTokenizer(files: [("ranks.tiktoken", try TiktokenFileWriter.ranks(of: tokenizer))])
  }
}
