// Procedure: a single stage with a hand-written scanner is scanned a batch at a time. Otherwise
//   the text is cut at once, stage by stage, when it is started, and the pieces are handed out in
//   batches.
// Complexity: O(n) for each stage but regular expressions; memory for the pieces where a text is
//   cut at once.

import UnicodeText

/// Cuts texts, one after another; one for each thread.
public struct PreTokenScanner {
  private var cutters: [StageCutter]
  /// The scanner of the only stage, where texts are scanned a batch at a time.
  private let scanner: any BatchScanner
  /// Whether texts are scanned; else they are cut at once.
  private let isScanned: Bool

  private var position = 0
  private var pieces: [Range<Int>] = []
  private var batch = PreTokenBuffer()

  /// - Parameter preTokenizer: How to cut. Its marking is the caller's to apply.
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
  /// - Throws: ``UnicodeTextError`` where ICU fails; ``InvalidData`` where a regular expression
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
      // A cutter keeps its matcher and memory from one text to the next.
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
      // Most texts are short: the end is found without asking.
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
  /// The pre-tokens of a text, as arrays of bytes: for tests, examples and small texts.
  ///
  /// - Throws: ``UnicodeTextError`` where ICU fails; ``InvalidData`` where a regular expression
  ///   takes too long.
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
