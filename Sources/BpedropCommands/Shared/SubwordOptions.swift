import ArgumentParser
import Corpora
import Tokenization
import TokenizerFormats

/// What subword-nmt's apply-bpe takes beside its codes, under the same names.
struct SubwordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      With --format pieces: the mark of pieces that do not end a word, such as @@; all pieces are \
      then cut out of the text.
      """,
      valueName: "text"
    )
  )
  var separator: String?

  @Option(
    help: ArgumentHelp(
      """
      With codes of subword-nmt or fastBPE: split pieces that are not in this file, which has a \
      piece and its frequency in each line. Its lines number the ids, from 1.
      """,
      valueName: "file"
    ),
    completion: .file()
  )
  var vocabulary: String?

  @Option(help: ArgumentHelp("Split pieces that are less frequent.", valueName: "count"))
  var vocabularyThreshold: Int?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "With codes of subword-nmt or fastBPE: texts or regular expressions that are never split.",
      valueName: "text"
    ),
    transform: Glossary.init
  )
  var glossaries: [Glossary] = []

  func validate(for format: TokenFormat) throws {
    if separator != nil && format != .pieces {
      throw ValidationError("--separator needs --format pieces.")
    }
    if separator?.isEmpty == true { throw ValidationError("--separator must not be empty.") }
    if vocabularyThreshold != nil && vocabulary == nil {
      throw ValidationError("--vocabulary-threshold needs --vocabulary.")
    }
  }

  /// The tokenizer with its vocabulary restricted, if it is.
  func apply(to tokenizer: Tokenizer) throws -> Tokenizer {
    guard vocabulary != nil || !glossaries.isEmpty else { return tokenizer }
    let pieces = try vocabulary.map {
      try SubwordVocabulary(contentsOf: $0, threshold: vocabularyThreshold)
    }
    return try tokenizer.restricted(to: pieces, glossaries: glossaries)
  }
}
