// Source: Hugging Face tokenizers 0.23, the pre-tokeniser FixedLength.
// Complexity: O(n).

import UnicodeText

/// Pieces of a number of characters as a stage.
struct FixedLengthStage: StageKind {
  let length: Int
  var name: String { "fixed-length \(length)" }
  let coversEveryByte = true
  let safeCut = SafeCut.never

  func makeCutter() -> StageCutter { .pieces(Cutter(length: length)) }

  private struct Cutter: PieceCutter {
    let length: Int

    mutating func append(
      piecesOf text: UnsafeBufferPointer<UInt8>,
      offset: Int,
      to pieces: inout [Range<Int>]
    ) {
      var start = 0
      var position = 0
      var count = 0
      for size in CharacterLengths(text) {
        position += size
        count += 1
        if count == length {
          pieces.append(offset + start..<offset + position)
          (start, count) = (position, 0)
        }
      }
      if start < position { pieces.append(offset + start..<offset + position) }
    }
  }
}
