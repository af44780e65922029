// Source: Hugging Face tokenizers 0.23, the pre-tokeniser UnicodeScripts, whose scripts are those of
//   Unicode 9 (Standard Annex #24).
// Procedure: Hiragana, Katakana and U+30FC count as Han. A space, and a character that Unicode 9
//   does not assign, has no script: it belongs to the run before it, and is left out before the
//   first.
// Complexity: O(n).

import CUnicode
import UnicodeText

/// Runs of one script as a stage.
struct ScriptStage: StageKind {
  let name = "scripts"
  let coversEveryByte = false
  let safeCut = SafeCut.never

  func makeCutter() -> StageCutter { .pieces(ScriptRuns()) }
}

private struct ScriptRuns: PieceCutter {
  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>]
  ) {
    guard let base = text.baseAddress else { return }
    var last: CharacterScript?
    var start: Int?
    var position = 0
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let character = bpd_decode_utf8(base + position, text.count - position)
      if let script = CharacterScript(inUnicode9: character.scalar) {
        if script != last {
          if let start { pieces.append(offset + start..<offset + position) }
          start = position
        }
        last = script
      }
      position += Int(character.length)
    }
    if let start { pieces.append(offset + start..<offset + text.count) }
  }
}
