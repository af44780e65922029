// Source: Hugging Face tokenizers' Whitespace (`\w+|[^\w\s]+`) and WhitespaceSplit.
// Complexity: O(n).
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

/// The stages that leave out white space.
struct WhitespaceStage: StageKind {
  enum Cut {
    /// Runs of word characters and runs of other signs.
    case words
    /// Everything between white space.
    case runs
  }

  let cut: Cut
  let coversEveryByte = false
  let safeCut = SafeCut.atWhitespace

  var name: String { cut == .words ? "whitespace" : "whitespace-split" }

  func makeCutter() -> StageCutter {
    .scanner(cut == .words ? WhitespaceWords() : WhitespaceRuns())
  }
}

/// Runs of word characters and runs of other signs.
private struct WhitespaceWords: BatchScanner {
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fillRuns(&batch, from: text, at: &position) { first, next in first.isWord == next.isWord }
  }
}

/// Everything between white space.
private struct WhitespaceRuns: BatchScanner {
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    fillRuns(&batch, from: text, at: &position) { _, _ in true }
  }
}

/// Fills a batch with runs of characters of the same kind as the first.
@inline(__always)
private func fillRuns(
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
