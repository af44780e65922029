// Source: Unicode Standard Annex #15 (normalization forms), by ICU.
// Procedure: the text is cut into pieces of about 32 kB, at the edges of invalid bytes and before
//   ASCII characters, which no normal form ever composes with what precedes them. A piece of plain
//   characters (PlainCharacters.cpp), or one that ICU's quick check finds normal, is kept. Any
//   other is transformed by ICU with a record of its edits; long runs of combining marks are
//   ordered first (MarkRuns.cpp). Bytes that are not UTF-8 pass through unchanged.
// Complexity: O(n).
// Determinism: depends on the Unicode version of the installed ICU for characters that an older
//   version does not assign; normal forms of assigned characters are stable by policy.

import CICU
import CUnicode

/// A transform that ICU makes.
enum ICUTransform: Int32, TextRewriter {
  case nfc = 0
  case nfd = 1
  case nfkc = 2
  case nfkd = 3
  case nfkcCasefold = 4
  case lowercase = 5
  /// Removes category M.
  case stripMarks = 6
  /// Removes category Mn.
  case stripNonspacingMarks = 7

  private static let pieceLength = 1 << 15

  /// Whether ASCII text never changes.
  private var keepsASCII: Bool { self != .lowercase && self != .nfkcCasefold }

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    guard let base = text.baseAddress else { return nil }
    if keepsASCII && bpd_ascii_prefix(base, text.count) == text.count { return nil }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var position = 0
    var kept = 0
    var changed = false
    while position < text.count {
      let end = try pieceEnd(of: text, from: position)
      if end == position {
        position += 1  // A byte that is not UTF-8 is kept.
        continue
      }
      let piece = UnsafeBufferPointer(rebasing: text[position..<end])
      if try !isUnchanged(piece) {
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<position]))
        try transform(piece, into: &result)
        kept = end
        changed = true
      }
      position = end
    }
    guard changed else { return nil }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
  }

  /// The end of the piece at a position: valid UTF-8, followed by the end of the text, an invalid
  /// byte or an ASCII character; the position itself if the byte there is invalid.
  private func pieceEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) throws -> Int {
    let limit = min(text.count, start + Self.pieceLength)
    var end = start + validPrefix(text, from: start, to: limit)
    if end < limit {
      // Here is either an invalid byte or a character cut by the limit.
      let rest = UnsafeBufferPointer(rebasing: text[end...])
      guard let base = rest.baseAddress else { return end }
      let decoded = bpd_decode_utf8(base, rest.count)
      if decoded.scalar == .max { return end }
      end += Int(decoded.length)
    }
    while end < text.count && text[end] >= 0x80 {
      let rest = UnsafeBufferPointer(rebasing: text[end...])
      guard let base = rest.baseAddress else { break }
      let decoded = bpd_decode_utf8(base, rest.count)
      if decoded.scalar == .max { break }
      end += Int(decoded.length)
    }
    guard end - start < Int32.max else {
      throw UnicodeTextError(
        "a run of 2 GiB without an ASCII character cannot be normalised; split the document"
      )
    }
    return end
  }

  private func validPrefix(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int,
    to end: Int
  ) -> Int {
    let part = UnsafeBufferPointer(rebasing: text[start..<end])
    return part.baseAddress.map { bpd_utf8_valid_prefix($0, part.count) } ?? 0
  }

  private func isUnchanged(_ piece: UnsafeBufferPointer<UInt8>) throws -> Bool {
    let answer = piece.withMemoryRebound(to: CChar.self) { piece in
      bpd_is_unchanged(rawValue, piece.baseAddress, Int32(piece.count))
    }
    if answer < 0 { throw UnicodeTextError(icu: answer, "\(self)") }
    return answer == 1
  }

  private func transform(
    _ piece: UnsafeBufferPointer<UInt8>,
    into rewritten: inout RewrittenText
  ) throws {
    var result = bpd_transformed()
    let status = piece.withMemoryRebound(to: CChar.self) { piece in
      bpd_transform_text(rawValue, true, piece.baseAddress, Int32(piece.count), &result)
    }
    if status < 0 { throw UnicodeTextError(icu: status, "\(self)") }
    // SAFETY: the result owns `length` bytes and `edit_count` edits until it is freed here.
    defer { bpd_transformed_free(&result) }
    let bytes = UnsafeRawBufferPointer(start: result.bytes, count: Int(result.length))
      .bindMemory(to: UInt8.self)
    rewritten.bytes.append(contentsOf: bytes)
    guard rewritten.tracksOffsets else { return }
    var (old, new) = (0, 0)
    for edit in UnsafeBufferPointer(start: result.edits, count: Int(result.edit_count)) {
      let oldEnd = old + Int(edit.original_length)
      let newEnd = new + Int(edit.transformed_length)
      rewritten.layer.append(
        original: oldEnd - old,
        transformed: newEnd - new,
        changed: edit.changed
      )
      if edit.changed {
        CharacterAlignment.append(
          UnsafeBufferPointer(rebasing: piece[old..<oldEnd]),
          UnsafeBufferPointer(rebasing: bytes[new..<newEnd]),
          to: &rewritten.characterLayer
        )
      } else {
        rewritten.characterLayer.append(
          original: oldEnd - old,
          transformed: newEnd - new,
          changed: false
        )
      }
      (old, new) = (oldEnd, newEnd)
    }
  }
}
