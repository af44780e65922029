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
  let tracksOffsets: Bool

  /// Rewrites a text that is whole; nil if nothing changes.
  func rewriteWhole(_ text: UnsafeBufferPointer<UInt8>) -> NormalizedText? {
    switch rewriting {
    case .mark(let marking):
      marking.mark(
        text,
        from: map,
        isFirst: !text.isEmpty && place(of: 0..<1) == 0,
        tracksOffsets: tracksOffsets
      )
    case .spell:
      CharacterSpelling().rewrite(text, tracksOffsets: tracksOffsets)?.normalized(from: map)
    }
  }

  /// Rewrites the pieces of a text, whose ranges become those in the new text.
  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    _ pieces: inout [Range<Int>]
  ) -> NormalizedText {
    var joined = RewrittenText(tracksOffsets: tracksOffsets)
    var end = 0
    for index in pieces.indices {
      let piece = pieces[index]
      joined.replace(piece.lowerBound - end, with: [])
      end = piece.upperBound
      let newStart = joined.bytes.count
      let part = UnsafeBufferPointer(rebasing: text[piece])
      if let rewritten = rewritePiece(part, isFirst: place(of: piece) == 0) {
        joined.append(rewritten)
      } else {
        joined.keep(part)
      }
      pieces[index] = newStart..<joined.bytes.count
    }
    joined.replace(text.count - end, with: [])
    let result = joined.normalized(from: map)
    guard case .mark(let marking) = rewriting else { return result }
    return replaceSpaces(marking, result, &pieces)
  }

  /// What can be done to a piece on its own: all but the replacement of spaces.
  private func rewritePiece(
    _ text: UnsafeBufferPointer<UInt8>,
    isFirst: Bool
  ) -> RewrittenText? {
    switch rewriting {
    case .mark(let marking): marking.prefix(text, isFirst: isFirst, tracksOffsets: tracksOffsets)
    case .spell: CharacterSpelling().rewrite(text, tracksOffsets: tracksOffsets)
    }
  }

  private func replaceSpaces(
    _ marking: SpaceMarking,
    _ text: NormalizedText,
    _ pieces: inout [Range<Int>]
  ) -> NormalizedText {
    text.bytes.withUnsafeBufferPointer { bytes in
      let replaced = marking.replaceSpaces(bytes, tracksOffsets: tracksOffsets)
      guard let replaced else { return text }
      let growth = marking.mark.utf8.count - 1
      var shift = 0
      // The pieces follow each other without gaps.
      for index in pieces.indices {
        let start = pieces[index].lowerBound + shift
        shift += growth * bytes[pieces[index]].count { $0 == 0x20 }
        pieces[index] = start..<pieces[index].upperBound + shift
      }
      return replaced.normalized(from: text.offsets)
    }
  }

  /// Where a piece begins in its document.
  private func place(of piece: Range<Int>) -> Int {
    start + (map?.originalRange(of: piece, byCharacters: true).lowerBound ?? piece.lowerBound)
  }
}
