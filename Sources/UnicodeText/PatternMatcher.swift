// Procedure: a literal text is compared where its first byte stands. The empty one is the empty
//   regular expression: it matches before and behind each character.
// Complexity: O(n) for a literal text whose beginning rarely stands alone; see
//   ``RegularExpression`` for others.

/// A text to find.
public enum TextPattern: Hashable, Sendable {
  /// A literal text.
  case literal(String)
  /// A regular expression in the syntax of ``RegularExpression``.
  case regex(String)
}

/// Finds the matches of a pattern; for any number of threads.
package struct PatternMatcher: Sendable {
  private enum Search {
    case literal([UInt8])
    case regex(EnginePool<RegularExpression>)
  }

  private let search: Search

  /// - Parameter pattern: A malformed regular expression fails when it is used.
  package init(_ pattern: TextPattern) {
    search =
      switch pattern {
      case .literal(let text) where !text.isEmpty: .literal(Array(text.utf8))
      case .literal(let text), .regex(let text):
        .regex(EnginePool { try RegularExpression(text) })
      }
  }

  /// Finds all matches in a text, from left to right; they do not overlap.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - body: Called with the byte range of each match.
  /// - Throws: `InvalidData` if the regular expression is malformed, or if matching takes too many
  ///   steps or too much memory.
  package func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>,
    _ body: (Range<Int>) -> Void
  ) throws {
    switch search {
    case .literal(let literal): Self.forEachMatch(of: literal, in: text, body)
    case .regex(let engines): try engines.use { try $0.forEachMatch(in: text, body) }
    }
  }

  /// Finds all occurrences of a literal text, from left to right; none of an empty one.
  package static func forEachMatch(
    of literal: [UInt8],
    in text: UnsafeBufferPointer<UInt8>,
    _ body: (Range<Int>) -> Void
  ) {
    guard let first = literal.first else { return }
    literal.withUnsafeBufferPointer { literal in
      var position = 0
      while position + literal.count <= text.count {
        guard text[position] == first else {
          position += 1
          continue
        }
        var length = 1
        while length < literal.count && text[position + length] == literal[length] { length += 1 }
        if length == literal.count { body(position..<position + length) }
        position += length == literal.count ? length : 1
      }
    }
  }
}
