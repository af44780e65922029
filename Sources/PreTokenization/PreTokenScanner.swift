// Procedure: a single stage with a hand-written scanner is scanned a batch at a time. Otherwise the
//   whole text is cut when it is started, stage by stage, and the pieces are returned in batches.
//   Stages that rewrite come first, with the cuts between them (PieceRewriting.swift).
// Complexity: O(n) for each stage except regular expressions; memory for the pieces of a text that
//   is cut as a whole.

package import UnicodeText

/// Cuts one text after another; one for each thread.
public struct PreTokenScanner {
  /// The cuts before the first rewriting, between two, and after the last.
  private var parts: [[StageCutter]]
  private let rewritings: [PieceRewriting]
  /// The scanner of the only stage of the last part, if texts are scanned a batch at a time.
  private let scanner: any BatchScanner
  /// Whether texts are scanned; otherwise they are cut as a whole.
  private let isScanned: Bool

  private var position = 0
  private var pieces: [Range<Int>] = []
  private var batch = PreTokenBuffer()
  /// The pieces that rewriting left of the next text to start; nil if it is whole.
  private var given: [Range<Int>]?

  /// - Parameter preTokenizer: The stages.
  public init(_ preTokenizer: PreTokenizer) { self.init(preTokenizer, uncut: nil) }

  /// - Parameters:
  ///   - preTokenizer: The stages.
  ///   - uncut: Cuts the texts instead of the stages that do not rewrite; nil to apply these.
  package init(_ preTokenizer: PreTokenizer, uncut: MarkScanner?) {
    rewritings = preTokenizer.stages.compactMap(\.rewriting)
    parts = preTokenizer.stages.split(omittingEmptySubsequences: false) { $0.rewriting != nil }
      .map { $0.map { $0.kind.makeCutter() } }
    let last = parts.last ?? []
    if let uncut {
      (scanner, isScanned) = (uncut, true)
    } else if last.count == 1, case .scanner(let only) = last[0] {
      (scanner, isScanned) = (only, true)
    } else {
      (scanner, isScanned) = (WholeTextScanner(), last.isEmpty)
    }
  }

  /// Applies the stages that rewrite, and the cuts between them, to the text that is started next.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - map: Maps the text to the original; nil if it is the original.
  ///   - start: The offset in the document of the original's first byte.
  ///   - isFirst: Whether the text begins its document.
  ///   - tracksOffsets: Whether the result leads back to the original; needed where marks depend on
  ///     the place of a piece (``PreTokenizer/dependsOnPlaces``).
  /// - Returns: The rewritten text, to be started instead; nil if nothing is rewritten.
  /// - Throws: As ``start(_:)``.
  package mutating func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    from map: OffsetMap?,
    start: Int,
    isFirst: Bool,
    tracksOffsets: Bool = true
  ) throws -> NormalizedText? {
    given = nil
    guard !rewritings.isEmpty else { return nil }
    var current: NormalizedText?
    var whole = true
    for (index, rewriting) in rewritings.enumerated() {
      let map = current?.offsets ?? map
      let pass = PiecePass(
        rewriting: rewriting,
        map: map,
        start: start,
        isFirst: isFirst && whole,
        tracksOffsets: tracksOffsets
      )
      func run(_ text: UnsafeBufferPointer<UInt8>) throws -> NormalizedText? {
        if whole && parts[index].isEmpty { return pass.rewriteWhole(text)?.normalized(from: map) }
        try cut(text, part: index, given: given)
        whole = false
        let rewritten = pass.rewrite(text, &pieces)
        given = pieces
        return rewritten.normalized(from: map)
      }
      let next = try current?.bytes.withUnsafeBufferPointer(run) ?? run(text)
      if let next { current = next }
    }
    return current
  }

  /// Starts on a text, which is the last one that ``rewrite(_:from:start:isFirst:)`` returned or
  /// was given.
  ///
  /// - Throws: ``UnicodeTextError`` if ICU fails; ``InvalidData`` if a regular expression
  ///   takes too long.
  public mutating func start(_ text: UnsafeBufferPointer<UInt8>) throws {
    position = 0
    if isScanned && given == nil { return }
    try cut(text, part: parts.count - 1, given: given)
  }

  /// Cuts a text, or its given pieces, into ``pieces``.
  private mutating func cut(
    _ text: UnsafeBufferPointer<UInt8>,
    part: Int,
    given: [Range<Int>]?
  ) throws {
    pieces = given ?? (text.isEmpty ? [] : [0..<text.count])
    for index in parts[part].indices {
      let whole = pieces
      pieces.removeAll(keepingCapacity: true)
      for piece in whole {
        try parts[part][index].append(
          piecesOf: UnsafeBufferPointer(rebasing: text[piece]),
          offset: piece.lowerBound,
          to: &pieces,
          batch: &batch
        )
      }
    }
  }

  /// Fills a batch with the next pre-tokens.
  ///
  /// - Parameters:
  ///   - batch: Replaced by up to ``PreTokenBuffer/capacity`` ranges; empty at the end.
  ///   - text: The text given to ``start(_:)``.
  public mutating func fill(_ batch: inout PreTokenBuffer, from text: UnsafeBufferPointer<UInt8>) {
    batch.removeAll()
    if isScanned && given == nil {
      // Most texts are short: this finds the end without a call of the scanner.
      guard position < text.count else { return }
      scanner.fill(&batch, from: text, at: &position)
    } else {
      while position < pieces.count && !batch.isFull {
        batch.append(pieces[position].lowerBound, pieces[position].upperBound)
        position += 1
      }
    }
  }
}

extension PreTokenizer {
  /// The pre-tokens of a text, as arrays of bytes; for tests, examples and small texts.
  ///
  /// - Throws: ``UnicodeTextError`` if ICU fails; ``InvalidData`` if a regular expression takes too
  ///   long.
  public func split(_ text: [UInt8]) throws -> [[UInt8]] {
    var scanner = PreTokenScanner(self)
    let rewritten = try text.withUnsafeBufferPointer {
      try scanner.rewrite($0, from: nil, start: 0, isFirst: true)
    }
    let text = rewritten?.bytes ?? text
    return try text.withUnsafeBufferPointer { bytes in
      var batch = PreTokenBuffer()
      var pieces: [[UInt8]] = []
      try scanner.start(bytes)
      repeat {
        scanner.fill(&batch, from: bytes)
        for index in 0..<batch.count { pieces.append(Array(text[batch[index]])) }
      } while batch.count > 0
      return pieces
    }
  }
}
