// Procedure: the documents are encoded once, without noise. Their words fill rows of at most
//   `capacity` plain tokens, in order, and only the cuts are kept. An epoch encodes a row's text
//   under its noise (LiveText.swift), which gives more tokens: a row has slack for them. A word of
//   more plain tokens than the capacity has a row of its own.
// Complexity: building O(text); a row O(its text).
// Determinism: the cuts depend on text, tokenizer and capacity alone, not on threads, seed or
//   epoch.

public import BytePairEncoding
public import Corpora
import Execution
import Tokenization

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

  /// Where a row begins.
  struct Place {
    var document: Int
    var byte: Int
  }

  /// The text, and what encodes it.
  let text: LiveText
  /// The plain tokens of a row at most.
  public let capacity: Int
  /// Where each row begins, and the end.
  let starts: [Place]

  init(_ text: LiveText, capacity: Int, starts: [Place]) {
    (self.text, self.capacity, self.starts) = (text, capacity, starts)
  }

  /// Cuts a text into rows.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - capacity: The plain tokens of a row at most, at least 1.
  ///   - threads: At least 1; of no effect on the rows.
  /// - Returns: Where each row begins, and the end.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  static func cut(_ text: LiveText, _ capacity: Int, threads: Int) throws -> [Place] {
    let (store, separator) = (text.store, text.separator)
    var starts: [Place] = []
    var filled = 0
    var next = 0
    try OrderedMap(threads: threads).run(
      next: { () -> Int? in
        next += 1
        return next <= store.count ? next - 1 : nil
      },
      makeScratch: { TokenizerEncoder(text.tokenizer) },
      transform: { encoder, document in
        do {
          return (document, try words(of: document, store, separator, with: &encoder))
        } catch let error as TokenizerEncoder.WordTooLong {
          throw store.located(error, in: document)
        }
      },
      consume: { (document: Int, words: [(start: Int, tokens: Int)]) in
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
    return starts
  }

  /// The documents.
  public var store: DocumentStore { text.store }
  /// The token put behind each document.
  public var separator: TokenID? { text.separator }

  /// The places where a document may be cut, and the tokens from each to the next.
  ///
  /// Words that begin at the same original byte are one; a separator belongs to the last. Fields
  /// are encoded one by one, so that a row is the same whatever other fields are left out.
  private static func words(
    of document: Int,
    _ store: DocumentStore,
    _ separator: TokenID?,
    with encoder: inout TokenizerEncoder
  ) throws -> [(start: Int, tokens: Int)] {
    var options = EncodingOptions()
    options.wantsOffsets = true
    var words: [(start: Int, tokens: Int)] = []
    let fields = store.fields(of: document)
    for (number, field) in fields.enumerated() {
      options.appended = number + 1 == fields.count ? separator : nil
      let bytes = store.bytes(of: document, field)
      let encoded = try encoder.encode(bytes, options: options)
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
    return words
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
  ///   - noise: Of the step.
  ///   - encoder: Of this grid's tokenizer.
  ///   - row: Empty; gets all tokens of the row, however many.
  /// - Throws: ``UnicodeTextError``; ``InvalidData`` for a word that is too long.
  func encode(
    _ number: Int,
    _ noise: TextNoise,
    with encoder: inout LiveEncoder,
    into row: inout Row
  ) throws {
    for piece in pieces(of: number) {
      try encoder.encode(piece.document, (piece.range, piece.isEnd), of: text, noise, into: &row)
    }
    row.joinSegments()
  }
}
