import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Files
import Tokenization

/// Where tokens come from.
enum StreamInput: String, CaseIterable, ExpressibleByArgument {
  case text, npy, llmc, nanogpt, megatron

  var tokenFormat: TokenFormat? { TokenFormat(rawValue: rawValue) }
}

/// The data and the recipe of batches.
struct BatchSourceOptions: ParsableArguments {
  @Option(
    name: .customLong("recipe"),
    help: ArgumentHelp("The settings of batches; without it the defaults.", valueName: "file"),
    completion: .file(extensions: ["json"])
  )
  var recipePath: String?

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("What the files are: text, or tokens of a format.", valueName: "format")
  )
  var source: StreamInput = .text

  @OptionGroup var input: InputOptions

  /// Token files of at most so many bytes in all are held in memory, which takes some hundredths of a second.
  private static let heldBytes = 1 << 26

  func validate() throws {
    if source != .text && (input.files.isEmpty || input.files.contains("-")) {
      throw ValidationError("--from \(source.rawValue) needs files, not standard input.")
    }
  }

  /// The recipe of the file, or that of defaults.
  func recipe() throws -> CollationRecipe {
    try recipePath.map { try CollationRecipe(contentsOf: $0) } ?? CollationRecipe()
  }

  private func documents(_ fields: DocumentFields?) throws -> DocumentStore {
    guard let fields else {
      return try DocumentStore(input.reader(lineFeed: .drop), isStrict: input.strict)
    }
    if input.document == .file {
      throw InvalidData("'fields' are of lines of JSON: --document file has no lines")
    }
    return try DocumentStore(
      input.reader(lineFeed: .drop),
      fields: fields,
      isStrict: input.strict
    )
  }

  /// The batches of the files.
  func batches(
    _ recipe: CollationRecipe,
    _ tokenizer: Tokenizer,
    seed: UInt64,
    threads: Int
  ) throws -> BatchStream {
    let collator = try recipe.collator(for: tokenizer)
    let separator = try recipe.separator(for: tokenizer)
    let fields = try recipe.fields()
    guard let format = source.tokenFormat else {
      return try BatchStream(
        try documents(fields),
        tokenizer: tokenizer,
        separator: separator,
        collator: collator,
        seed: seed,
        threads: threads
      )
    }
    if fields != nil {
      throw InvalidData("'fields' are of lines of JSON, not of \(format.rawValue) files")
    }
    if collator.rows == .grid {
      throw InvalidData("rows of the kind 'grid' are made of text, not of \(format.rawValue) files")
    }
    var shards = try input.files.map {
      try TokenShard($0, format: format, vocabularySize: tokenizer.vocabularySize)
    }
    if shards.reduce(0, { $0 + $1.byteCount }) <= Self.heldBytes {
      shards = try shards.map { try $0.inMemory() }
    }
    let table = TokenBytes.table(tokenizer, separator: separator)
    let tokens = TokenStream(shards, byteTable: table)
    let needsDocuments = collator.rows == .documents || collator.rows == .packed
    if needsDocuments && tokens.documentStarts.isEmpty {
      throw InvalidData(
        "rows of the kind '\(collator.rows.rawValue)' need files that know their documents: megatron, or npy with "
          + ".offsets.npy"
      )
    }
    return BatchStream(tokens, collator: collator, seed: seed)
  }
}
