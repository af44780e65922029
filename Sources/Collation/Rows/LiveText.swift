// Procedure: a part of a document goes field by field: errors are put into the text, the text is
//   encoded under the epoch's noise, and the bytes of each token are counted: by the token's own
//   bytes where the tokens spell the text, otherwise by offsets.
// Complexity: O(text).
// Determinism: a word's noise is a function of its place in its document (see
//   TokenizerEncoder.swift), not of the part; with errors, of twice the place where the part
//   begins, plus the place in the part.

import BytePairEncoding
import Corpora
import Noise
import Tokenization
import TokenizerFormats

/// Text that is encoded anew in every epoch.
struct LiveText: Sendable {
  /// The text.
  let store: DocumentStore
  /// What encodes it.
  let tokenizer: Tokenizer
  /// The token put behind each document.
  let separator: TokenID?
  /// The texts of tokens, where the tokens of most documents spell the text, so that no offsets are
  /// needed.
  private let texts: TokenTexts?

  init(_ store: DocumentStore, tokenizer: Tokenizer, separator: TokenID?) {
    self.store = store
    self.tokenizer = tokenizer
    self.separator = separator
    let texts = TokenTexts(tokenizer)
    self.texts = Self.isLiteral(store, tokenizer, texts) ? texts : nil
  }

  /// Whether tokens spell the text, in most of the first documents.
  private static func isLiteral(
    _ store: DocumentStore,
    _ tokenizer: Tokenizer,
    _ texts: TokenTexts
  ) -> Bool {
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 20)
    var counts: [UInt32] = []
    var literal = 0
    let documents = (0..<store.count).prefix(32)
    for document in documents {
      let bytes = store.bytes(of: document, 0..<min(store.ranges[document].count, 1 << 12))
      guard let encoded = try? encoder.encode(bytes) else { continue }
      if texts.appendCounts(of: encoded.ids, bytes[...], nil, to: &counts) { literal += 1 }
    }
    return 2 * literal >= documents.count
  }
}

/// The noise on text at one moment.
struct TextNoise {
  let segmentation: SegmentationNoise?
  let typos: Typos.Drawn?
  let fields: FieldDropout.Drawn?

  /// - Parameters:
  ///   - collator: Whose noise it is.
  ///   - moment: When.
  ///   - segmentation: The segmentation noise of that moment.
  fileprivate init(_ collator: Collator, _ moment: NoiseContext, _ segmentation: SegmentationNoise?)
  {
    self.segmentation = segmentation
    typos = collator.typos?.drawn(moment)
    fields = collator.fieldDropout?.drawn(moment)
  }
}

/// Encodes parts of live text; one for each thread.
struct LiveEncoder {
  private var encoder: TokenizerEncoder
  private var encoded = EncodedDocument()
  /// The segmentation noise made last, with what it was made of: it has tables.
  private var segmentation:
    (rate: DropoutRate, seed: UInt64, epoch: UInt32, noise: SegmentationNoise)?

  init(_ tokenizer: Tokenizer, cacheCapacity: Int = BPEEncoder.defaultCacheCapacity) {
    encoder = TokenizerEncoder(tokenizer, cacheCapacity: cacheCapacity)
  }

  /// The noise at a moment; the collator must be the same in every call.
  mutating func noise(_ collator: Collator, at moment: NoiseContext) -> TextNoise {
    guard let rate = collator.segmentation.map(moment.rate), rate != .zero else {
      return TextNoise(collator, moment, nil)
    }
    let (seed, epoch) = (moment.seed, moment.epoch)
    if let last = segmentation, last.rate == rate, last.seed == seed, last.epoch == epoch {
      return TextNoise(collator, moment, last.noise)
    }
    let law = collator.segmentationLaw
    let noise = SegmentationNoise(rate: rate, law: law, seed: seed, epoch: epoch)
    segmentation = (rate, seed, epoch, noise)
    return TextNoise(collator, moment, noise)
  }

  /// Encodes a part of a document, or all of it.
  ///
  /// - Parameters:
  ///   - document: Its place in the store.
  ///   - part: The bytes in it, and whether it ends with them; nil for all of it.
  ///   - text: Of this encoder's tokenizer.
  ///   - noise: Of the moment.
  ///   - row: Gets the tokens, and a segment for each field, also for fields that are empty or left
  ///     out. A separator belongs to the last field.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  mutating func encode(
    _ document: Int,
    _ part: (range: Range<Int>, isEnd: Bool)? = nil,
    of text: LiveText,
    _ noise: TextNoise,
    into row: inout Row
  ) throws {
    let store = text.store
    let number = store.firstNumber &+ UInt64(document)
    let part = part ?? (0..<store.ranges[document].count, true)
    let fields = store.fields(of: document)
    for (index, field) in fields.enumerated() {
      let start = row.ids.count
      defer { row.segments.append(start..<row.ids.count) }
      var range = field.clamped(to: part.range)
      let separator = part.isEnd && index + 1 == fields.count ? text.separator : nil
      if range.isEmpty && separator == nil { continue }
      if let dropped = noise.fields, !range.isEmpty {
        // Traced in the row in which the field begins.
        var trace = range.lowerBound == field.lowerBound ? row.trace : nil
        let isDropped = dropped.isDropped(index, ofDocument: number, &trace)
        row.trace = trace ?? row.trace
        if isDropped { range = range.lowerBound..<range.lowerBound }
      }
      do {
        try encode(range, document, number, of: text, separator, noise, into: &row)
      } catch let error as TokenizerEncoder.WordTooLong {
        throw store.located(error, in: document)
      }
    }
  }

  /// Encodes a part of one field.
  private mutating func encode(
    _ range: Range<Int>,
    _ document: Int,
    _ number: UInt64,
    of text: LiveText,
    _ separator: TokenID?,
    _ noise: TextNoise,
    into row: inout Row
  ) throws {
    var options = EncodingOptions()
    options.noise = noise.segmentation
    options.appended = separator
    let store = text.store
    let base = store.ranges[document].lowerBound
    let original = store.bytes[base + range.lowerBound..<base + range.upperBound]
    let changed = noise.typos.map {
      $0.apply(to: Array(original), document: number, origin: range.lowerBound)
    }
    if let changed {
      row.trace?.begin(.typo, trials: changed.trials, rate: noise.typos?.rate)
      row.trace?.succeed(.typo, times: changed.errors)
    }
    let read = changed.map { $0.bytes[...] } ?? original
    // A text with errors has at most twice as many bytes: no two words share a position.
    let origin = range.lowerBound * (changed == nil ? 1 : 2)
    let lineFeed = store.byteCountWithSeparator(of: document) - store.ranges[document].count
    let end = separator == nil ? nil : lineFeed
    let first = row.byteCounts.count
    options.wantsOffsets = text.needsOffsets || row.trace != nil
    let before = row.trace == nil ? nil : encoder.dropoutWork
    try encode(read, number, origin, options)
    if let before, let rate = noise.segmentation?.rate {
      let drops = encoder.dropoutWork.drops(since: before, rate: rate.value)
      if drops.words > 0 {
        let mean = drops.expected / Double(drops.words)
        row.trace?.begin(.bpeDropout, trials: drops.words, rate: mean)
        row.trace?.succeed(.bpeDropout, times: drops.dropped)
      }
    }
    if !options.wantsOffsets && !text.appendCounts(of: encoded.ids, read, end, to: &row.byteCounts)
    {
      options.wantsOffsets = true
      try encode(read, number, origin, options)
    }
    if options.wantsOffsets {
      TokenBytes.append(of: encoded, length: read.count, separator: end ?? 0, to: &row.byteCounts)
    }
    row.ids += encoded.ids
    if let changed {
      row.trace?.findTypos(changed.places, in: encoded.offsets, first: first)
      changed.countOriginals(&row.byteCounts[first...])
    }
    let name = UInt32(truncatingIfNeeded: document)
    row.documents.append(contentsOf: repeatElement(name, count: encoded.ids.count))
  }

  private mutating func encode(
    _ bytes: ArraySlice<UInt8>,
    _ number: UInt64,
    _ origin: Int,
    _ options: EncodingOptions
  ) throws {
    // SAFETY: the buffer is read during the call only.
    try unsafe bytes.withUnsafeBufferPointer {
      try unsafe encoder.encode(
        $0,
        number: number,
        origin: origin,
        options: options,
        into: &encoded
      )
    }
  }
}

extension LiveText {
  /// Whether bytes are counted by offsets.
  fileprivate var needsOffsets: Bool { texts == nil }

  fileprivate func appendCounts(
    of ids: [UInt32],
    _ text: ArraySlice<UInt8>,
    _ end: Int?,
    to counts: inout [UInt32]
  ) -> Bool {
    texts?.appendCounts(of: ids, text, end, to: &counts) ?? false
  }
}
