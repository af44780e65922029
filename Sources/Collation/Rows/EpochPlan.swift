import Corpora
import Noise

/// What one epoch of a stream has been drawn to be: order, grid and keys.
struct EpochPlan {
  let stepCount: Int
  /// The number of rows of the epoch.
  let sampleCount: Int
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
    case .documents(_, let numbers): documents = numbers
    case .buckets(_, let buckets): documents = buckets.documents
    case .tokens, .packed, .text, .mixture: documents = nil
    }
    switch stream.source {
    case .tokens(let tokens):
      positions = collator.positions(ofTokens: tokens.count)
      if collator.rows == .contiguous {
        (order, buckets) = (nil, nil)
        stepCount = Self.grid(collator, Self.run(0, of: positions, collator).count, offset).count
        sampleCount = stepCount * collator.batchSize
        return
      }
      sampleCount = Self.grid(collator, positions, offset).count
    case .documents(_, let numbers):
      positions = 0
      sampleCount = numbers.count
    case .buckets(_, let buckets):
      positions = 0
      sampleCount = buckets.documents.count
      stepCount = buckets.batchCount
      self.buckets = buckets
      let count = UInt64(stepCount)
      order = collator.isShuffled ? IndexPermutation(count: count, key: key.derived(0)) : nil
      return
    case .packed(_, let rows):
      positions = 0
      sampleCount = rows.count
    case .text(let grid):
      positions = 0
      sampleCount = grid.count
    case .mixture(let sources):
      positions = 0
      sampleCount = sources.count
    }
    buckets = nil
    let rounding = collator.keepsPartialBatch ? collator.batchSize - 1 : 0
    stepCount = (sampleCount + rounding) / collator.batchSize
    order = collator.isShuffled ? IndexPermutation(count: UInt64(sampleCount), key: key) : nil
  }

  /// The samples of a step, in the order of its rows.
  func samples(ofStep step: Int) -> Range<Int> {
    if let buckets {
      return buckets.places(ofBatch: order.map { Int($0[UInt64(step)]) } ?? step)
    }
    let first = step * collator.batchSize
    return first..<min(first + collator.batchSize, sampleCount)
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
