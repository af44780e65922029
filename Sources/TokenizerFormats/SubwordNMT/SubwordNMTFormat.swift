import PreTokenization
import Tokenization

/// subword-nmt's codes, versions 0.1 and 0.2.
struct SubwordNMTFormat: TokenizerFormat {
  var name: String { "subword-nmt" }
  var fileNames: [String] { [] }
  var isWritten: Bool { true }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    CodesShape(source.bytes).fieldCount == 2 && !GPT2Format.isMergesBesideVocabulary(source)
  }

  func recognisesName(of source: TokenizerSource) -> Bool { false }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    try source.named {
      try SubwordCodes(source.bytes, hasCounts: false).tokenizer(.subwordNMT)
    }
  }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    WrittenTokenizer(
      files: [("codes", try SubwordCodes.lines(of: tokenizer, hasCounts: false))]
    )
  }
}

/// What the first lines of a file of codes look like.
struct CodesShape {
  /// The number of fields of the first merge, if the second symbol of some merge ends with `</w>`;
  /// otherwise nil.
  let fieldCount: Int?

  /// - Parameter bytes: A file, of which only the beginning is looked at.
  init(_ bytes: [UInt8]) {
    let isCut = bytes.count > 1 << 16
    var lines = bytes.prefix(1 << 14).split(separator: 0x0A)
    if isCut { _ = lines.popLast() }
    if lines.first?.starts(with: "#version:".utf8) == true { lines.removeFirst() }
    let fields = lines.map(SubwordCodes.fields)
    let count = fields.first?.count ?? 0
    let hasEnding = fields.contains {
      $0.count == count && count > 1 && Array($0[1]).hasSuffix(SubwordCodes.ending)
    }
    fieldCount = hasEnding ? count : nil
  }
}
