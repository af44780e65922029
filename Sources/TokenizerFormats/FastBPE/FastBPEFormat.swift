import PreTokenization
import Tokenization

/// fastBPE's codes: a merge and its count in each line.
struct FastBPEFormat: TokenizerFormat {
  var name: String { "fastbpe" }
  var fileNames: [String] { [] }
  var isWritten: Bool { true }
  var leftOut: [String] { ["the counts of the merges, which encoding does not use"] }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    CodesShape(source.bytes).fieldCount == 3
  }

  func recognisesName(of source: TokenizerSource) -> Bool { false }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named { try SubwordCodes(source.bytes, hasCounts: true).tokenizer(.fastBPE) }
  }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    WrittenTokenizer(files: [("codes", try SubwordCodes.lines(of: tokenizer, hasCounts: true))])
  }
}
