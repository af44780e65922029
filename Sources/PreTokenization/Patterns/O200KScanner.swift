// Source: tiktoken's o200k_base, as text below. With L = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}],
//   E = [\p{Ll}\p{Lm}\p{Lo}\p{M}] and C = (?i:'s|'t|'re|'ve|'m|'ll|'d):
//     [^\r\n\p{L}\p{N}]?L*E+C?|[^\r\n\p{L}\p{N}]?L+E*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*
//     |\s*[\r\n]+|\s+(?!\S)|\s+
// Procedure: L* takes its longest run. A lower-case letter after it starts E+; if there is none, L*
//   backs up to its last character that is also in E. Only if it has none does the second
//   alternative match, and it takes the run of L. The character before a word may be a mark, which
//   is in L and E as well: if nothing in E follows it, it is the word.
// Complexity: O(n): a run of L without any character of E is read once more as the next word.
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

/// The scanner of o200k.
struct O200KScanner: PatternScanner {
  var coversAll: Bool { true }
  var safeCut: SafeCut { .atSpaceAfterLetter }
  var texts: [String] {
    [
      #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
        + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
        + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
        + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
        + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    ]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    Self.end(of: text, from: start)
  }

  @inline(__always)
  private static func end(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let first = text[start]
    let character = ClassifiedCharacter(text, at: start)
    let behind = start + character.length
    let kind = character.characterClass
    if kind.isLetter { return contraction(text, at: word(text, from: start).end) }
    if kind.isNumber { return TextRuns.end(text, from: behind, limit: 2) { $0.isNumber } }
    let next = TextRuns.characterClass(text, at: behind)
    if let next, next.isLetter || next.isMark, !TextRuns.isNewline(first) {
      let word = word(text, from: behind)
      let isMarkAlone = kind.isMark && !word.hasEnding
      return contraction(text, at: isMarkAlone ? behind : word.end)
    }
    if kind.isMark { return contraction(text, at: behind) }
    let isSpaceBeforeSign = first == UInt8(ascii: " ") && next?.isSign == true
    if kind.isSign || isSpaceBeforeSign {
      let end = TextRuns.end(text, from: behind) { $0.isSign }
      return TextRuns.end(
        text,
        from: end,
        ofBytes: { byte in
          TextRuns.isNewline(byte) || byte == UInt8(ascii: "/")
        }
      )
    }
    return TextRuns.whitespaceEnd(text, from: start, takesTail: false)
  }

  /// The end of `L*E+` at a letter or mark, or of `L+` if that does not match.
  @inline(__always)
  private static func word(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> (end: Int, hasEnding: Bool) {
    var position = start
    var endingEnd: Int?
    while position < text.count {
      let next = ClassifiedCharacter(text, at: position)
      guard next.characterClass.mayLeadWord else {
        if !next.characterClass.mayEndWord { break }
        return (TextRuns.end(text, from: position) { $0.mayEndWord }, true)
      }
      position += next.length
      if next.characterClass.mayEndWord { endingEnd = position }
    }
    return (endingEnd ?? position, endingEnd != nil)
  }

  @inline(__always)
  private static func contraction(_ text: UnsafeBufferPointer<UInt8>, at end: Int) -> Int {
    guard end < text.count, text[end] == UInt8(ascii: "'") else { return end }
    return TextRuns.contractionEnd(text, at: end) ?? end
  }
}
