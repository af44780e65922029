// Source: Hugging Face tokenizers 0.23: what stands behind ByteLevel in a Sequence (as in Falcon)
//   sees the byte alphabet instead of the text.
// Procedure: a piece is spelled, the stage cuts the spelling, and its pieces are mapped back. Each
//   byte has one character, so every cut lies between two bytes.
// Complexity: that of the stage.

import UnicodeText

/// A stage over the spelling of pieces in the byte alphabet.
struct SpelledStage: StageKind {
  let stage: PreTokenizer.Stage
  var name: String { "byte alphabet: \(stage.kind.name)" }
  var coversEveryByte: Bool { stage.kind.coversEveryByte }
  let safeCut = SafeCut.never

  func makeCutter() -> StageCutter { .pieces(SpelledCutter(stage.kind.makeCutter())) }
}

private struct SpelledCutter: PieceCutter {
  private var cutter: StageCutter
  private var spelling: [UInt8] = []
  /// For each byte of the spelling, and for its end, the byte that it spells.
  private var places: [Int] = []
  private var spelled: [Range<Int>] = []
  private var batch = PreTokenBuffer()

  init(_ cutter: StageCutter) { self.cutter = cutter }

  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>]
  ) throws {
    spelling.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    spelled.removeAll(keepingCapacity: true)
    for (place, byte) in text.enumerated() {
      ByteAlphabet.append(byte, to: &spelling)
      while places.count < spelling.count { places.append(place) }
    }
    places.append(text.count)
    try spelling.withUnsafeBufferPointer {
      try cutter.append(piecesOf: $0, offset: 0, to: &spelled, batch: &batch)
    }
    for piece in spelled {
      pieces.append(offset + places[piece.lowerBound]..<offset + places[piece.upperBound])
    }
  }
}
