// Procedure: GPT-2's pattern and the two of white space start a pre-token at the first white space
//   behind anything else. What stands before it depends on nothing behind it but that it is white
//   space, and what stands behind the start of a pre-token depends on nothing before. So a text may
//   be cut there, and its halves give the pre-tokens of the whole. The patterns of GPT-4 and its
//   like let signs and line feeds stand in one pre-token, but never a letter and the space behind
//   it.
// Complexity: O(1) for a position.

/// Where a text may be cut without changing its pre-tokens.
enum SafeCut {
  /// Nowhere that can be told from a few bytes.
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
  ///   - isASCIIOnly: Whether what stands before the position must be a visible ASCII character.
  /// - Returns: False where it is not certain.
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
  /// The position is one before ASCII white space that follows something else; others may do as
  /// well. ICU's words, several stages, regular expressions and the whole text as one pre-token
  /// know no such place.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - position: Greater than 0 and less than the text's length.
  ///   - isASCIIOnly: Whether what stands before the position must be a visible ASCII character,
  ///     which every normaliser keeps apart from white space.
  /// - Returns: False where it is not certain.
  package func isSafeCut(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int,
    isASCIIOnly: Bool
  ) -> Bool {
    guard marking == nil, stages.count == 1 else { return false }
    return stages[0].kind.safeCut.allows(text, at: position, isASCIIOnly: isASCIIOnly)
  }
}
