// Source: subword-nmt 0.3.8 (apply_bpe.py: isolate_glossary, glossaries_regex).
// Procedure: each glossary in turn cuts the parts of a word at its matches; a part that a glossary
//   matches as a whole is one piece.
// Complexity: that of the regular expressions, for each glossary.

import Diagnostics
import UnicodeText

/// A text or regular expression whose matches are never split.
public struct Glossary: Hashable, Sendable {
  /// The regular expression.
  public let pattern: String

  /// - Parameter pattern: A text or regular expression without capturing groups.
  /// - Throws: ``InvalidData`` if the expression is malformed or has a group that captures:
  ///   subword-nmt would write its text twice.
  public init(_ pattern: String) throws {
    self.pattern = pattern
    guard !pattern.isEmpty else { throw InvalidData("a glossary must not be empty") }
    guard !Self.hasCapturingGroup(pattern) else {
      throw InvalidData(
        "the glossary '\(pattern)' has a group that captures: write (?:…) instead of (…)"
      )
    }
    _ = try RegularExpression(pattern)
  }

  private static func hasCapturingGroup(_ pattern: String) -> Bool {
    var rest = Array(pattern.utf8)[...]
    var isInClass = false
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): _ = rest.popFirst()
      case UInt8(ascii: "["): isInClass = true
      case UInt8(ascii: "]"): isInClass = false
      case UInt8(ascii: "(") where !isInClass:
        let next = String(decoding: rest.prefix(4), as: UTF8.self)
        let isNamed =
          next.hasPrefix("?P<")
          || (next.hasPrefix("?<") && !"=!".contains(next.dropFirst(2).first ?? "x"))
        if !next.hasPrefix("?") || isNamed { return true }
      default: break
      }
    }
    return false
  }
}

/// Cuts words at the matches of glossaries; for any number of threads.
struct GlossaryCutter: Sendable {
  /// Matches a part that is a glossary as a whole.
  private let whole: PatternMatcher
  /// Each glossary, and the expression by which a part counts as one match of it.
  private let each: [(search: PatternMatcher, whole: PatternMatcher)]

  init(_ glossaries: [Glossary]) {
    let patterns = glossaries.map(\.pattern)
    whole = PatternMatcher(.regex("^(?:" + patterns.joined(separator: "|") + ")$"))
    // As subword-nmt builds it: in `a|b` the anchors belong to one alternative each.
    each = patterns.map { (PatternMatcher(.regex($0)), PatternMatcher(.regex("^" + $0 + "$"))) }
  }

  /// Whether a part is never split.
  ///
  /// - Throws: ``InvalidData`` if matching takes too long.
  func isWhole(_ part: UnsafeBufferPointer<UInt8>) throws -> Bool {
    try Self.matchesAtStart(whole, part)
  }

  private static func matchesAtStart(
    _ regex: PatternMatcher,
    _ text: UnsafeBufferPointer<UInt8>
  ) throws -> Bool {
    var first: Range<Int>?
    try regex.forEachMatch(in: text) { if first == nil { first = $0 } }
    return first?.lowerBound == 0
  }

  /// The parts of a word, as ranges.
  ///
  /// - Throws: ``InvalidData`` if matching takes too long.
  func parts(of word: UnsafeBufferPointer<UInt8>) throws -> [Range<Int>] {
    var parts = [0..<word.count]
    for glossary in each {
      var next: [Range<Int>] = []
      for part in parts {
        let text = UnsafeBufferPointer(rebasing: word[part])
        if try Self.matchesAtStart(glossary.whole, text) {
          next.append(part)
          continue
        }
        var position = part.lowerBound
        try glossary.search.forEachMatch(in: text) { match in
          let (start, end) = (
            part.lowerBound + match.lowerBound, part.lowerBound + match.upperBound
          )
          if position < start { next.append(position..<start) }
          if start < end { next.append(start..<end) }
          position = end
        }
        if position < part.upperBound { next.append(position..<part.upperBound) }
      }
      parts = next
    }
    return parts
  }
}
