// Source: Hugging Face tokenizers' Whitespace (`\w+|[^\w\s]+`) and WhitespaceSplit.
// Complexity: O(n).
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

enum WhitespaceScanner {
  /// Runs of word characters and runs of other signs.
  static func fillWords(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fill(&batch, from: text, at: &position) { first, next in first.isWord == next.isWord }
  }

  /// Everything between white space.
  static func fillRuns(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fill(&batch, from: text, at: &position) { _, _ in true }
  }

  @inline(__always)
  private static func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int,
    belongs: (CharacterClass, CharacterClass) -> Bool
  ) {
    while position < text.count && !batch.isFull {
      let first = ClassifiedCharacter(text, at: position)
      let start = position
      position += first.length
      if first.characterClass.isWhitespace { continue }
      while position < text.count {
        let next = ClassifiedCharacter(text, at: position)
        let joins =
          !next.characterClass.isWhitespace && belongs(first.characterClass, next.characterClass)
        if !joins { break }
        position += next.length
      }
      batch.append(start, position)
    }
  }
}
