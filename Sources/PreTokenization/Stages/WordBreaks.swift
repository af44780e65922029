// Source: Unicode Standard Annex #29 by ICU (see TextBreaks.swift).
// Procedure: all the stretches between word boundaries, so that no byte is lost. One space joins
//   the stretch after it unless that begins with white space, so that a word and its space are one
//   pre-token as under GPT-2's pattern.
// Complexity: O(n).

import UnicodeText

/// Words by Unicode Standard Annex #29 as a stage.
struct WordBreakStage: StageKind {
  let name = "icu-words"
  let coversEveryByte = true
  let safeCut = SafeCut.never

  func makeCutter() -> StageCutter { .pieces(WordBreaks()) }
}

/// Cuts texts at word boundaries.
struct WordBreaks: PieceCutter {
  private var breaker: TextBreaker?
  private var ends: [Int] = []

  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>]
  ) throws {
    let breaker = try self.breaker ?? TextBreaker(.words)
    self.breaker = breaker
    ends.removeAll(keepingCapacity: true)
    try breaker.appendBoundaries(of: text, to: &ends)
    var start = 0
    var pieceStart = 0
    for end in ends {
      let isSpace = end - start == 1 && text[start] == UInt8(ascii: " ")
      let joins =
        isSpace && end < text.count
        && !ClassifiedCharacter(text, at: end).characterClass.isWhitespace
      if !joins {
        pieces.append(offset + pieceStart..<offset + end)
        pieceStart = end
      }
      start = end
    }
  }
}
