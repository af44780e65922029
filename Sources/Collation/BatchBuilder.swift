public import BytePairEncoding
import Corpora
import Noise
import Tokenization
import UnicodeText

/// Makes the batches of a stream, and keeps a thread's memory from batch to batch.
public struct BatchBuilder {
  /// The stream.
  public let stream: BatchStream
  private var encoder: LiveEncoder?
  private var row: Row
  private var scratch = NoiseScratch()

  /// A builder for one thread.
  ///
  /// - Parameters:
  ///   - stream: The batches.
  ///   - cacheCapacity: The most memory for remembered words, in bytes, where rows are encoded.
  public init(_ stream: BatchStream, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    self.stream = stream
    row = Row(extras: stream.collator.objective.kind.extras.count)
    scratch.tokens = stream.source.tokens
    row.byteTable = stream.source.tokens?.byteTable
    encoder = stream.source.liveText.map {
      LiveEncoder($0.tokenizer, cacheCapacity: cacheCapacity)
    }
  }

  private var collator: Collator { stream.collator }

  /// One batch.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below the epoch's number of steps.
  ///   - rows: Which rows of the batch; nil for all. Rows beyond a short last batch are not made.
  ///   - spent: A batch that is no longer used, whose memory the new one takes.
  /// - Returns: The batch, or the asked rows of it.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public mutating func batch(
    epoch: UInt32 = 0,
    step: Int,
    rows: Range<Int>? = nil,
    in spent: consuming Batch? = nil
  ) throws -> Batch {
    var batch = spent ?? Batch()
    let plan = stream.plan(epoch: epoch)
    precondition(
      step >= 0 && plan.hasStep(step, with: &encoder),
      "a step must lie in 0..<\(plan.stepCount), but is \(step)"
    )
    let samples = plan.samples(ofStep: step, with: &encoder)
    let asked = (rows ?? 0..<samples.count).clamped(to: 0..<samples.count)
    let moment = try plan.moment(ofStep: step, with: &encoder)
    begin(&batch, samples, plan)
    (batch.epoch, batch.step, batch.firstRow) = (epoch, step, asked.lowerBound)
    batch.reserve(rows: asked.count)
    for place in asked {
      try make(samples.lowerBound + place, plan, moment)
      batch.append(row, padding: collator.padding.rawValue, hasDocuments: stream.hasDocuments)
    }
    return batch
  }

  /// Whether an epoch has a step; text is encoded up to the step's end at most.
  ///
  /// - Parameters:
  ///   - step: At least 0.
  ///   - epoch: The pass over the data.
  /// - Returns: Whether the step is below ``BatchStream/stepCount(epoch:)``.
  public mutating func hasStep(_ step: Int, epoch: UInt32 = 0) -> Bool {
    stream.plan(epoch: epoch).hasStep(step, with: &encoder)
  }

  /// Makes one row, and traces what is done to it.
  ///
  /// - Returns: The row, its number in the epoch, and the length of its batch.
  mutating func traced(
    epoch: UInt32,
    step: Int,
    row place: Int
  ) throws -> (row: Row, sample: Int, length: Int) {
    let plan = stream.plan(epoch: epoch)
    let samples = plan.samples(ofStep: step, with: &encoder)
    precondition(
      (0..<samples.count).contains(place),
      "a row must lie in 0..<\(samples.count), but is \(place)"
    )
    let sample = samples.lowerBound + place
    let moment = try plan.moment(ofStep: step, with: &encoder)
    row.trace = RowTrace()
    defer { row.trace = nil }
    var batch = Batch()
    begin(&batch, samples, plan)
    try make(sample, plan, moment)
    return (row, sample, batch.length)
  }

  /// Empties a batch and gives it the lengths of a whole one: those of its longest document where
  /// rows are documents of tokens.
  private func begin(_ batch: inout Batch, _ samples: Range<Int>, _ plan: any EpochPlan) {
    batch.removeAll(extras: collator.objective.kind.extras)
    guard collator.rows == .documents && stream.source.liveText == nil else {
      batch.length = collator.longestRow
      batch.targetLength = collator.longestTargets ?? collator.longestRow
      return
    }
    let longest = samples.reduce(1) { longest, sample in
      max(longest, collator.positions(ofTokens: plan.tokenCount(ofSample: sample)))
    }
    let positions = min(longest, collator.stride)
    let targets = collator.objective.targetLength(ofTokens: positions)
    batch.length = collator.padded(collator.objective.inputLength(ofTokens: positions))
    batch.targetLength = targets.map(collator.padded) ?? batch.length
  }

  /// Reads a row, makes its inputs and targets, and puts noise on the inputs.
  private mutating func make(
    _ sample: Int,
    _ plan: any EpochPlan,
    _ moment: NoiseContext
  ) throws {
    row.removeAll()
    try plan.read(sample, at: moment, with: &encoder, into: &row)
    var moment = moment
    moment.sample = UInt64(sample)
    if let texts = collator.texts { try findUnits(texts) }
    try stream.collator.objective.apply(to: &row, at: moment, &scratch)
    if collator.noise.isEmpty { return }
    if let texts = collator.texts, collator.noiseNeedsWords {
      try row.units.find(.words, of: row.inputs, classes: collator.classes, texts: texts)
    }
    for operation in stream.collator.noise {
      try operation.apply(to: &row, at: moment, &scratch)
    }
  }

  private mutating func findUnits(_ texts: TokenTexts) throws {
    if collator.objective.needsWords {
      try row.units.find(.words, of: row.ids, classes: collator.classes, texts: texts)
    }
    if collator.objective.needsSentences {
      try row.sentences.find(.sentences, of: row.ids, classes: collator.classes, texts: texts)
    }
  }
}

extension Batch {
  /// Appends a row, padded.
  fileprivate mutating func append(_ row: Row, padding: UInt32, hasDocuments: Bool) {
    rows += 1
    lengths.append(row.inputs.count)
    inputs.append(contentsOf: row.inputs)
    inputs.append(contentsOf: repeatElement(padding, count: length - row.inputs.count))
    targets.append(contentsOf: row.targets)
    targetBytes.append(contentsOf: row.targetBytes)
    let missing = targetLength - row.targets.count
    targets.append(contentsOf: repeatElement(Self.ignoredTarget, count: missing))
    targetBytes.append(contentsOf: repeatElement(0, count: missing))
    if hasDocuments {
      documents.append(contentsOf: row.inputDocuments)
      // Marks of a row without a token are of no document either.
      let others = length - row.inputDocuments.count
      documents.append(contentsOf: repeatElement(Self.noDocument, count: others))
    }
    for index in extras.indices {
      let array = extras[index].array
      let count = array.count(length: length, targetLength: targetLength)
      let numbers = row.extras[index]
      extras[index].values.append(contentsOf: numbers)
      let rest = repeatElement(array.fill, count: count - numbers.count)
      extras[index].values.append(contentsOf: rest)
    }
    cutTokens += row.cutTokens
    cutBytes += row.cutBytes
  }
}
