// Procedure: the documents are encoded once, plain; their words are packed in order into rows of at
//   most `capacity` plain tokens, and only the places of the cuts are kept. In an epoch a row's text
//   gets that epoch's errors (Typos.swift) and is encoded under its noise: both make more tokens of it,
//   which the room left in the row is for. A word of more plain tokens than the capacity has a row of its own.
// Complexity: building O(text); a row O(its text).
// Determinism: the cuts depend on text, tokenizer and capacity alone, not on threads, seed or epoch; a
//   word's noise depends on its place in its document (see TokenizerEncoder.swift), not on the row; under
//   errors on twice the place where its part of the document begins, and its place in the part.

public import BytePairEncoding
public import Corpora
import Execution
public import Tokenization

/// Text cut into rows, each a run of source text that is the same in every epoch.
public struct TextGrid: Sendable {
  /// A part of a document.
  public struct Piece: Hashable, Sendable {
    /// The document's place in the store.
    public let document: Int
    /// The part's bytes in the document.
    public let range: Range<Int>
    /// Whether the document ends with this part, so that a separator follows.
    public let isEnd: Bool
  }

  private struct Place {
    var document: Int
    var byte: Int
  }

  /// The text.
  public let store: DocumentStore
  /// What encodes it.
  public let tokenizer: Tokenizer
  /// The token put behind each document.
  public let separator: TokenID?
  /// The plain tokens of a row at most.
  public let capacity: Int
  /// Where each row begins, and the end.
  private let starts: [Place]
  /// The tokens' bytes, where those of most documents are the text: then offsets need not be known.
  private let texts: TokenTexts?

  /// Cuts a text into rows.
  ///
  /// - Parameters:
  ///   - store: The text.
  ///   - tokenizer: What encodes it.
  ///   - separator: The token put behind each document.
  ///   - capacity: The plain tokens of a row at most, at least 1.
  ///   - threads: At least 1, of no effect on the rows.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  public init(
    _ store: DocumentStore,
    tokenizer: Tokenizer,
    separator: TokenID?,
    capacity: Int,
    threads: Int
  ) throws {
    precondition(capacity >= 1, "a row has room for at least one token, but \(capacity) is given")
    self.store = store
    self.tokenizer = tokenizer
    self.separator = separator
    self.capacity = capacity
    var starts: [Place] = []
    let texts = TokenTexts(tokenizer)
    var literal = 0
    var filled = 0
    var next = 0
    try OrderedMap(threads: threads).run(
      next: { () -> Int? in
        next += 1
        return next <= store.count ? next - 1 : nil
      },
      makeScratch: { TokenizerEncoder(tokenizer) },
      transform: { encoder, document in
        do {
          return try Self.words(of: document, store, separator, texts, with: &encoder)
        } catch let error as TokenizerEncoder.WordTooLong {
          throw store.located(error, in: document)
        }
      },
      consume: { (document: Int, words: [(start: Int, tokens: Int)], isLiteral: Bool) in
        if isLiteral { literal += 1 }
        for (index, word) in words.enumerated() {
          if starts.isEmpty || (filled > 0 && filled + word.tokens > capacity) {
            let isFirst = starts.isEmpty
            starts.append(
              Place(document: isFirst ? 0 : document, byte: index == 0 ? 0 : word.start)
            )
            filled = 0
          }
          filled += word.tokens
        }
      }
    )
    if !starts.isEmpty { starts.append(Place(document: store.count, byte: 0)) }
    self.starts = starts
    self.texts = 2 * literal >= store.count ? texts : nil
  }

  /// The places where a document may be cut, and the tokens from each to the next.
  ///
  /// Words that begin at the same original byte are one; a separator goes with the last. Fields are encoded each
  /// for itself, so that what is left out of others does not show.
  ///
  /// - Returns: With the document, and whether the tokens' bytes are its text.
  private static func words(
    of document: Int,
    _ store: DocumentStore,
    _ separator: TokenID?,
    _ texts: TokenTexts,
    with encoder: inout TokenizerEncoder
  ) throws -> (document: Int, words: [(start: Int, tokens: Int)], isLiteral: Bool) {
    var options = EncodingOptions()
    options.wantsOffsets = true
    var isLiteral = true
    var counts: [UInt32] = []
    var words: [(start: Int, tokens: Int)] = []
    let fields = store.fields(of: document)
    for (number, field) in fields.enumerated() {
      options.appended = number + 1 == fields.count ? separator : nil
      let bytes = store.bytes(of: document, field)
      let encoded = try encoder.encode(bytes, options: options)
      let end = options.appended == nil ? nil : 0
      isLiteral = isLiteral && texts.appendCounts(of: encoded.ids, bytes, end, to: &counts)
      var lastWord: UInt32?
      for (index, word) in encoded.wordIDs.enumerated() {
        let start = field.lowerBound + encoded.offsets[index].lowerBound
        let isSeparator = options.appended != nil && index + 1 == encoded.ids.count
        if word != lastWord && !isSeparator && start > (words.last?.start ?? -1) || words.isEmpty {
          words.append((start, 0))
        }
        words[words.count - 1].tokens += 1
        lastWord = word
      }
    }
    return (document, words, isLiteral)
  }

  /// The number of rows.
  public var count: Int { max(starts.count - 1, 0) }

  /// The text of a row: parts of documents in order.
  public func pieces(of row: Int) -> [Piece] {
    let (start, end) = (starts[row], starts[row + 1])
    var pieces: [Piece] = []
    for document in start.document...end.document {
      let isEnd = document < end.document
      if !isEnd && end.byte == 0 { break }
      let first = document == start.document ? start.byte : 0
      let last = isEnd ? store.ranges[document].count : end.byte
      pieces.append(Piece(document: document, range: first..<last, isEnd: isEnd))
    }
    return pieces
  }

  /// Encodes a row.
  ///
  /// - Parameters:
  ///   - number: Its number, below ``count``.
  ///   - noise: Of the epoch, or nil.
  ///   - typos: Of the step, or nil.
  ///   - dropped: The fields left out in the step, or nil.
  ///   - encoder: Of this grid's tokenizer.
  ///   - row: Empty; gets all tokens of the row, however many.
  /// - Throws: ``UnicodeTextError`` or ``TokenizerEncoder/WordTooLong``.
  func encode(
    _ number: Int,
    noise: SegmentationNoise?,
    typos: Typos.Drawn?,
    fields dropped: FieldDropout.Drawn?,
    with encoder: inout TokenizerEncoder,
    into row: inout Row
  ) throws {
    for piece in pieces(of: number) {
      let document = store.firstNumber &+ UInt64(piece.document)
      let fields = store.fields(of: piece.document)
      for (index, field) in fields.enumerated() {
        let range = field.clamped(to: piece.range)
        let end = piece.isEnd && index + 1 == fields.count ? separator : nil
        if range.isEmpty && end == nil { continue }
        var isDropped = false
        if let dropped, !range.isEmpty {
          // Told of in the row in which the field begins.
          var trace = range.lowerBound == field.lowerBound ? row.trace : nil
          isDropped = dropped.isDropped(index, ofDocument: document, &trace)
          row.trace = trace ?? row.trace
        }
        let part = Piece(
          document: piece.document,
          range: isDropped ? range.lowerBound..<range.lowerBound : range,
          isEnd: end != nil
        )
        try encode(part, document, noise: noise, typos: typos, with: &encoder, into: &row)
      }
    }
    row.segments.append(0..<row.ids.count)
  }

  /// Encodes a part of a row that is of one document and one field.
  private func encode(
    _ piece: Piece,
    _ document: UInt64,
    noise: SegmentationNoise?,
    typos: Typos.Drawn?,
    with encoder: inout TokenizerEncoder,
    into row: inout Row
  ) throws {
    var options = EncodingOptions()
    options.noise = noise
    options.wantsOffsets = texts == nil || row.trace != nil
    options.appended = piece.isEnd ? separator : nil
    let text = store.bytes(of: piece.document, piece.range)
    let changed = typos?.apply(to: text, document: document, origin: piece.range.lowerBound)
    if let changed {
      row.trace?.begin(.typo, trials: changed.trials, rate: typos?.rate)
      row.trace?.succeed(.typo, times: changed.errors)
    }
    let read = changed?.bytes ?? text
    // A text with errors has at most twice as many bytes: no two words share a position.
    let origin = piece.range.lowerBound * (changed == nil ? 1 : 2)
    let lineFeed =
      store.byteCountWithSeparator(of: piece.document) - store.ranges[piece.document].count
    let end = options.appended == nil ? nil : lineFeed
    var encoded = try encoder.encode(read, number: document, origin: origin, options: options)
    let first = row.byteCounts.count
    let isCounted =
      !options.wantsOffsets
      && texts?.appendCounts(of: encoded.ids, read, end, to: &row.byteCounts) ?? false
    if !isCounted {
      if !options.wantsOffsets {
        options.wantsOffsets = true
        encoded = try encoder.encode(read, number: document, origin: origin, options: options)
      }
      TokenBytes.append(of: encoded, length: read.count, separator: end ?? 0, to: &row.byteCounts)
    }
    row.ids += encoded.ids
    if let changed { row.trace?.findTypos(changed.places, in: encoded.offsets, first: first) }
    if let changed { changed.countOriginals(&row.byteCounts[first...]) }
    let number = UInt32(truncatingIfNeeded: piece.document)
    row.documents.append(contentsOf: repeatElement(number, count: encoded.ids.count))
  }
}
