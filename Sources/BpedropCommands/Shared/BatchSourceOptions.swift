import ArgumentParser
import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Files
import Tokenization
import TokenizerFormats

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

  @Option(
    name: .customLong("index"),
    help: ArgumentHelp(
      "Keep in this file where grid rows begin: the next run with the same data starts at once.",
      valueName: "file"
    ),
    completion: .file()
  )
  var indexPath: String?

  @OptionGroup var input: InputOptions

  func validate() throws {
    if source != .text && (input.files.isEmpty || input.files.contains("-")) {
      throw ValidationError("--from \(source.rawValue) needs files, not standard input.")
    }
  }

  /// The recipe of the file, or that of defaults.
  func recipe() throws -> CollationRecipe {
    try recipePath.map { try CollationRecipe(contentsOf: $0) } ?? CollationRecipe()
  }

  /// The batches of the files, or of the recipe's sources.
  func batches(
    _ recipe: CollationRecipe,
    _ tokenizer: Tokenizer,
    seed: UInt64,
    threads: Int
  ) throws -> BatchStream {
    let collator = try recipe.collator(for: tokenizer)
    if indexPath != nil && collator.rows != .grid {
      throw InvalidData(
        "--index is for rows of the kind 'grid', but they are '\(collator.rows.rawValue)'"
      )
    }
    let open = { (paths: [String], format: StreamInput, fields: DocumentFields?) in
      let files = SourceFiles(
        paths: paths,
        format: format,
        fields: fields,
        input: input,
        index: indexPath
      )
      return try files.batches(
        collator,
        tokenizer,
        separator: recipe.separator(for: tokenizer),
        seed: seed,
        threads: threads
      )
    }
    guard let sources = try recipe.sources() else {
      return try open(input.files, source, recipe.fields())
    }
    if indexPath != nil { throw InvalidData("--index is of one text, but the recipe has sources") }
    if !input.files.isEmpty {
      throw InvalidData("the recipe has sources: files besides them would be of no effect")
    }
    let streams = try sources.map { source in
      let name = source.format ?? self.source.rawValue
      guard let format = StreamInput(rawValue: name) else {
        let names = StreamInput.allCases.map(\.rawValue).joined(separator: ", ")
        throw InvalidData(
          path: recipePath,
          place: "sources",
          "found '\(name)' where one of \(names) was expected"
        )
      }
      return try open(source.paths, format, source.fields)
    }
    return try BatchStream(mixing: streams, sources.map(\.share), seed: seed)
  }
}

/// Files of one kind, on their way to batches.
private struct SourceFiles {
  let paths: [String]
  let format: StreamInput
  let fields: DocumentFields?
  let input: InputOptions
  let index: String?

  /// Token files of at most so many bytes in all are held in memory, which takes some hundredths of a second.
  private static let heldBytes = 1 << 26

  func batches(
    _ collator: Collator,
    _ tokenizer: Tokenizer,
    separator: TokenID?,
    seed: UInt64,
    threads: Int
  ) throws -> BatchStream {
    guard let format = format.tokenFormat else {
      return try BatchStream(
        documents(),
        tokenizer: tokenizer,
        separator: separator,
        collator: collator,
        seed: seed,
        threads: threads,
        index: index
      )
    }
    if fields != nil {
      throw InvalidData("'fields' are of lines of JSON, not of \(format.rawValue) files")
    }
    if collator.isLive {
      let rows = collator.rows
      throw InvalidData(
        rows == .documents
          ? "BPE-dropout and typos are of text, not of \(format.rawValue) files"
          : "rows of the kind '\(rows.rawValue)' are made of text, not of \(format.rawValue) files"
      )
    }
    var shards = try FileNames.expanded(paths).map {
      try TokenShard($0, format: format, vocabularySize: tokenizer.vocabularySize)
    }
    let needsDocuments = collator.rows == .documents || collator.rows == .packed
    if needsDocuments && shards.contains(where: { $0.documentStarts == nil }) {
      throw InvalidData(
        "rows of the kind '\(collator.rows.rawValue)' need files that know their documents: megatron, or npy with "
          + ".offsets.npy"
      )
    }
    if shards.reduce(0, { $0 + $1.byteCount }) <= Self.heldBytes {
      shards = try shards.map { try $0.inMemory() }
    }
    let table = TokenBytes.table(tokenizer, separator: separator)
    return BatchStream(TokenStream(shards, byteTable: table), collator: collator, seed: seed)
  }

  private func documents() throws -> DocumentStore {
    let reader = try DocumentReader(
      paths: FileNames.expanded(paths),
      unit: input.document,
      lineFeed: .drop,
      reading: input.reading
    )
    guard let fields else { return try DocumentStore(reader, isStrict: input.strict) }
    if input.document != .line {
      throw InvalidData(
        "'fields' are of lines of JSON: --document \(input.document.rawValue) has none"
      )
    }
    return try DocumentStore(reader, fields: fields, isStrict: input.strict)
  }
}
