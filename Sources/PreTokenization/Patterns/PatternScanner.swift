// Procedure: a stage or pattern that can be cut from left to right, without looking back, fills
//   batches of pre-tokens; its caller calls it once per batch, so the loop over pre-tokens is the
//   scanner's own.
// Complexity: O(n) for every scanner here.

/// Finds pre-tokens from left to right, a batch at a time.
protocol BatchScanner: Sendable {
  /// Fills a batch.
  ///
  /// - Parameters:
  ///   - batch: Initially empty; stays empty only if no pre-token follows.
  ///   - text: Any bytes.
  ///   - position: Where to continue; advanced past the last pre-token found.
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  )
}

/// A regular expression with a hand-written scanner.
///
/// To add one, add a file with a conforming type, and list it in ``KnownPatterns/all``.
protocol PatternScanner: BatchScanner {
  /// The exact texts that identify the pattern, as Hugging Face's engine reads them; files are
  /// written with the first.
  var texts: [String] { get }

  /// Whether the pattern matches at every position, so that there is no text between matches.
  var coversAll: Bool { get }

  /// Where a text may be cut without changing its matches.
  var safeCut: SafeCut { get }

  /// The end of the match at a position inside the text; the position itself if there is none.
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

  /// Kept out of line: the caller's loop is hot for every pattern that covers all text.
  @inline(never)
  private static func characterEnd(_ text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    position + ClassifiedCharacter(text, at: position).length
  }
}

/// The text as a single pre-token.
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
