public import BytePairEncoding
public import Corpora
import Diagnostics
public import Tokenization

extension BatchStream {
  /// The batches of a stream of tokens.
  ///
  /// - Parameters:
  ///   - tokens: The data; its documents must be known for rows of documents.
  ///   - collator: Any kind of rows but `grid` and `concatenated`, and without noise on text.
  ///   - seed: The run's seed.
  public init(_ tokens: TokenStream, collator: Collator, seed: UInt64 = 0) {
    collator.checkSizes()
    let source: any RowSource =
      switch collator.rows {
      case .windows, .contiguous: WindowRows(tokens)
      case .documents:
        if let budget = collator.tokenBudget {
          BucketRows(tokens, collator, budget: budget)
        } else {
          DocumentRows(tokens, collator)
        }
      case .packed: BestFitRows(tokens, collator)
      case .grid, .concatenated:
        preconditionFailure("rows of the kind \(collator.rows) are made of text, not of tokens")
      }
    self.init(source, collator: collator, seed: seed)
  }

  /// The batches of a text.
  ///
  /// - Parameters:
  ///   - store: The documents.
  ///   - tokenizer: What encodes them.
  ///   - separator: A token put behind each document.
  ///   - collator: Any kind of rows.
  ///   - seed: The run's seed.
  ///   - threads: The threads that encode now; of no effect on the batches.
  ///   - index: For rows of the kind `grid` a file that keeps where they begin; nil for none.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long, or an index of
  ///   other rows; ``FileError``.
  public init(
    _ store: DocumentStore,
    tokenizer: Tokenizer,
    separator: TokenID?,
    collator: Collator,
    seed: UInt64 = 0,
    threads: Int = 1,
    index: String? = nil
  ) throws {
    precondition(index == nil || collator.rows == .grid, "only rows of the kind grid have an index")
    var collator = collator
    collator.separator = separator
    guard collator.isLive else {
      let tokens = try TokenStream(
        encoding: store,
        tokenizer: tokenizer,
        separator: separator,
        threads: threads
      )
      self.init(tokens, collator: collator, seed: seed)
      return
    }
    if collator.rows == .grid {
      let grid = try TextGrid(
        store,
        tokenizer: tokenizer,
        separator: separator,
        capacity: collator.gridCapacity,
        threads: threads,
        index: index
      )
      self.init(grid, collator: collator, seed: seed)
      return
    }
    let text = LiveText(store, tokenizer: tokenizer, separator: separator)
    let source: any RowSource =
      collator.rows == .concatenated
      ? ConcatenatedRows(
        ConcatenatedText(text, collator: collator, seed: seed, threads: threads)
      ) : LiveDocumentRows(text)
    self.init(source, collator: collator, seed: seed)
  }

  /// The batches of a text that has been cut into rows already.
  ///
  /// - Parameters:
  ///   - grid: The rows.
  ///   - collator: With rows of the kind `grid`; the grid has used its slack already.
  ///   - seed: The run's seed.
  public init(_ grid: TextGrid, collator: Collator, seed: UInt64 = 0) {
    precondition(collator.rows == .grid, "text gives rows of the kind grid, not \(collator.rows)")
    self.init(GridRows(grid), collator: collator, seed: seed)
  }

  /// The batches of several sources.
  ///
  /// - Parameters:
  ///   - sources: Their rows, in collators that are all the same, but not of the kind `contiguous`
  ///     or `concatenated`, of a budget of tokens, or shifted; at least one row in all. The seeds
  ///     of these streams are of no effect.
  ///   - shares: How often each is seen in an epoch: repeats for all of them, or weights, above 0.
  ///   - seed: The run's seed.
  /// - Throws: ``InvalidData`` with the number of a source that has no row but should be seen.
  public init(mixing sources: [BatchStream], _ shares: [SourceShare], seed: UInt64 = 0) throws {
    precondition(
      !sources.isEmpty && sources.count == shares.count,
      "\(sources.count) sources have \(shares.count) shares"
    )
    let collator = sources[0].collator
    precondition(
      collator.rows != .contiguous && collator.rows != .concatenated
        && collator.tokenBudget == nil && !collator.shiftsWindows,
      "the rows of a mixture must have numbers of their own"
    )
    // The rows of an epoch, which are the same in each.
    let counts = sources.map { $0.plan(epoch: 0).sampleCount }
    var document = 0
    var parts: [SourceMixture.Part] = []
    for (number, count) in SourceMixture.samples(of: counts, shares).enumerated() {
      if counts[number] == 0 && count > 0 {
        throw InvalidData("source \(number + 1) does not give a single row")
      }
      parts.append(
        SourceMixture.Part(
          source: sources[number].source,
          seed: SourceMixture.seed(seed, source: number),
          count: counts[number],
          share: count,
          firstDocument: document
        )
      )
      document += sources[number].source.documentCount
    }
    self.init(MixtureRows(SourceMixture(parts)), collator: collator, seed: seed)
  }
}
