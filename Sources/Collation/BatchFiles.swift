// Procedure: text is read, encoded and cut into rows; token files are mapped, or held in memory where
//   they are small. The recipe's own sources, where it has some, stand in place of the files.
// Complexity: O(size) for text; O(files) for token files.
// Determinism: the batches are a function of what the files hold, the recipe, the tokenizer and the
//   seed, for any number of threads.

import BytePairEncoding
public import Corpora
import Diagnostics
import Files
public import Tokenization

/// What the files of a data source hold.
public enum DataFormat: String, CaseIterable, Sendable {
  /// Text, or lines of JSON with text in their fields.
  case text
  /// Tokens in the format of ``TokenFormat`` of the same name.
  case npy, llmc, nanogpt, megatron

  fileprivate var tokenFormat: TokenFormat? { TokenFormat(rawValue: rawValue) }
}

/// The files that batches are made of.
public struct BatchFiles: Hashable, Sendable {
  /// Files, folders or patterns, in order; `-` or none at all is standard input.
  public var paths: [String]
  /// What they hold.
  public var format = DataFormat.text
  /// What is one document of a text.
  public var unit = DocumentUnit.line
  /// Whether text that is not UTF-8 is refused.
  public var isStrict = false
  /// The most bytes that one document may have.
  public var largestDocument = DocumentReading().largestDocument
  /// Whether a byte order mark at the front of a file is left out.
  public var stripsMark = false
  /// The share of the documents of a text, the last ones, that batches leave out.
  ///
  /// A share of its lines where it has fewer than 20 documents; at most 4 MiB.
  public var heldOutShare = 0.0
  /// For rows of the kind `grid` a file that keeps where rows begin; nil for none.
  public var index: String?

  /// Files of text, a document on each line.
  ///
  /// - Parameter paths: In order.
  public init(_ paths: [String]) { self.paths = paths }

  /// The largest sum of token files, in bytes, that is held in memory; reading it takes hundredths
  /// of a second.
  private static let heldBytes = 1 << 26

  /// What the files hold, opened.
  public struct Opened: Sendable {
    /// The batches.
    public let stream: BatchStream
    /// The documents that they leave out; nil for none.
    public let heldOut: DocumentStore?

    /// Batches, and the documents that they leave out.
    public init(stream: BatchStream, heldOut: DocumentStore?) {
      (self.stream, self.heldOut) = (stream, heldOut)
    }
  }

  /// The batches of the files, or of the recipe's sources.
  ///
  /// - Parameters:
  ///   - recipe: The settings of batches.
  ///   - tokenizer: What encodes text, or encoded the token files.
  ///   - seed: The run's seed.
  ///   - threads: How many encode.
  ///   - note: Called with what a user should know of the data.
  /// - Returns: All batches of a run.
  /// - Throws: ``FileError``; ``InvalidData`` where files, recipe and tokenizer do not go together.
  public func batches(
    _ recipe: CollationRecipe,
    _ tokenizer: Tokenizer,
    seed: UInt64,
    threads: Int,
    note: @escaping @Sendable (DataWarning) -> Void = { _ in }
  ) throws -> BatchStream {
    try open(recipe, tokenizer, seed: seed, threads: threads, note: note).stream
  }

  /// Opens the files, or the recipe's sources, of which nothing is held out.
  ///
  /// - Parameters:
  ///   - recipe: The settings of batches.
  ///   - tokenizer: What encodes text, or encoded the token files.
  ///   - seed: The run's seed.
  ///   - threads: How many encode.
  ///   - note: Called with what a user should know of the data.
  /// - Returns: All batches of a run, and what they leave out.
  /// - Throws: ``FileError``; ``InvalidData`` where files, recipe and tokenizer do not go together.
  public func open(
    _ recipe: CollationRecipe,
    _ tokenizer: Tokenizer,
    seed: UInt64,
    threads: Int,
    note: @escaping @Sendable (DataWarning) -> Void = { _ in }
  ) throws -> Opened {
    let collator = try recipe.collator(for: tokenizer)
    if index != nil && collator.rows != .grid {
      throw InvalidData(
        "--index is for rows of the kind 'grid', but they are '\(collator.rows.rawValue)'"
      )
    }
    let context = Context(
      collator: collator,
      tokenizer: tokenizer,
      separator: try recipe.separator(for: tokenizer),
      seed: seed,
      threads: threads,
      needsSeparator: try collator.rows != .documents && recipe.lacksSeparator(for: tokenizer),
      note: note
    )
    guard let sources = try recipe.sources() else {
      return try open(context, recipe.fields())
    }
    if index != nil { throw InvalidData("--index is of one text, but the recipe has sources") }
    if !paths.isEmpty {
      throw InvalidData("the recipe has sources: files besides them would be of no effect")
    }
    let streams = try sources.map { source in
      var files = self
      files.paths = source.paths
      files.format = try source.format.map { try recipe.format($0) } ?? format
      files.heldOutShare = 0
      return try files.open(context, source.fields).stream
    }
    let mixture = try BatchStream(mixing: streams, sources.map(\.share), seed: seed)
    return Opened(stream: mixture, heldOut: nil)
  }

  /// What all sources of a recipe have in common.
  private struct Context {
    let collator: Collator
    let tokenizer: Tokenizer
    let separator: TokenID?
    let seed: UInt64
    let threads: Int
    /// Whether documents are joined that should have a separator between them.
    let needsSeparator: Bool
    let note: @Sendable (DataWarning) -> Void
  }

  /// Opens one source.
  private func open(_ context: Context, _ fields: DocumentFields?) throws -> Opened {
    guard let format = format.tokenFormat else {
      var documents = try documents(fields, note: context.note)
      if context.needsSeparator && documents.count > 1 { context.note(.joinedDocuments) }
      let heldOut = holdOut(of: &documents)
      let stream = try BatchStream(
        documents,
        tokenizer: context.tokenizer,
        separator: context.separator,
        collator: context.collator,
        seed: context.seed,
        threads: context.threads,
        index: index
      )
      return Opened(stream: stream, heldOut: heldOut)
    }
    if fields != nil {
      throw InvalidData("'fields' are of lines of JSON, not of \(format.rawValue) files")
    }
    let collator = context.collator
    if collator.isLive {
      let rows = collator.rows
      throw InvalidData(
        rows == .documents
          ? "BPE-dropout and typos are of text, not of \(format.rawValue) files"
          : "rows of the kind '\(rows.rawValue)' are made of text, not of \(format.rawValue) files"
      )
    }
    var shards = try FileNames.expanded(paths).map {
      try TokenShard($0, format: format, vocabularySize: context.tokenizer.vocabularySize)
    }
    let needsDocuments = collator.rows == .documents || collator.rows == .packed
    if needsDocuments && shards.contains(where: { $0.documentStarts == nil }) {
      throw InvalidData(
        "rows of the kind '\(collator.rows.rawValue)' need files that know their documents: "
          + "megatron, or npy with .offsets.npy"
      )
    }
    if shards.reduce(0, { $0 + $1.byteCount }) <= Self.heldBytes {
      shards = try shards.map { try $0.inMemory() }
    }
    let table = TokenBytes.table(context.tokenizer, separator: context.separator)
    let tokens = TokenStream(shards, byteTable: table)
    let stream = BatchStream(tokens, collator: collator, seed: context.seed)
    return Opened(stream: stream, heldOut: nil)
  }

  /// Reads the files as text.
  ///
  /// - Parameters:
  ///   - fields: What is read of each line of JSON; nil where the text is none.
  ///   - note: Called with what a user should know of the files.
  /// - Returns: The documents.
  /// - Throws: ``FileError``; ``InvalidData`` for text that is refused.
  public func documents(
    _ fields: DocumentFields? = nil,
    note: @escaping @Sendable (DataWarning) -> Void = { _ in }
  ) throws -> DocumentStore {
    let reader = try DocumentReader(
      paths: paths,
      unit: unit,
      lineFeed: .drop,
      reading: DocumentReading(
        largestDocument: largestDocument,
        stripsMark: stripsMark,
        noteMark: { note(.byteOrderMark(path: $0)) }
      )
    )
    guard let fields else { return try DocumentStore(reader, isStrict: isStrict) }
    if unit != .line {
      throw InvalidData("'fields' are of lines of JSON: --document \(unit.rawValue) has none")
    }
    return try DocumentStore(reader, fields: fields, isStrict: isStrict)
  }
}

extension CollationRecipe {
  /// The format of a source.
  fileprivate func format(_ name: String) throws -> DataFormat {
    if let format = DataFormat(rawValue: name) { return format }
    let names = DataFormat.allCases.map(\.rawValue).joined(separator: ", ")
    throw failure(.sources, "found '\(name)' where one of \(names) was expected")
  }
}
