import PreTokenization
import Tokenization

/// GPT-2's two files, under the names of OpenAI or Hugging Face.
struct GPT2Format: TokenizerFormat {
  private static let vocabularyNames = ["vocab.json", "encoder.json"]
  private static let mergesNames = ["merges.txt", "vocab.bpe"]

  var name: String { "vocab.json" }
  var fileNames: [String] { Self.mergesNames }

  func recognisesContents(of source: TokenizerSource) -> Bool {
    source.bytes.starts(with: "#version".utf8)
  }

  func recognisesName(of source: TokenizerSource) -> Bool {
    isMerges(source) || Self.vocabularyNames.contains { source.name.hasSuffix($0) }
  }

  /// Whether a file is the merges of a pair of files, whatever its symbols are.
  static func isMergesBesideVocabulary(_ source: TokenizerSource) -> Bool {
    mergesNames.contains { source.name.hasSuffix($0) } && source.hasSibling(named: vocabularyNames)
  }

  private func isMerges(_ source: TokenizerSource) -> Bool {
    source.name.hasSuffix("merges.txt") || source.name.hasSuffix(".bpe")
      || recognisesContents(of: source)
  }

  func read(_ source: TokenizerSource, preTokenizer: PreTokenizer?) throws -> Tokenizer {
    let isMerges = isMerges(source)
    let other = try source.sibling(named: isMerges ? Self.vocabularyNames : Self.mergesNames)
    let (vocabulary, merges) = isMerges ? (other, source) : (source, other)
    let value = try vocabulary.json()
    let files = try vocabulary.named { try GPT2Files(vocabulary: value) }
    return try merges.named { try files.tokenizer(merges: merges.bytes) }
  }

  var isWritten: Bool { true }

  func write(_ tokenizer: Tokenizer) throws -> WrittenTokenizer {
    let files = try GPT2FileWriter(tokenizer)
    return WrittenTokenizer(
      files: [("vocab.json", files.vocabulary), ("merges.txt", files.merges)]
    )
  }
}
