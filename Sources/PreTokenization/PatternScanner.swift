// Procedure: a stage or pattern that can be cut left to right, without looking back, fills
//   batches of pre-tokens; its caller asks it once a batch, so the loop over pre-tokens is the
//   scanner's own.
// Complexity: O(n) for every scanner here.

/// Finds pre-tokens from left to right, a batch at a time.
protocol BatchScanner: Sendable {
  /// Fills a batch.
  ///
  /// - Parameters:
  ///   - batch: Empty at first; stays empty only where no pre-token follows.
  ///   - text: Any bytes.
  ///   - position: Where to go on; moved behind the last pre-token found.
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  )
}

/// A regular expression that has a hand-written scanner.
///
/// A new one is a file with a conforming type, and its line in ``KnownPatterns/all``.
protocol PatternScanner: BatchScanner {
  /// The exact texts by which the pattern is known, as Hugging Face's engine reads them; the first
  /// is the one that is written.
  var texts: [String] { get }

  /// Whether the pattern matches at every position, so that nothing is left between matches.
  var coversAll: Bool { get }

  /// Where a text may be cut without changing its matches.
  var safeCut: SafeCut { get }

  /// The end of the match at a position inside the text, or the position where there is none.
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int
}

extension PatternScanner {
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    while position < text.count && !batch.isFull {
      let end = matchEnd(of: text, from: position)
      guard end > position else {
        position = Self.characterEnd(text, at: position)
        continue
      }
      batch.append(position, end)
      position = end
    }
  }

  /// Kept out of the loop, which is the hot one of every pattern that covers all.
  @inline(never)
  private static func characterEnd(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    position + ClassifiedCharacter(text, at: position).length
  }
}

/// The text as it is.
struct WholeTextScanner: BatchScanner {
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    guard position < text.count else { return }
    batch.append(position, text.count)
    position = text.count
  }
}
