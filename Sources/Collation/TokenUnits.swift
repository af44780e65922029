// Source: Unicode Standard Annex #29 (word and sentence boundaries) by ICU, with its dictionaries
//   for Thai, Lao, Khmer, Burmese, Chinese and Japanese.
// Procedure: the bytes of each run of ordinary tokens are concatenated and broken. A word begins at a
//   token that begins at a boundary, unless all that stands before it in the word is one space. ICU's
//   sentences end behind their spaces, but the tokens of most tokenizers begin with a space: a sentence
//   begins also at a token that has only spaces before the boundary. A token that crosses a boundary
//   in another way joins the units that it is part of, so no unit is cut.
// Complexity: O(bytes of the row).
// Determinism: a function of the ids and of ICU's version.

package import UnicodeText

/// The words or sentences of a row, as runs of its tokens.
package struct TokenUnits {
  /// The places of each unit's tokens, ascending; special tokens are in none.
  package private(set) var ranges: [Range<Int>] = []

  private var breaker: TextBreaker?
  private var text: [UInt8] = []
  private var boundaries: [Int] = []

  /// None yet.
  package init() {}

  /// Finds the units of a row.
  ///
  /// - Parameters:
  ///   - kind: Words or sentences; always the same for one value.
  ///   - ids: The row.
  ///   - classes: Which of its tokens are special.
  ///   - texts: What its tokens stand for.
  /// - Throws: ``UnicodeTextError``.
  package mutating func find(
    _ kind: TextBreaker.Kind,
    of ids: [UInt32],
    classes: TokenClasses,
    texts: TokenTexts
  ) throws {
    let breaker = try self.breaker ?? TextBreaker(kind)
    self.breaker = breaker
    ranges.removeAll(keepingCapacity: true)
    var start = 0
    while start < ids.count {
      if classes.isSpecial(ids[start]) {
        start += 1
        continue
      }
      var end = start
      text.removeAll(keepingCapacity: true)
      while end < ids.count && !classes.isSpecial(ids[end]) {
        text.append(contentsOf: texts[ids[end]])
        end += 1
      }
      boundaries.removeAll(keepingCapacity: true)
      try breaker.appendBoundaries(of: text, to: &boundaries)
      append(start..<end, of: ids, texts, isSpaceAhead: kind == .sentences)
      start = end
    }
  }

  /// Appends the units of a run of ordinary tokens, whose text and boundaries have been found.
  ///
  /// - Parameters:
  ///   - run: The places of the tokens.
  ///   - ids: The row.
  ///   - texts: The texts of tokens.
  ///   - isSpaceAhead: Whether a token may hold the spaces before a boundary.
  private mutating func append(
    _ run: Range<Int>,
    of ids: [UInt32],
    _ texts: TokenTexts,
    isSpaceAhead: Bool
  ) {
    var (byte, unitByte, unitStart) = (0, 0, run.lowerBound)
    var boundary = boundaries.startIndex
    for place in run {
      while boundary < boundaries.endIndex && boundaries[boundary] < byte { boundary += 1 }
      let end = byte + texts[ids[place]].count
      if place > unitStart && boundary < boundaries.endIndex {
        let next = boundaries[boundary]
        let isBehindSpace = byte == unitByte + 1 && isSpace(unitByte..<byte)
        let isHeld = isSpaceAhead && next < end && isSpace(byte..<next)
        if (next == byte || isHeld) && !isBehindSpace {
          ranges.append(unitStart..<place)
          (unitStart, unitByte) = (place, byte)
        }
      }
      byte = end
    }
    ranges.append(unitStart..<run.upperBound)
  }

  private func isSpace(_ bytes: Range<Int>) -> Bool {
    text[bytes].allSatisfy { $0 == UInt8(ascii: " ") }
  }
}

extension [Range<Int>] {
  /// Whether the unit behind one of these does not follow at once, or is of another document.
  ///
  /// - Parameters:
  ///   - unit: The index of a unit.
  ///   - documents: The document of each token of the row; none where they are not known.
  /// - Returns: Whether it ends a run of units.
  func isLastOfRun(_ unit: Int, documents: [UInt32]) -> Bool {
    let end = self[unit].upperBound
    if unit + 1 == count || self[unit + 1].lowerBound > end { return true }
    return !documents.isEmpty && documents[end] != documents[end - 1]
  }
}
