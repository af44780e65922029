import Corpora
import Noise

/// What one epoch of a stream has been drawn to be: order, grid and keys.
struct EpochPlan {
  private let fixedSteps: Int
  private let fixedSamples: Int
  /// Where the rows are known only as far as they have been encoded, what is known.
  private let flow: FlowEpoch?
  private let epoch: UInt32
  private let collator: Collator
  /// The order of the rows, or of the batches of buckets.
  private let order: IndexPermutation?
  private let buckets: LengthBuckets?
  /// The documents that rows are made of, where some have none.
  private let documents: [Int]?
  private let key: NoiseKey
  /// The grid of windows, or of one run of the stream for contiguous rows.
  private let offset: Int
  private let positions: Int

  init(_ stream: BatchStream, epoch: UInt32) {
    let collator = stream.collator
    self.collator = collator
    let key = NoiseKey(seed: stream.seed, epoch: epoch, site: .shuffle)
    self.key = key
    self.epoch = epoch
    var offset = 0
    if collator.shiftsWindows {
      let key = NoiseKey(seed: stream.seed, epoch: epoch, site: .windows)
      var draws = RandomStream(key: key, item: 0)
      offset = Int(draws.next(below: UInt32(clamping: collator.stride)))
    }
    self.offset = offset
    switch stream.source {
    case .documents(_, let numbers), .live(_, let numbers): documents = numbers
    case .buckets(_, let buckets): documents = buckets.documents
    case .tokens, .packed, .text, .flow, .mixture: documents = nil
    }
    if case .flow(let flow) = stream.source {
      self.flow = flow.epoch(epoch)
    } else {
      flow = nil
    }
    switch stream.source {
    case .tokens(let tokens):
      positions = collator.positions(ofTokens: tokens.count)
      if collator.rows == .contiguous {
        (order, buckets) = (nil, nil)
        fixedSteps = Self.grid(collator, Self.run(0, of: positions, collator).count, offset).count
        fixedSamples = fixedSteps * collator.batchSize
        return
      }
      fixedSamples = Self.grid(collator, positions, offset).count
    case .documents(_, let numbers), .live(_, let numbers):
      positions = 0
      fixedSamples = numbers.count
    case .buckets(_, let buckets):
      positions = 0
      fixedSamples = buckets.documents.count
      fixedSteps = buckets.batchCount
      self.buckets = buckets
      let count = UInt64(fixedSteps)
      order = collator.isShuffled ? IndexPermutation(count: count, key: key.derived(0)) : nil
      return
    case .packed(_, let rows):
      positions = 0
      fixedSamples = rows.count
    case .text(let grid):
      positions = 0
      fixedSamples = grid.count
    case .flow:
      (positions, fixedSamples, fixedSteps) = (0, 0, 0)
      (order, buckets) = (nil, nil)
      return
    case .mixture(let sources):
      positions = 0
      fixedSamples = sources.count
    }
    buckets = nil
    fixedSteps = Self.steps(of: fixedSamples, collator)
    order = collator.isShuffled ? IndexPermutation(count: UInt64(fixedSamples), key: key) : nil
  }

  private static func steps(of samples: Int, _ collator: Collator) -> Int {
    let rounding = collator.keepsPartialBatch ? collator.batchSize - 1 : 0
    return (samples + rounding) / collator.batchSize
  }

  /// The number of rows of the epoch.
  var sampleCount: Int { flow?.rowCount ?? fixedSamples }

  var stepCount: Int { flow.map { Self.steps(of: $0.rowCount, collator) } ?? fixedSteps }

  /// Whether there is a step, for which no more is encoded than the text before its end.
  ///
  /// - Parameters:
  ///   - step: At least 0.
  ///   - encoder: Of the text's tokenizer; nil where rows are made of tokens.
  /// - Returns: Whether the epoch has it.
  func hasStep(_ step: Int, with encoder: inout LiveEncoder?) -> Bool {
    guard let flow else { return step < fixedSteps }
    let (first, isHuge) = step.multipliedReportingOverflow(by: collator.batchSize)
    guard !isHuge, first < .max - collator.batchSize, var own = encoder else { return false }
    encoder = nil
    defer { encoder = own }
    let rows = flow.rowCount(upTo: first + collator.batchSize, with: &own) - first
    return rows >= (collator.keepsPartialBatch ? 1 : collator.batchSize)
  }

  /// When a step is made, as far as noise on tokens is concerned.
  ///
  /// - Parameters:
  ///   - step: That there is.
  ///   - stream: Of this plan.
  ///   - encoder: Of the text's tokenizer; nil where rows are made of tokens.
  /// - Returns: The moment.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  func moment(
    ofStep step: Int,
    of stream: BatchStream,
    with encoder: inout LiveEncoder?
  ) throws -> NoiseContext {
    if let flow, var own = encoder {
      encoder = nil
      defer { encoder = own }
      return try flow.moment(ofRow: step * collator.batchSize, with: &own)
    }
    return NoiseContext(
      seed: stream.seed,
      epoch: epoch,
      step: UInt64(epoch) * UInt64(fixedSteps) + UInt64(step),
      total: UInt64(collator.epochs) * UInt64(fixedSteps)
    )
  }

  /// The samples of a step that there is, in the order of its rows.
  ///
  /// - Parameters:
  ///   - step: Below ``stepCount``.
  ///   - encoder: Of the text's tokenizer; nil where rows are made of tokens.
  /// - Returns: The numbers of its rows in the epoch.
  func samples(ofStep step: Int, with encoder: inout LiveEncoder?) -> Range<Int> {
    if let flow, var own = encoder {
      encoder = nil
      defer { encoder = own }
      let first = step * collator.batchSize
      return first..<flow.rowCount(upTo: first + collator.batchSize, with: &own)
    }
    if let buckets {
      return buckets.places(ofBatch: order.map { Int($0[UInt64(step)]) } ?? step)
    }
    let first = step * collator.batchSize
    return first..<min(first + collator.batchSize, fixedSamples)
  }

  /// The window, document, packed row or row of text that a sample is.
  func index(ofSample sample: Int) -> Int {
    let place = place(ofSample: sample)
    return documents.map { $0[place] } ?? place
  }

  private func place(ofSample sample: Int) -> Int {
    guard let order else { return sample }
    guard let buckets else { return Int(order[UInt64(sample)]) }
    let (number, places) = buckets.bucket(ofPlace: sample)
    let inBucket = IndexPermutation(
      count: UInt64(places.count),
      key: key.derived(UInt64(number) + 1)
    )
    return places.lowerBound + Int(inBucket[UInt64(sample - places.lowerBound)])
  }

  /// The row of a source that a sample is.
  func place(ofSample sample: Int, in sources: SourceMixture) -> SourceMixture.Place {
    sources.place(place(ofSample: sample), epoch: epoch)
  }

  /// The window of a stream of tokens that has a number.
  static func window(_ number: Int, of tokens: TokenStream, _ collator: Collator) -> Range<Int> {
    grid(collator, collator.positions(ofTokens: tokens.count), 0)[number]
  }

  /// The positions of the stream that a sample of windows or contiguous rows has.
  func window(ofSample sample: Int) -> Range<Int> {
    guard collator.rows == .contiguous else {
      return Self.grid(collator, positions, offset)[index(ofSample: sample)]
    }
    let run = Self.run(sample % collator.batchSize, of: positions, collator)
    let window = Self.grid(collator, run.count, offset)[sample / collator.batchSize]
    return run.lowerBound + window.lowerBound..<run.lowerBound + window.upperBound
  }

  private static func grid(_ collator: Collator, _ positions: Int, _ offset: Int) -> WindowGrid {
    WindowGrid(
      positions: positions,
      length: collator.stride,
      offset: offset,
      keepsPartial: collator.keepsPartialRows
    )
  }

  /// The part of the stream that row `row` goes through: equal parts, or, where all is kept, parts
  /// that differ by one position at most, the longest first.
  private static func run(_ row: Int, of positions: Int, _ collator: Collator) -> Range<Int> {
    let (share, rest) = positions.quotientAndRemainder(dividingBy: collator.batchSize)
    if !collator.keepsPartialRows { return row * share..<(row + 1) * share }
    let start = row * share + min(row, rest)
    return start..<start + share + (row < rest ? 1 : 0)
  }
}
