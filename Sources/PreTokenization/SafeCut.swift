// Procedure: GPT-2's pattern and the two of white space start a pre-token at the first white space behind
//   anything else; what stands before it depends on nothing behind it but that it is white space, and
//   what stands behind the start of a pre-token depends on nothing before. So a text may be cut there, and
//   its halves give the pre-tokens of the whole. The patterns of GPT-4 and its like let signs and line feeds
//   stand in one pre-token, but never a letter and the space behind it.
// Complexity: O(1) for a position.

extension PreTokenizer {
  /// Whether a text can be cut at a position without changing its pre-tokens.
  ///
  /// The position is one before ASCII white space that follows something else; others may do as well. ICU's
  /// words, several stages, regular expressions and the whole text as one pre-token know no such place.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - position: Greater than 0 and less than the text's length.
  ///   - isASCIIOnly: Whether what stands before the position must be a visible ASCII character, which
  ///     every normaliser keeps apart from white space.
  /// - Returns: False where it is not certain.
  package func isSafeCut(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int,
    isASCIIOnly: Bool
  ) -> Bool {
    guard marking == nil, stages.count == 1 else { return false }
    switch stages[0] {
    case .icuWords: return false
    case .split(let rule):
      switch rule.scannedPattern {
      case .gpt2: break
      case .cl100k, .llama3, .qwen2, .o200k:
        // Signs take line feeds along, and letters nothing: only a space behind a letter is certain.
        return text[position] == 0x20 && Self.isLetter(text[position - 1])
      case .deepSeekWords, .deepSeekIdeographs, .numbersOfThree, nil: return false
      }
    case .gpt2, .whitespace, .whitespaceSplit: break
    }
    let next = text[position]
    guard next == 0x20 || (0x09...0x0D).contains(next) else { return false }
    let before = text[position - 1]
    if before < 0x80 { return before > 0x20 && before < 0x7F }
    return !isASCIIOnly
      && !(2...3).contains { length in
        guard position >= length else { return false }
        let character = ClassifiedCharacter(text, at: position - length)
        return character.length == length && character.characterClass.isWhitespace
      }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
