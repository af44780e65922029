// Source: Hugging Face tokenizers 0.23, the normalisers Replace, Prepend and Strip, with their
//   alignment: a replacement belongs to the last character of its match, a prefix to the first
//   character of the text.
// Complexity: O(n), except for regular expressions (see ``RegularExpression``).

import CUnicode

/// Replaces the matches of a pattern.
struct Replacement: TextRewriter {
  private let matcher: PatternMatcher
  private let content: [UInt8]
  /// The pattern, if it is a single byte.
  private let byte: UInt8?

  init(_ pattern: TextPattern, with content: String) {
    matcher = PatternMatcher(pattern)
    self.content = Array(content.utf8)
    if case .literal(let text) = pattern, text.utf8.count == 1 {
      byte = text.utf8.first
    } else {
      byte = nil
    }
  }

  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText? {
    if let byte, !content.isEmpty {
      return RewrittenText(replacing: byte, of: text, with: content, tracksOffsets)
    }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var kept = 0
    var isChanged = false
    try matcher.forEachMatch(in: text) { match in
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
    guard isChanged else { return nil }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
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
  private let prefix: [UInt8]
  /// Whether the prefix belongs to the first character; otherwise to none.
  private let isAligned: Bool

  init(_ prefix: String, isAligned: Bool = true) {
    self.prefix = Array(prefix.utf8)
    self.isAligned = isAligned
  }

  func rewrite(_ text: UnsafeBufferPointer<UInt8>, tracksOffsets: Bool) -> RewrittenText? {
    guard let base = text.baseAddress, !text.isEmpty, !prefix.isEmpty else { return nil }
    // SAFETY: the text is not empty, and the decoder reads no more than it is given.
    let length = isAligned ? Int(bpd_decode_utf8(base, text.count).length) : 0
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    result.replace(length, with: prefix + text[..<length])
    result.keep(UnsafeBufferPointer(rebasing: text[length...]))
    return result
  }
}

/// Makes each byte that is not UTF-8 U+FFFD.
struct ByteReplacement: TextRewriter {
  func rewrite(_ text: UnsafeBufferPointer<UInt8>, tracksOffsets: Bool) -> RewrittenText? {
    guard let base = text.baseAddress, bpd_utf8_valid_prefix(base, text.count) < text.count else {
      return nil
    }
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var position = 0
    while position < text.count {
      let rest = UnsafeBufferPointer(rebasing: text[position...])
      // SAFETY: the rest is not empty and lies in the text.
      let valid = rest.baseAddress.map { bpd_utf8_valid_prefix($0, rest.count) } ?? 0
      result.keep(UnsafeBufferPointer(rebasing: rest[..<valid]))
      position += valid
      if position < text.count {
        result.replace(1, with: Array("\u{FFFD}".utf8))
        position += 1
      }
    }
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
