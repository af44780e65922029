// Procedure: GPT-2's pattern and the two white-space stages start a pre-token at the first white
//   space after anything else. The text before it depends on nothing after it except that white
//   space follows, and the text from the start of a pre-token depends on nothing before. So a text
//   may be cut there, and its halves give the pre-tokens of the whole. The patterns of GPT-4 and
//   its like let signs and line feeds share a pre-token, but never a letter and the space after it.
// Complexity: O(1) for a position.

/// Where a text may be cut without changing its pre-tokens.
enum SafeCut {
  /// Nowhere that a few bytes can identify.
  case never
  /// Before ASCII white space that follows something else.
  case atWhitespace
  /// Before a space that follows an ASCII letter.
  case atSpaceAfterLetter

  /// Whether a text may be cut before a position.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - position: Greater than 0 and less than the text's length.
  ///   - isASCIIOnly: Whether the character before the position must be visible ASCII.
  /// - Returns: False if it is not certain.
  func allows(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int,
    isASCIIOnly: Bool
  ) -> Bool {
    let next = text[position]
    let before = text[position - 1]
    switch self {
    case .never: return false
    case .atSpaceAfterLetter: return next == 0x20 && TextRuns.isASCIILetter(before)
    case .atWhitespace:
      guard next == 0x20 || (0x09...0x0D).contains(next) else { return false }
      if before < 0x80 { return before > 0x20 && before < 0x7F }
      return !isASCIIOnly && !Self.endsInWhitespace(text, at: position)
    }
  }

  /// Whether white space of two or three bytes ends at a position.
  private static func endsInWhitespace(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int
  ) -> Bool {
    (2...3).contains { length in
      guard position >= length else { return false }
      let character = ClassifiedCharacter(text, at: position - length)
      return character.length == length && character.characterClass.isWhitespace
    }
  }
}

extension PreTokenizer {
  /// Whether a text can be cut at a position without changing its pre-tokens.
  ///
  /// It finds positions before ASCII white space that follows something else; there may be others.
  /// ICU's words, several stages, regular expressions and the whole text as one pre-token have
  /// none.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - position: Greater than 0 and less than the text's length.
  ///   - isASCIIOnly: Whether the character before the position must be visible ASCII, which every
  ///     normaliser keeps apart from white space.
  /// - Returns: False if it is not certain.
  package func isSafeCut(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int,
    isASCIIOnly: Bool
  ) -> Bool {
    guard stages.count == 1, stages[0].rewriting == nil else { return false }
    return stages[0].kind.safeCut.allows(text, at: position, isASCIIOnly: isASCIIOnly)
  }
}
