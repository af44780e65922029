import CUnicode
import PreTokenization

/// The added tokens of one text, from left to right.
struct AddedTokenMatches {
  private let matcher: AddedTokenMatcher
  private let text: UnsafeBufferPointer<UInt8>
  private let allowsSpecial: Bool
  /// Where the search continues, and where the last token ends, its white space included.
  private var position = 0
  private var end = 0
  /// The end of the white space after the last token, so that it is read only once.
  private var spaceEnd = 0

  /// - Parameters:
  ///   - matcher: The tokens to find.
  ///   - text: Must outlive the search.
  ///   - allowsSpecial: Whether special tokens are recognised.
  init(
    _ matcher: AddedTokenMatcher,
    in text: UnsafeBufferPointer<UInt8>,
    allowsSpecial: Bool
  ) {
    self.matcher = matcher
    self.text = text
    self.allowsSpecial = allowsSpecial
    if matcher.isIdle(allowsSpecial: allowsSpecial) { position = text.count }
  }

  /// The next token and the range of bytes that it replaces.
  mutating func next() -> (token: AddedToken, range: Range<Int>)? {
    while position < text.count, let match = matcher.match(in: text, from: position) {
      position = match.range.upperBound
      if match.token.isSpecial && !allowsSpecial { continue }
      let matching = match.token.matching
      if matching.isSingleWord && touchesWord(match.range) { continue }
      let start =
        matching.stripsLeft ? spaceStart(before: match.range.lowerBound) : match.range.lowerBound
      if matching.stripsRight { passSpace(from: position) }
      // The token before may have taken all of this one as its white space.
      end = max(matching.stripsRight ? spaceEnd : position, start)
      return (match.token, start..<end)
    }
    return nil
  }

  private func touchesWord(_ range: Range<Int>) -> Bool {
    let before = range.lowerBound > 0 && character(before: range.lowerBound).kind.isWord
    return before || (range.upperBound < text.count && character(at: range.upperBound).kind.isWord)
  }

  private func character(at position: Int) -> (kind: CharacterClass, length: Int) {
    guard let base = text.baseAddress else { return (CharacterClass(.max), 1) }
    // SAFETY: position is inside the text, and the decoder reads no more than it is given.
    let decoded = bpd_decode_utf8(base + position, text.count - position)
    return (CharacterClass(decoded.scalar), Int(decoded.length))
  }

  /// The character that ends before a position above 0; an invalid byte counts as a character.
  private func character(before position: Int) -> (kind: CharacterClass, length: Int) {
    for length in 1...min(4, position) where text[position - length] & 0xC0 != 0x80 {
      let character = character(at: position - length)
      if character.length == length { return character }
      break
    }
    return (CharacterClass(.max), 1)
  }

  private func spaceStart(before position: Int) -> Int {
    var start = position
    while start > end {
      let character = character(before: start)
      if !character.kind.isWhitespace { break }
      start -= character.length
    }
    return max(start, end)
  }

  private mutating func passSpace(from position: Int) {
    if position <= spaceEnd { return }
    spaceEnd = position
    while spaceEnd < text.count {
      let character = character(at: spaceEnd)
      if !character.kind.isWhitespace { return }
      spaceEnd += character.length
    }
  }
}
