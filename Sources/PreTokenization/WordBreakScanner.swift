// Source: Unicode Standard Annex #29 by ICU (see TextBreaks.swift).
// Procedure: the stretches between word boundaries, all of them, so that no byte is lost; one space
//   joins the stretch after it where that begins with something else than white space, so that a
//   word and its space are one pre-token as under GPT-2's pattern.
// Complexity: O(n).

import UnicodeText

struct WordBreakScanner {
  private var breaker: TextBreaker?
  private var ends: [Int] = []
  private var next = 0
  private var position = 0

  mutating func start(_ text: UnsafeBufferPointer<UInt8>) throws {
    ends.removeAll(keepingCapacity: true)
    next = 0
    position = 0
    let breaker = try self.breaker ?? TextBreaker(.words)
    self.breaker = breaker
    try breaker.appendBoundaries(of: text, to: &ends)
    joinSpaces(text)
  }

  /// Removes the boundary between a single space and the word after it.
  private mutating func joinSpaces(_ text: UnsafeBufferPointer<UInt8>) {
    var kept = 0
    var start = 0
    for end in ends {
      let isSpace = end - start == 1 && text[start] == UInt8(ascii: " ")
      let joins =
        isSpace && end < text.count
        && !ClassifiedCharacter(text, at: end).characterClass.isWhitespace
      if !joins {
        ends[kept] = end
        kept += 1
      }
      start = end
    }
    ends.removeLast(ends.count - kept)
  }

  mutating func fill(_ batch: inout PreTokenBuffer) {
    while next < ends.count && !batch.isFull {
      batch.append(position, ends[next])
      position = ends[next]
      next += 1
    }
  }
}
