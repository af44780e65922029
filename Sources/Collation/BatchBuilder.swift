public import BytePairEncoding
import Corpora
import Noise
import Tokenization
import TokenizerFormats
import UnicodeText

/// Makes one batch after another: a stream, and what a thread keeps between two batches.
public struct BatchBuilder {
  /// What the batches are of.
  public let stream: BatchStream
  private var encoder: LiveEncoder?
  private var row = Row()
  private var laws = NoiseLaws()

  /// - Parameters:
  ///   - stream: Shared.
  ///   - cacheCapacity: The most memory for remembered words, in bytes, where rows are encoded.
  public init(_ stream: BatchStream, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    self.stream = stream
    laws.tokens = stream.tokens
    row.byteTable = stream.tokens?.byteTable
    encoder = stream.liveText.map { LiveEncoder($0.tokenizer, cacheCapacity: cacheCapacity) }
  }

  private var collator: Collator { stream.collator }

  /// One batch.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below the epoch's number of steps.
  ///   - rows: Which rows of the batch; nil for all. Rows beyond a short last batch are not made.
  ///   - spent: A batch that is no longer used: where it was as large, nothing is allocated.
  /// - Returns: The batch, or the asked rows of it.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public mutating func batch(
    epoch: UInt32 = 0,
    step: Int,
    rows: Range<Int>? = nil,
    in spent: consuming Batch? = nil
  ) throws -> Batch {
    var batch = spent ?? Batch()
    let plan = EpochPlan(stream, epoch: epoch)
    precondition(
      step >= 0 && plan.hasStep(step, with: &encoder),
      "a step must lie in 0..<\(plan.stepCount), but is \(step)"
    )
    let samples = plan.samples(ofStep: step, with: &encoder)
    let asked = (rows ?? 0..<samples.count).clamped(to: 0..<samples.count)
    let moment = try plan.moment(ofStep: step, of: stream, with: &encoder)
    begin(&batch, samples, plan)
    (batch.epoch, batch.step, batch.firstRow) = (epoch, step, asked.lowerBound)
    batch.reserve(rows: asked.count)
    for place in asked {
      let sample = samples.lowerBound + place
      try read(sample, plan, moment, cutIn: &batch)
      try collate(UInt64(sample), moment)
      batch.append(row, stream)
    }
    return batch
  }

  /// Whether an epoch has a step; in rows of the kind `pack` text is encoded as far as that step, but no further.
  ///
  /// - Parameters:
  ///   - step: At least 0.
  ///   - epoch: The pass over the data.
  /// - Returns: Whether the step is below ``BatchStream/stepCount(epoch:)``.
  public mutating func hasStep(_ step: Int, epoch: UInt32 = 0) -> Bool {
    EpochPlan(stream, epoch: epoch).hasStep(step, with: &encoder)
  }

  /// Makes the inputs and targets of one row, and tells what was done.
  ///
  /// - Returns: The row, with a trace, its number in the epoch, and a batch without rows that knows its length
  ///   and what was cut.
  mutating func traced(
    epoch: UInt32,
    step: Int,
    row place: Int
  ) throws -> (row: Row, sample: Int, batch: Batch) {
    let plan = EpochPlan(stream, epoch: epoch)
    let samples = plan.samples(ofStep: step, with: &encoder)
    precondition(
      (0..<samples.count).contains(place),
      "a row must lie in 0..<\(samples.count), but is \(place)"
    )
    let sample = samples.lowerBound + place
    let moment = try plan.moment(ofStep: step, of: stream, with: &encoder)
    row.trace = RowTrace()
    defer { row.trace = nil }
    var batch = Batch()
    begin(&batch, samples, plan)
    try read(sample, plan, moment, cutIn: &batch)
    try collate(UInt64(sample), moment)
    return (row, sample, batch)
  }

  /// Empties a batch and gives it the lengths of a whole one: those of its longest document where rows
  /// are documents.
  private func begin(_ batch: inout Batch, _ samples: Range<Int>, _ plan: EpochPlan) {
    batch.removeAll()
    guard collator.rows == .documents && stream.liveText == nil else {
      batch.length = collator.longestRow
      batch.targetLength = collator.longestTargets ?? collator.longestRow
      return
    }
    let longest = samples.reduce(1) { longest, sample in
      max(longest, collator.positions(ofTokens: tokenCount(ofDocument: sample, plan)))
    }
    let positions = min(longest, collator.stride)
    let targets = collator.objective.targetLength(ofTokens: positions)
    batch.length = collator.padded(collator.objective.inputLength(ofTokens: positions))
    batch.targetLength = targets.map(collator.padded) ?? batch.length
  }

  private func tokenCount(ofDocument sample: Int, _ plan: EpochPlan) -> Int {
    let count = { (tokens: TokenStream, document: Int) in
      tokens.documentStarts[document + 1] - tokens.documentStarts[document]
    }
    switch stream.source {
    case .documents(let tokens, _), .buckets(let tokens, _):
      return count(tokens, plan.index(ofSample: sample))
    case .mixture(let sources):
      let place = plan.place(ofSample: sample, in: sources)
      guard case .documents(let tokens, let numbers) = place.part.stream.source else { return 0 }
      return count(tokens, numbers[place.row])
    case .tokens, .packed, .text, .flow, .live: return 0
    }
  }

  /// Puts the tokens of a sample into `row`, and counts what does not fit.
  private mutating func read(
    _ sample: Int,
    _ plan: EpochPlan,
    _ moment: NoiseContext,
    cutIn batch: inout Batch
  ) throws {
    row.removeAll()
    switch stream.source {
    case .tokens(let tokens): try readWindow(plan.window(ofSample: sample), of: tokens)
    case .mixture(let sources):
      let place = plan.place(ofSample: sample, in: sources)
      let part = place.part.stream
      row.byteTable = part.tokens?.byteTable
      // Noise on a source's text is a function of its own seed and pass.
      var ownMoment = moment
      (ownMoment.seed, ownMoment.epoch) = (part.seed, place.pass)
      switch part.source {
      case .tokens(let tokens):
        try readWindow(EpochPlan.window(place.row, of: tokens, collator), of: tokens)
      case .documents(_, let numbers), .live(_, let numbers):
        try read(numbers[place.row], of: part.source, ownMoment, cutIn: &batch)
      default: try read(place.row, of: part.source, ownMoment, cutIn: &batch)
      }
      row.move(to: place)
    default:
      try read(plan.index(ofSample: sample), of: stream.source, moment, cutIn: &batch)
    }
  }

  private mutating func readWindow(_ window: Range<Int>, of tokens: TokenStream) throws {
    let end = window.lowerBound + collator.tokens(forPositions: window.count)
    try row.read(window.lowerBound..<end, of: tokens)
  }

  /// Reads a document, packed row or row of text.
  private mutating func read(
    _ number: Int,
    of source: BatchStream.Source,
    _ moment: NoiseContext,
    cutIn batch: inout Batch
  ) throws {
    let limit = collator.tokens(forPositions: collator.stride)
    switch source {
    case .tokens, .mixture: preconditionFailure("windows and mixtures are read by others")
    case .documents(let tokens, _), .buckets(let tokens, _):
      try readDocument(number, of: tokens, moment)
      cut(to: limit, in: &batch)
    case .packed(let tokens, let rows):
      for piece in rows[number] {
        let end = piece.start + collator.tokens(forPositions: piece.count)
        try row.read(piece.start..<end, of: tokens)
      }
    case .text, .flow, .live:
      guard var encoder else { return }
      self.encoder = nil
      defer { self.encoder = encoder }
      let noise = encoder.noise(collator, at: moment)
      switch source {
      case .text(let grid): try grid.encode(number, noise, with: &encoder, into: &row)
      case .flow(let flow): try flow.epoch(moment.epoch).read(number, with: &encoder, into: &row)
      case .live(let text, _): try readDocument(number, of: text, noise, with: &encoder)
      default: break
      }
      cut(to: limit, in: &batch)
    }
  }

  /// Reads a document, without the fields that chance leaves out.
  private mutating func readDocument(
    _ document: Int,
    of tokens: TokenStream,
    _ moment: NoiseContext
  ) throws {
    let starts = tokens.documentStarts
    guard let fields = tokens.fields else {
      return try row.read(starts[document]..<starts[document + 1], of: tokens)
    }
    row.document = UInt32(truncatingIfNeeded: document)
    if !fields.labels.isEmpty { row.label = fields.labels[document] }
    let drawn = collator.fieldDropout?.drawn(moment)
    for field in 0..<fields.count {
      var range = fields.range(of: field, document: document)
      if !range.isEmpty,
        drawn?.isDropped(field, ofDocument: UInt64(document), &row.trace) ?? false
      {
        range = range.lowerBound..<range.lowerBound
      }
      try row.read(range, of: tokens)
    }
    if collator.objective.keepsFields { return }
    try row.read(fields.end(of: document)..<starts[document + 1], of: tokens)
    row.segments.removeAll(keepingCapacity: true)
    row.segments.append(0..<row.ids.count)
  }

  /// Encodes a document under the noise of the moment.
  private mutating func readDocument(
    _ document: Int,
    of text: LiveText,
    _ noise: TextNoise,
    with encoder: inout LiveEncoder
  ) throws {
    if text.store.fieldCount > 1 { row.document = UInt32(truncatingIfNeeded: document) }
    if !text.store.labels.isEmpty { row.label = text.store.labels[document] }
    try encoder.encode(document, of: text, noise, into: &row)
    if !collator.objective.keepsFields { row.joinSegments() }
  }

  private mutating func cut(to limit: Int, in batch: inout Batch) {
    guard row.ids.count > limit else { return }
    if collator.objective.keepsFields {
      let kept = SequenceClassification.kept(row.segments.map(\.count), limit: limit)
      for (segment, count) in zip(row.segments, kept) {
        let places = segment.dropFirst(count)
        batch.cutTokens += places.count
        batch.cutBytes += places.reduce(0) { $0 + Int(row.byteCount(at: $1)) }
      }
      return row.cutSegments(to: kept)
    }
    batch.cutTokens += row.ids.count - limit
    batch.cutBytes += (limit..<row.ids.count).reduce(0) { $0 + Int(row.byteCount(at: $1)) }
    row.cut(to: limit)
  }

  /// Makes inputs and targets of `row`.
  private mutating func collate(_ sample: UInt64, _ moment: NoiseContext) throws {
    if let texts = stream.collator.texts { try findUnits(texts) }
    try stream.collator.objective.apply(to: &row, sample: sample, moment, &laws)
    if let texts = stream.collator.texts, collator.noise.needsWords {
      try row.units.find(.words, of: row.inputs, classes: collator.classes, texts: texts)
    }
    try stream.collator.noise.apply(to: &row, sample: sample, moment, &laws)
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

extension Row {
  /// Appends tokens of a stream; each call begins a segment.
  fileprivate mutating func read(_ range: Range<Int>, of tokens: TokenStream) throws {
    let start = ids.count
    if byteTable == nil {
      try tokens.read(range, into: &ids, byteCounts: &byteCounts)
    } else {
      try tokens.read(range, into: &ids)
    }
    tokens.appendDocuments(of: range, to: &documents)
    segments.append(start..<ids.count)
  }
}

extension Batch {
  /// Appends a row, padded.
  fileprivate mutating func append(_ row: Row, _ stream: BatchStream) {
    let rest = length - row.inputs.count
    rows += 1
    lengths.append(row.inputs.count)
    inputs.append(contentsOf: row.inputs)
    inputs.append(contentsOf: repeatElement(stream.collator.padding.rawValue, count: rest))
    targets.append(contentsOf: row.targets)
    targetBytes.append(contentsOf: row.targetBytes)
    let missing = targetLength - row.targets.count
    targets.append(contentsOf: repeatElement(Self.ignoredTarget, count: missing))
    targetBytes.append(contentsOf: repeatElement(0, count: missing))
    if stream.hasDocuments {
      documents.append(contentsOf: row.inputDocuments)
      // Marks of a row without a token are of no document either.
      let others = length - row.inputDocuments.count
      documents.append(contentsOf: repeatElement(Self.noDocument, count: others))
    }
    switch stream.collator.objective {
    case .spanCorruption, .mixture, .denoising: targetLengths.append(row.targets.count)
    case .prefix: prefixLengths.append(row.prefixLength)
    case .permutation:
      order.append(contentsOf: row.order)
      order.append(contentsOf: repeatElement(-1, count: rest))
    case .classification:
      labels.append(row.label)
      tokenTypes.append(contentsOf: row.tokenTypes)
      tokenTypes.append(contentsOf: repeatElement(0, count: rest))
    case .causal, .masked, .fillInTheMiddle, .replaced: break
    }
  }
}
