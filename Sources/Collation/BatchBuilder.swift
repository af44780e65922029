public import BytePairEncoding
import Corpora
import Noise
import Tokenization

/// Makes one batch after another: a stream, and what a thread keeps between two batches.
public struct BatchBuilder {
  /// What the batches are of.
  public let stream: BatchStream
  private var encoder: TokenizerEncoder?
  private var row = TokenRow()
  private var words: [UInt32] = []

  /// - Parameters:
  ///   - stream: Shared.
  ///   - cacheCapacity: The most memory for remembered words, in bytes, where rows are encoded.
  public init(_ stream: BatchStream, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    self.stream = stream
    if case .text(let grid) = stream.source {
      encoder = TokenizerEncoder(grid.tokenizer, cacheCapacity: cacheCapacity)
    }
  }

  private var collator: Collator { stream.collator }

  /// What is drawn for one step, the same for all its rows.
  private struct StepNoise {
    var segmentation: SegmentationNoise?
    var dropout: BernoulliThreshold?
    var masking: TokenMasking.Bounds?
    let dropoutKey: NoiseKey
    let maskingKey: NoiseKey
  }

  /// One batch.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below the epoch's number of steps.
  ///   - rows: Which rows of the batch; nil for all. Rows beyond a short last batch are not made.
  /// - Returns: The batch, or the asked rows of it.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public mutating func batch(
    epoch: UInt32 = 0,
    step: Int,
    rows: Range<Int>? = nil
  ) throws -> Batch {
    let plan = EpochPlan(stream, epoch: epoch)
    precondition(
      (0..<plan.stepCount).contains(step),
      "a step must lie in 0..<\(plan.stepCount), but is \(step)"
    )
    let samples = plan.samples(ofStep: step)
    let asked = (rows ?? 0..<samples.count).clamped(to: 0..<samples.count)
    let noise = stepNoise(epoch: epoch, step: step, of: plan.stepCount)
    var batch = Batch(
      epoch: epoch,
      step: step,
      firstRow: asked.lowerBound,
      length: length(of: samples, plan)
    )
    batch.reserve(rows: asked.count)
    for place in asked {
      let sample = samples.lowerBound + place
      try read(sample, plan, noise, cutIn: &batch)
      append(UInt64(sample), noise, to: &batch)
    }
    return batch
  }

  private func stepNoise(epoch: UInt32, step: Int, of count: Int) -> StepNoise {
    let now = UInt64(epoch) * UInt64(count) + UInt64(step)
    let total = UInt64(collator.epochs) * UInt64(count)
    let key = { NoiseKey(seed: stream.seed, epoch: epoch, site: $0) }
    var noise = StepNoise(dropoutKey: key(.tokenDropout), maskingKey: key(.masking))
    if let rate = collator.segmentation?.rate(atStep: now, of: total), rate != .zero {
      noise.segmentation = SegmentationNoise(
        rate: rate,
        law: collator.segmentationLaw,
        seed: stream.seed,
        epoch: epoch
      )
    }
    if let dropout = collator.tokenDropout {
      noise.dropout = BernoulliThreshold(dropout.rate.rate(atStep: now, of: total).value)
    }
    if case .masked(let masking) = collator.objective {
      noise.masking = masking.bounds(at: masking.rate.rate(atStep: now, of: total))
    }
    return noise
  }

  /// The length of a whole batch: of its longest document where rows are documents.
  private func length(of samples: Range<Int>, _ plan: EpochPlan) -> Int {
    guard case .documents(let tokens, let numbers) = stream.source else { return collator.length }
    let longest = samples.reduce(1) { longest, sample in
      let document = numbers[plan.index(ofSample: sample)]
      let count = tokens.documentStarts[document + 1] - tokens.documentStarts[document]
      return max(longest, min(collator.positions(ofTokens: count), collator.length))
    }
    let multiple = collator.lengthMultiple
    return (longest + multiple - 1) / multiple * multiple
  }

  /// Puts the tokens of a sample into `row`, and counts what does not fit.
  private mutating func read(
    _ sample: Int,
    _ plan: EpochPlan,
    _ noise: StepNoise,
    cutIn batch: inout Batch
  ) throws {
    row.removeAll()
    let limit = collator.tokens(forPositions: collator.length)
    switch stream.source {
    case .tokens(let tokens):
      let window = plan.window(ofSample: sample)
      let end = window.lowerBound + collator.tokens(forPositions: window.count)
      try read(window.lowerBound..<end, of: tokens)
    case .documents(let tokens, let numbers):
      let document = numbers[plan.index(ofSample: sample)]
      let starts = tokens.documentStarts
      try read(starts[document]..<starts[document + 1], of: tokens)
      cut(to: limit, in: &batch)
    case .text(let grid):
      guard var encoder else { return }
      self.encoder = nil
      defer { self.encoder = encoder }
      let number = plan.index(ofSample: sample)
      try grid.encode(number, noise: noise.segmentation, with: &encoder, into: &row)
      cut(to: limit, in: &batch)
    }
  }

  private mutating func read(_ range: Range<Int>, of tokens: TokenStream) throws {
    try tokens.read(range, into: &row.ids, byteCounts: &row.byteCounts)
    tokens.appendDocuments(of: range, to: &row.documents)
  }

  private mutating func cut(to limit: Int, in batch: inout Batch) {
    guard row.ids.count > limit else { return }
    batch.cutTokens += row.ids.count - limit
    batch.cutBytes += row.byteCounts[limit...].reduce(0) { $0 + Int($1) }
    row.ids.removeLast(row.ids.count - limit)
    row.byteCounts.removeLast(row.byteCounts.count - limit)
    if !row.documents.isEmpty { row.documents.removeLast(row.documents.count - limit) }
  }

  /// Makes inputs and targets of `row`.
  private mutating func append(_ sample: UInt64, _ noise: StepNoise, to batch: inout Batch) {
    let count = collator.positions(ofTokens: row.ids.count)
    let rest = batch.length - count
    let base = batch.inputs.count
    let range = base..<base + count
    batch.rows += 1
    batch.lengths.append(count)
    batch.inputs.append(contentsOf: row.ids[..<count])
    batch.inputs.append(contentsOf: repeatElement(collator.padding.rawValue, count: rest))
    if stream.hasDocuments {
      batch.documents.append(contentsOf: row.documents.prefix(count))
      batch.documents.append(contentsOf: repeatElement(Batch.noDocument, count: rest))
    }
    switch collator.objective {
    case .causal:
      for id in row.ids.dropFirst() { batch.targets.append(Int32(truncatingIfNeeded: id)) }
      batch.targets.append(contentsOf: repeatElement(Batch.ignoredTarget, count: rest))
      batch.targetBytes.append(contentsOf: row.byteCounts.dropFirst())
      batch.targetBytes.append(contentsOf: repeatElement(0, count: rest))
    case .masked(let masking):
      batch.targets.append(
        contentsOf: repeatElement(Batch.ignoredTarget, count: batch.length)
      )
      batch.targetBytes.append(contentsOf: repeatElement(0, count: batch.length))
      if let bounds = noise.masking {
        masking.apply(
          to: &batch,
          range,
          byteCounts: row.byteCounts,
          sample: sample,
          bounds: bounds,
          key: noise.maskingKey,
          words: &words
        )
      }
    }
    if let dropout = collator.tokenDropout, let threshold = noise.dropout {
      dropout.apply(
        to: &batch.inputs,
        range,
        sample: sample,
        threshold: threshold,
        key: noise.dropoutKey,
        words: &words
      )
    }
  }
}
