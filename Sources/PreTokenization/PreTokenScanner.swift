// Procedure: a single stage with a hand-written scanner is scanned a batch at a time; anything else is
//   cut whole when a text is started, stage by stage, and handed out in batches.
// Complexity: O(n) for each stage but regular expressions; memory for the pieces where they are cut
//   at once.

import UnicodeText

/// Cuts texts, one after another; one for each thread.
public struct PreTokenScanner {
  private let stages: [PreTokenizer.Stage]
  /// What is scanned a batch at a time; nil where the pieces are cut at once.
  private let scanned: ScannedStage?

  private var position = 0
  private var pieces: [Range<Int>] = []
  private var batch = PreTokenBuffer()
  private var splitters: [Splitter?]
  private var words = WordBreaks()

  /// - Parameter preTokenizer: How to cut. Its marking is the caller's to apply.
  public init(_ preTokenizer: PreTokenizer) {
    stages = preTokenizer.stages
    scanned = stages.count == 1 ? ScannedStage(stages[0]) : stages.isEmpty ? .whole : nil
    splitters = stages.map { stage in
      if case .split(let rule) = stage { Splitter(rule) } else { nil }
    }
  }

  /// Starts on a text.
  ///
  /// - Throws: ``UnicodeTextError`` where ICU fails; ``InvalidData`` where a regular expression takes
  ///   too long.
  public mutating func start(_ text: UnsafeBufferPointer<UInt8>) throws {
    position = 0
    guard scanned == nil else { return }
    pieces = text.isEmpty ? [] : [0..<text.count]
    for index in stages.indices {
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
    if let scanned = ScannedStage(stages[index]) {
      var position = 0
      repeat {
        batch.removeAll()
        scanned.fill(&batch, from: text, at: &position)
        for index in 0..<batch.count {
          let piece = batch[index]
          pieces.append(offset + piece.lowerBound..<offset + piece.upperBound)
        }
      } while batch.count > 0
    } else if splitters[index] != nil {
      try splitters[index]?.append(piecesOf: text, offset: offset, to: &pieces)
    } else {
      try words.append(piecesOf: text, offset: offset, to: &pieces)
    }
  }

  /// Fills a batch with the next pre-tokens.
  ///
  /// - Parameters:
  ///   - batch: Replaced by up to ``PreTokenBuffer/capacity`` ranges; empty at the end.
  ///   - text: The text given to ``start(_:)``.
  public mutating func fill(_ batch: inout PreTokenBuffer, from text: UnsafeBufferPointer<UInt8>) {
    batch.removeAll()
    if let scanned {
      scanned.fill(&batch, from: text, at: &position)
    } else {
      while position < pieces.count && !batch.isFull {
        batch.append(pieces[position].lowerBound, pieces[position].upperBound)
        position += 1
      }
    }
  }
}

/// A stage that is scanned a batch at a time.
private enum ScannedStage {
  case whole, whitespace, whitespaceSplit
  case pattern(KnownPattern)

  init?(_ stage: PreTokenizer.Stage) {
    switch stage {
    case .gpt2: self = .pattern(.gpt2)
    case .whitespace: self = .whitespace
    case .whitespaceSplit: self = .whitespaceSplit
    case .icuWords: return nil
    case .split(let rule):
      guard let pattern = rule.scannedPattern else { return nil }
      self = .pattern(pattern)
    }
  }

  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    switch self {
    case .pattern(let pattern): pattern.fill(&batch, from: text, at: &position)
    case .whitespace: WhitespaceScanner.fillWords(&batch, from: text, at: &position)
    case .whitespaceSplit: WhitespaceScanner.fillRuns(&batch, from: text, at: &position)
    case .whole:
      if position < text.count {
        batch.append(position, text.count)
        position = text.count
      }
    }
  }
}

extension PreTokenizer {
  /// The pre-tokens of a text, as arrays of bytes: for tests, examples and small texts.
  ///
  /// - Throws: ``UnicodeTextError`` where ICU fails; ``InvalidData`` where a regular expression takes
  ///   too long.
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
