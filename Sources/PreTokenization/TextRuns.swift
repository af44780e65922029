// The building blocks of language models' patterns, as loops over characters.
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

/// Look-ups that scanners make in a text; positions are byte offsets.
enum TextRuns {
  /// The class of the character at a position; nil at the end.
  @inline(__always)
  static func characterClass(
    _ text: UnsafeBufferPointer<UInt8>,
    at position: Int
  ) -> CharacterClass? {
    position < text.count ? ClassifiedCharacter(text, at: position).characterClass : nil
  }

  /// The end of a run of up to `limit` characters.
  @inline(__always)
  static func end(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int,
    limit: Int = .max,
    where belongs: (CharacterClass) -> Bool
  ) -> Int {
    var position = start
    var left = limit
    while position < text.count && left > 0 {
      let next = ClassifiedCharacter(text, at: position)
      if !belongs(next.characterClass) { break }
      position += next.length
      left -= 1
    }
    return position
  }

  /// The end of a run of certain ASCII characters.
  @inline(__always)
  static func end(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int,
    ofBytes belongs: (UInt8) -> Bool
  ) -> Int {
    var position = start
    while position < text.count && belongs(text[position]) { position += 1 }
    return position
  }

  @inline(__always)
  static func isNewline(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  @inline(__always)
  static func isASCIILetter(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }

  /// The end of `(?i:'s|'t|'re|'ve|'m|'ll|'d)` at an apostrophe, or nil; ſ counts as an s.
  static func contractionEnd(
    _ text: UnsafeBufferPointer<UInt8>,
    at apostrophe: Int
  ) -> Int? {
    let start = apostrophe + 1
    guard start < text.count else { return nil }
    switch text[start] | 0x20 {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 1
    default: break
    }
    guard start + 1 < text.count else { return nil }
    if text[start] == 0xC5 { return text[start + 1] == 0xBF ? start + 2 : nil }
    switch (text[start] | 0x20, text[start + 1] | 0x20) {
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 2
    default: return nil
    }
  }

  /// The end of `\s*[\r\n]+|\s+(?!\S)|\s+` at white space.
  ///
  /// - Parameters:
  ///   - text: The text to cut.
  ///   - start: Where the white space starts.
  ///   - takesTail: Whether the alternative `\s++$` precedes the others: white space that ends the
  ///     text is one match.
  /// - Returns: The offset after the match.
  static func whitespaceEnd(
    _ text: UnsafeBufferPointer<UInt8>,
    from start: Int,
    takesTail: Bool
  ) -> Int {
    var position = start
    var lastStart = start
    var newlineEnd = start
    while position < text.count {
      let next = ClassifiedCharacter(text, at: position)
      if !next.characterClass.isWhitespace { break }
      lastStart = position
      position += next.length
      if isNewline(text[lastStart]) { newlineEnd = position }
    }
    if position == text.count && takesTail { return position }
    if newlineEnd > start { return newlineEnd }
    return position == text.count || lastStart == start ? position : lastStart
  }
}
