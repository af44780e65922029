// Source: Hugging Face tokenizers 0.23, the pre-tokenisers Metaspace and ByteLevel, which change the
//   pieces that the stages before them have cut.
// Procedure: the rewritten pieces are put behind each other in a new text; what lay between them
//   leaves an empty run in the map.
// Complexity: O(n).

import UnicodeText

/// What a stage makes of each piece.
enum PieceRewriting {
  /// Marks replace spaces.
  case mark(SpaceMarking)
  /// The spelling in the byte alphabet.
  case spell
}

/// One rewriting of one text.
struct PiecePass {
  let rewriting: PieceRewriting
  /// Maps the text to the original; nil if it is the original.
  let map: OffsetMap?
  /// The offset in the document of the original's first byte.
  let start: Int
  /// Whether the text begins its document and is whole.
  let isFirst: Bool
  let tracksOffsets: Bool

  /// Rewrites a text that is whole; nil if nothing changes.
  func rewriteWhole(_ text: UnsafeBufferPointer<UInt8>) -> RewrittenText? {
    rewrite(text, isFirst: isFirst)
  }

  /// Rewrites the pieces of a text, whose ranges become those in the new text.
  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    _ pieces: inout [Range<Int>]
  ) -> RewrittenText {
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var end = 0
    for index in pieces.indices {
      let piece = pieces[index]
      result.replace(piece.lowerBound - end, with: [])
      end = piece.upperBound
      let newStart = result.bytes.count
      let bytes = UnsafeBufferPointer(rebasing: text[piece])
      if let rewritten = rewrite(bytes, isFirst: place(of: piece) == 0) {
        result.append(rewritten)
      } else {
        result.keep(bytes)
      }
      pieces[index] = newStart..<result.bytes.count
    }
    result.replace(text.count - end, with: [])
    return result
  }

  /// Where a piece begins in its document.
  private func place(of piece: Range<Int>) -> Int {
    start + (map?.originalRange(of: piece, byCharacters: true).lowerBound ?? piece.lowerBound)
  }

  private func rewrite(_ text: UnsafeBufferPointer<UInt8>, isFirst: Bool) -> RewrittenText? {
    switch rewriting {
    case .mark(let marking):
      marking.mark(text, isFirst: isFirst, tracksOffsets: tracksOffsets)
    case .spell: CharacterSpelling.rewrite(text, tracksOffsets: tracksOffsets)
    }
  }
}
