// Source: stateless addressing as in Grain's index_shuffle; the order is that of IndexPermutation.
// Procedure: row r of step s is sample s · batchSize + r; the sample's place in the epoch's order gives
//   the window, document or run of text, and its own number is the item of all noise on it.
// Complexity: O(1) for the address of a batch, O(rows · length) to make it.
// Determinism: a batch is a pure function of (data, collator, seed, epoch, step, rows asked for).
//   Sites: shuffle (order), windows (offset of the grid), segmentation, and those of the noise operations
//   and objectives.

public import BytePairEncoding
public import Corpora
import Diagnostics
public import Execution
import Noise
public import Tokenization

/// All batches of a run, each to be had directly: any step of any epoch, in any order, on any thread.
public struct BatchStream: Sendable {
  enum Source: Sendable {
    case tokens(TokenStream)
    /// Documents of a stream that have at least one position.
    case documents(TokenStream, numbers: [Int])
    case buckets(TokenStream, LengthBuckets)
    case packed(TokenStream, PackedRows)
    case text(TextGrid)
    case flow(ConcatenatedText)
    /// Documents of a text that have at least one byte.
    case live(LiveText, numbers: [Int])
    case mixture(SourceMixture)
  }

  /// How documents become batches.
  public let collator: Collator
  /// The run's seed.
  public let seed: UInt64
  let source: Source

  /// The batches of a stream of tokens.
  ///
  /// - Parameters:
  ///   - tokens: The data; its documents must be known for rows of documents.
  ///   - collator: Any kind of rows but `grid` and `pack`, and without noise on text.
  ///   - seed: The run's seed.
  public init(_ tokens: TokenStream, collator: Collator, seed: UInt64 = 0) {
    collator.checkSizes()
    self.collator = collator
    self.seed = seed
    switch collator.rows {
    case .windows, .contiguous:
      source = .tokens(tokens)
    case .documents:
      let starts = Self.knownStarts(of: tokens)
      let counts = zip(starts, starts.dropFirst()).map { collator.positions(ofTokens: $1 - $0) }
      if let budget = collator.tokenBudget {
        let buckets = LengthBuckets(
          counts.map { $0 == 0 ? 0 : collator.inputLength(ofPositions: $0) },
          budget: budget,
          multiple: collator.lengthMultiple,
          keepsPartial: collator.keepsPartialBatch
        )
        source = .buckets(tokens, buckets)
      } else {
        source = .documents(tokens, numbers: counts.indices.filter { counts[$0] > 0 })
      }
    case .packed:
      let starts = Self.knownStarts(of: tokens)
      let rows = PackedRows(
        starts,
        length: collator.stride,
        overlap: collator.objective.overlap
      )
      source = .packed(tokens, rows)
    case .grid, .pack:
      preconditionFailure("rows of the kind \(collator.rows) are made of text, not of tokens")
    }
  }

  private static func knownStarts(of tokens: TokenStream) -> [Int] {
    let starts = tokens.documentStarts
    precondition(!starts.isEmpty || tokens.count == 0, "rows of documents need known documents")
    return starts
  }

  /// How documents were put together; nil for other rows.
  public var packing: PackedRows? {
    if case .packed(_, let rows) = source { rows } else { nil }
  }

  /// The batches of a text.
  ///
  /// - Parameters:
  ///   - store: The documents.
  ///   - tokenizer: What encodes them.
  ///   - separator: A token put behind each document.
  ///   - collator: Any kind of rows.
  ///   - seed: The run's seed.
  ///   - threads: How many encode now; of no effect on the batches.
  ///   - index: For rows of the kind `grid` a file that keeps where they begin; nil for none.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long, or an index of other rows; ``FileError``.
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
    if collator.rows != .grid {
      self.init(
        live: LiveText(store, tokenizer: tokenizer, separator: separator),
        collator: collator,
        seed: seed,
        threads: threads
      )
      return
    }
    let capacity = collator.gridCapacity
    let grid =
      if let index {
        try TextGrid(
          store,
          tokenizer: tokenizer,
          separator: separator,
          capacity: capacity,
          threads: threads,
          index: index
        )
      } else {
        try TextGrid(
          store,
          tokenizer: tokenizer,
          separator: separator,
          capacity: capacity,
          threads: threads
        )
      }
    self.init(grid, collator: collator, seed: seed)
  }

  /// The batches of a text that has been cut into rows already.
  ///
  /// - Parameters:
  ///   - grid: The rows.
  ///   - collator: With rows of the kind `grid`; its slack has been used already.
  ///   - seed: The run's seed.
  public init(_ grid: TextGrid, collator: Collator, seed: UInt64 = 0) {
    collator.checkSizes()
    precondition(collator.rows == .grid, "text gives rows of the kind grid, not \(collator.rows)")
    self.collator = collator
    self.seed = seed
    source = .text(grid)
  }

  /// The batches of documents that are encoded anew in every epoch, each in rows of its own or all in one flow.
  private init(live text: LiveText, collator: Collator, seed: UInt64, threads: Int) {
    collator.checkSizes()
    self.collator = collator
    self.seed = seed
    if collator.rows == .pack {
      source = .flow(ConcatenatedText(text, collator: collator, seed: seed, threads: threads))
    } else {
      let numbers = (0..<text.store.count).filter { !text.store.ranges[$0].isEmpty }
      source = .live(text, numbers: numbers)
    }
  }

  /// The batches of several sources.
  ///
  /// - Parameters:
  ///   - sources: Their rows, in collators that are all the same, but not of the kind `contiguous` or `pack`, of a
  ///     budget of tokens, or shifted; at least one row in all. The seeds of these streams are of no effect.
  ///   - shares: How often each is seen in an epoch: repeats for all of them, or weights, above 0.
  ///   - seed: The run's seed.
  /// - Throws: ``InvalidData`` with the number of a source that has no row but should be seen.
  public init(mixing sources: [BatchStream], _ shares: [SourceShare], seed: UInt64 = 0) throws {
    precondition(
      !sources.isEmpty && sources.count == shares.count,
      "\(sources.count) sources have \(shares.count) shares"
    )
    collator = sources[0].collator
    self.seed = seed
    precondition(
      collator.rows != .contiguous && collator.rows != .pack && collator.tokenBudget == nil
        && !collator.shiftsWindows,
      "the rows of a mixture must have numbers of their own"
    )
    let counts = sources.map(\.rowsOfEpoch)
    var document = 0
    var parts: [SourceMixture.Part] = []
    for (number, count) in SourceMixture.samples(of: counts, shares).enumerated() {
      if counts[number] == 0 && count > 0 {
        throw InvalidData("source \(number + 1) does not give a single row")
      }
      let source = sources[number]
      parts.append(
        SourceMixture.Part(
          stream: BatchStream(
            source: source.source,
            collator: source.collator,
            seed: SourceMixture.seed(seed, source: number)
          ),
          count: counts[number],
          share: count,
          firstDocument: document
        )
      )
      document += source.documentCount
    }
    source = .mixture(SourceMixture(parts))
  }

  private init(source: Source, collator: Collator, seed: UInt64) {
    self.source = source
    self.collator = collator
    self.seed = seed
  }

  /// The text that rows are encoded from, the first of several; nil where they are made of tokens.
  var liveText: LiveText? {
    switch source {
    case .text(let grid): grid.text
    case .flow(let flow): flow.text
    case .live(let text, _): text
    case .mixture(let sources): sources.parts.lazy.compactMap { $0.stream.liveText }.first
    case .tokens, .documents, .buckets, .packed: nil
    }
  }

  /// The rows of an epoch, which are the same in each.
  private var rowsOfEpoch: Int { EpochPlan(self, epoch: 0).sampleCount }

  private var documentCount: Int {
    if let liveText { return liveText.store.count }
    return tokens.map { max($0.documentStarts.count - 1, 0) } ?? 0
  }

  /// The tokens, where they are known before a batch is made.
  var tokens: TokenStream? {
    switch source {
    case .tokens(let tokens), .documents(let tokens, _), .buckets(let tokens, _),
      .packed(let tokens, _):
      tokens
    case .text, .flow, .live, .mixture: nil
    }
  }

  /// Whether the data know their documents, so that batches name them.
  public var hasDocuments: Bool {
    if case .mixture(let sources) = source {
      return sources.parts.allSatisfy { $0.stream.hasDocuments }
    }
    return tokens.map { !$0.documentStarts.isEmpty } ?? true
  }

  /// The number of steps of an epoch; with shifted windows epochs can differ by one, and in rows of the kind `pack` by
  /// what the noise makes of the text: it is then all encoded to count them, at the first call.
  public func stepCount(epoch: UInt32) -> Int { EpochPlan(self, epoch: epoch).stepCount }

  /// The number of rows of a step.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below ``stepCount(epoch:)``.
  /// - Returns: At least 1.
  public func rowCount(epoch: UInt32 = 0, step: Int) -> Int {
    var encoder = liveText.map { LiveEncoder($0.tokenizer, cacheCapacity: 0) }
    return EpochPlan(self, epoch: epoch).samples(ofStep: step, with: &encoder).count
  }

  /// The epoch and the step in it that a step counted over all epochs is, for resuming.
  ///
  /// Complexity: O(epochs) with shifted windows and in rows of the kind `pack`, else O(1).
  ///
  /// - Parameter step: From 0.
  /// - Returns: nil where there are no data.
  public func address(ofStep step: Int) -> (epoch: UInt32, step: Int)? {
    precondition(step >= 0, "a step must be at least 0, but is \(step)")
    var epoch: UInt32 = 0
    var rest = step
    if !collator.shiftsWindows && collator.rows != .pack {
      let count = stepCount(epoch: 0)
      guard count > 0, let number = UInt32(exactly: step / count) else { return nil }
      return (number, step % count)
    }
    var empty = 0
    while true {
      let count = stepCount(epoch: epoch)
      if rest < count { return (epoch, rest) }
      empty = count == 0 ? empty + 1 : 0
      if empty > 64 || epoch == .max { return nil }
      rest -= count
      epoch += 1
    }
  }

  /// One batch, made here and now.
  ///
  /// A loop keeps a ``BatchBuilder`` instead.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below ``stepCount(epoch:)``.
  ///   - rows: Which rows of the batch; nil for all.
  /// - Returns: The batch, or the asked rows of it.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public func batch(epoch: UInt32 = 0, step: Int, rows: Range<Int>? = nil) throws -> Batch {
    var builder = BatchBuilder(self)
    return try builder.batch(epoch: epoch, step: step, rows: rows)
  }

  /// Batches made ahead by threads of their own, in order; how many ahead changes nothing in them.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - steps: Inside `0..<stepCount(epoch:)`.
  ///   - threads: At least 1.
  ///   - depth: How many batches are made ahead; 0 for none.
  ///   - rows: Which rows of each batch; nil for all.
  /// - Returns: The batches, to be taken one by one.
  public func prefetched(
    epoch: UInt32 = 0,
    steps: Range<Int>,
    threads: Int = 1,
    depth: Int = 4,
    rows: Range<Int>? = nil
  ) -> SlotRing<Batch> {
    SlotRing(steps, depth: depth, threads: threads, makeScratch: { BatchBuilder(self) }) {
      try $0.batch(epoch: epoch, step: $1, rows: rows, in: $2.take())
    }
  }

  /// The same for steps counted over all epochs: what a training loop takes, from wherever it is.
  ///
  /// - Parameters:
  ///   - steps: Steps of the run, from 0, as in ``address(ofStep:)``.
  ///   - threads: At least 1.
  ///   - depth: How many batches are made ahead; 0 for none.
  ///   - rows: Which rows of each batch; nil for all.
  /// - Returns: The batches, to be taken one by one; none where there are no data.
  public func prefetched(
    stepsOfRun steps: Range<Int>,
    threads: Int = 1,
    depth: Int = 4,
    rows: Range<Int>? = nil
  ) -> SlotRing<Batch> {
    let existing = address(ofStep: 0) == nil ? 0..<0 : steps
    return SlotRing(existing, depth: depth, threads: threads, makeScratch: { BatchBuilder(self) }) {
      guard let (epoch, step) = address(ofStep: $1) else {
        preconditionFailure("step \($1) lies beyond the last epoch")
      }
      return try $0.batch(epoch: epoch, step: step, rows: rows, in: $2.take())
    }
  }
}
