// Procedure: a single stage with a hand-written scanner is scanned a batch at a time. Otherwise the
//   whole text is cut when it is started, stage by stage, and the pieces are returned in batches.
// Complexity: O(n) for each stage except regular expressions; memory for the pieces of a text that
//   is cut as a whole.

import UnicodeText

/// Cuts one text after another; one for each thread.
public struct PreTokenScanner {
  private var cutters: [StageCutter]
  /// The scanner of the only stage, if texts are scanned a batch at a time.
  private let scanner: any BatchScanner
  /// Whether texts are scanned; otherwise they are cut as a whole.
  private let isScanned: Bool

  private var position = 0
  private var pieces: [Range<Int>] = []
  private var batch = PreTokenBuffer()

  /// - Parameter preTokenizer: The stages. The caller applies its marking.
  public init(_ preTokenizer: PreTokenizer) {
    cutters = preTokenizer.stages.map { $0.kind.makeCutter() }
    if cutters.count == 1, case .scanner(let only) = cutters[0] {
      (scanner, isScanned) = (only, true)
    } else {
      (scanner, isScanned) = (WholeTextScanner(), cutters.isEmpty)
    }
  }

  /// Starts on a text.
  ///
  /// - Throws: ``UnicodeTextError`` if ICU fails; ``InvalidData`` if a regular expression
  ///   takes too long.
  public mutating func start(_ text: UnsafeBufferPointer<UInt8>) throws {
    position = 0
    guard !isScanned else { return }
    pieces = text.isEmpty ? [] : [0..<text.count]
    for index in cutters.indices {
      let whole = pieces
      pieces.removeAll(keepingCapacity: true)
      for piece in whole {
        let part = UnsafeBufferPointer(rebasing: text[piece])
        try append(piecesOf: part, offset: piece.lowerBound, stage: index)
      }
    }
  }

  private mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    stage index: Int
  ) throws {
    switch cutters[index] {
    case .scanner(let scanner):
      var position = 0
      repeat {
        batch.removeAll()
        scanner.fill(&batch, from: text, at: &position)
        for index in 0..<batch.count {
          let piece = batch[index]
          pieces.append(offset + piece.lowerBound..<offset + piece.upperBound)
        }
      } while batch.count > 0
    case .pieces(var cutter):
      // A cutter keeps its matcher and buffers from one text to the next.
      defer { cutters[index] = .pieces(cutter) }
      try cutter.append(piecesOf: text, offset: offset, to: &pieces)
    }
  }

  /// Fills a batch with the next pre-tokens.
  ///
  /// - Parameters:
  ///   - batch: Replaced by up to ``PreTokenBuffer/capacity`` ranges; empty at the end.
  ///   - text: The text given to ``start(_:)``.
  public mutating func fill(_ batch: inout PreTokenBuffer, from text: UnsafeBufferPointer<UInt8>) {
    batch.removeAll()
    if isScanned {
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
    let marked = text.withUnsafeBufferPointer { marking?.marked($0, from: nil, isFirst: true) }
    let text = marked?.bytes ?? text
    return try text.withUnsafeBufferPointer { bytes in
      var scanner = PreTokenScanner(self)
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
