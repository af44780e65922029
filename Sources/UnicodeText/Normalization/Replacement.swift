// Source: Hugging Face tokenizers 0.23, the normalisers Replace, Prepend and Strip, with their
//   alignment: a replacement belongs to the last character of its match, a prefix to the first
//   character of the text.
// Complexity: O(n), except for regular expressions (see ``RegularExpression``).

import CUnicode

/// A text to find.
public enum TextPattern: Hashable, Sendable {
  /// A literal text.
  case literal(String)
  /// A regular expression in the syntax of ``RegularExpression``.
  case regex(String)
}

/// Replaces the matches of a pattern.
struct Replacement: TextRewriter {
  private let literal: [UInt8]
  private let regex: SharedRegex?
  private let content: [UInt8]

  init(_ pattern: TextPattern, with content: String) {
    self.content = Array(content.utf8)
    switch pattern {
    case .literal(let text):
      literal = Array(text.utf8)
      regex = text.isEmpty ? SharedRegex("") : nil
    case .regex(let text):
      literal = []
      regex = SharedRegex(text)
    }
  }

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    if !tracksOffsets, literal.count == 1 { return replacingByte(literal[0], text) }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var kept = 0
    var isChanged = false
    func replace(_ match: Range<Int>) {
      isChanged = true
      var start = match.lowerBound
      // What is inserted belongs to the character before it, if there is one.
      let last = Self.lengthOfLast(in: text, before: match.isEmpty ? start : match.upperBound)
      if match.isEmpty && start > kept && !content.isEmpty {
        start -= last
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<start]))
        result.replace(last, with: Array(text[start..<match.lowerBound]) + content)
      } else {
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<start]))
        result.replace(match.count, with: content, aligned: last)
      }
      kept = match.upperBound
    }
    if let regex {
      try regex.use { try $0.forEachMatch(in: text, replace) }
    } else {
      Self.forEachMatch(of: literal, in: text, replace)
    }
    guard isChanged else { return nil }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
  }

  /// Replaces one byte, such as the space, which most files do.
  private func replacingByte(_ byte: UInt8, _ text: UnsafeBufferPointer<UInt8>) -> RewrittenText? {
    let count = text.count { $0 == byte }
    if count == 0 { return nil }
    var result = RewrittenText(tracksOffsets: false)
    let length = text.count - count + count * content.count
    result.bytes = content.withUnsafeBufferPointer { content in
      Array(unsafeUninitializedCapacity: length) { bytes, written in
        // SAFETY: the bytes that stay and the replacements have this length together.
        for next in text {
          if next == byte {
            for replacement in content {
              bytes[written] = replacement
              written += 1
            }
          } else {
            bytes[written] = next
            written += 1
          }
        }
      }
    }
    return result
  }

  private static func forEachMatch(
    of literal: [UInt8],
    in text: UnsafeBufferPointer<UInt8>,
    _ body: (Range<Int>) -> Void
  ) {
    guard let first = literal.first else { return }
    var position = 0
    while position + literal.count <= text.count {
      if text[position] == first, text[position...].starts(with: literal) {
        body(position..<position + literal.count)
        position += literal.count
      } else {
        position += 1
      }
    }
  }

  /// The length of the character that ends at a position; 0 at the start.
  private static func lengthOfLast(in text: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
    var length = min(1, end)
    while length < min(4, end) && text[end - length] & 0xC0 == 0x80 { length += 1 }
    return length
  }
}

/// Puts a text before the first character, unless the text is empty.
struct Prefixing: TextRewriter {
  let prefix: String

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    guard let base = text.baseAddress, !text.isEmpty, !prefix.isEmpty else { return nil }
    // SAFETY: the text is not empty, and the decoder reads no more than it is given.
    let length = Int(bpd_decode_utf8(base, text.count).length)
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    result.replace(length, with: Array(prefix.utf8) + text[..<length])
    result.keep(UnsafeBufferPointer(rebasing: text[length...]))
    return result
  }
}

/// Removes white space from the ends of a text.
struct Stripping: TextRewriter {
  let left: Bool
  let right: Bool

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    guard let base = text.baseAddress else { return nil }
    // Of the first character that stays, and of the end of the last.
    var start = text.count
    var end = 0
    var position = 0
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let character = bpd_decode_utf8(base + position, text.count - position)
      let next = position + Int(character.length)
      if bpd_class_of(character.scalar) & 32 == 0 {
        start = min(start, position)
        end = next
      }
      position = next
    }
    if !left { start = 0 }
    if !right { end = text.count }
    guard start > 0 || end < text.count else { return nil }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    result.replace(start, with: [])
    if start < end { result.keep(UnsafeBufferPointer(rebasing: text[start..<end])) }
    let rest = text.count - max(start, end)
    if rest > 0 { result.replace(rest, with: []) }
    return result
  }
}
