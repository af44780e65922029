// Source: M. Berglund, B. van der Merwe, "Formalizing BPE Tokenization" (arXiv 2309.08715): tokens
//   are the segmentation of a text if and only if each two neighbours are the segmentation of the
//   bytes they span. It holds for every merge table: until a merge crosses a boundary, both sides
//   merge independently.
// Procedure: overlapping windows of the word are segmented from left to right. Each begins with a
//   token of the window before, well before its end. If both agree on that token, all neighbours
//   are correct, and so is the whole; otherwise the window before is made longer.
// Complexity: O(n), and O(n log n) if windows do not agree.
// Determinism: the tokens are those of the whole word's segmentation.

/// A segmented part of a long word.
struct SegmentedWindow {
  var tokens: [UInt32] = []
  /// The start of each token in the window.
  var starts: [Int] = []

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
  }

  mutating func append(_ token: UInt32, at start: Int) {
    tokens.append(token)
    starts.append(start)
  }
}

extension WordSegmenter {
  /// The length of a window in bytes: short enough for ``ShortSplit``, and a few tokens of most
  /// texts.
  private static let windowLength = 32

  /// Where a window begins.
  private struct WindowStart {
    var position: Int
    /// The token of the window before at this position.
    var token: UInt32?
    /// The number of tokens before the window's first is appended.
    var count: Int
  }

  /// Segments a long word by plain BPE and appends its tokens.
  mutating func segmentLong(_ word: UnsafeBufferPointer<UInt8>, into tokens: inout [UInt32]) {
    precondition(
      word.count <= WordLimits.longestWord,
      "a word has at most 16 MiB, but this has \(word.count)"
    )
    // The windows so far, each with the token it must begin with; the last is the current one.
    var starts = [WindowStart(position: 0, token: nil, count: tokens.count)]
    var length = Self.windowLength
    while let start = starts.last {
      let end = min(start.position + length, word.count)
      segmentWindow(UnsafeBufferPointer(rebasing: word[start.position..<end]))
      if let token = start.token, window.tokens[0] != token {
        // The window before was too short; if it now begins with another token, so was its own
        // predecessor.
        starts.removeLast()
        guard let previous = starts.last else { return }
        tokens.removeLast(tokens.count - previous.count)
        length = 4 * (end - previous.position)
        continue
      }
      if end == word.count {
        for token in window.tokens { model.emit(token, into: &tokens) }
        return
      }
      // The last quarter of a window may depend on what follows it.
      guard let kept = window.starts.lastIndex(where: { $0 <= length / 4 * 3 }), kept > 0 else {
        length *= 4
        continue
      }
      for token in window.tokens[..<kept] { model.emit(token, into: &tokens) }
      starts.append(
        WindowStart(
          position: start.position + window.starts[kept],
          token: window.tokens[kept],
          count: tokens.count
        )
      )
      if kept > 16 { length = max(length / 2, Self.windowLength) }
    }
  }
}
