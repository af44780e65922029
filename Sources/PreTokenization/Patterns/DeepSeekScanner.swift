// Source: DeepSeek V3's tokenizer.json, as texts below: after numbers `\p{N}{1,3}` and
//   `[一-龥぀-ゟ゠-ヿ]+`, and then
//     [!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+
//     | ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
// Procedure: the classes of the first character and of the one after it determine the alternative
//   that matches. No alternative matches numbers and control characters unless a letter follows.
// Complexity: O(n).
// Determinism: classes by Unicode 16.

import CUnicode

/// The first stage: numbers of up to three digits.
struct NumbersOfThree: PatternScanner {
  var coversAll: Bool { false }
  var safeCut: SafeCut { .never }
  var texts: [String] {
    [#"\p{N}{1,3}"#]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    TextRuns.end(text, from: start, limit: 3) { $0.isNumber }
  }
}

/// The second stage: runs of ideographs and kana.
struct DeepSeekIdeographs: PatternScanner {
  var coversAll: Bool { false }
  var safeCut: SafeCut { .never }
  var texts: [String] {
    ["[一-龥぀-ゟ゠-ヿ]+", "[一-龥\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+"]
  }

  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    guard let base = text.baseAddress else { return start }
    var position = start
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let next = bpd_decode_utf8(base + position, text.count - position)
      guard (0x4E00...0x9FA5).contains(next.scalar) || (0x3040...0x30FF).contains(next.scalar)
      else { break }
      position += Int(next.length)
    }
    return position
  }

}

/// The third stage: words, signs and white space.
struct DeepSeekWords: PatternScanner {
  var coversAll: Bool { false }
  var safeCut: SafeCut { .never }
  var texts: [String] {
    [
      ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    ]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let first = text[start]
    let character = ClassifiedCharacter(text, at: start)
    let behind = start + character.length
    let kind = character.characterClass
    if kind.isLetter || kind.isMark { return letters(text, from: behind) }
    let isSign = kind.isPunctuation || kind.isSymbol
    if isSign && first < 0x80 {
      let end = TextRuns.end(text, from: behind, ofBytes: { TextRuns.isASCIILetter($0) })
      if end > behind { return end }
    }
    let next = TextRuns.characterClass(text, at: behind)
    if !isSign && !TextRuns.isNewline(first), let next, next.isLetter || next.isMark {
      return letters(text, from: behind)
    }
    let isSignNext = next.map { $0.isPunctuation || $0.isSymbol } ?? false
    if isSign || (first == UInt8(ascii: " ") && isSignNext) {
      let end = TextRuns.end(text, from: behind) { $0.isPunctuation || $0.isSymbol }
      return TextRuns.end(text, from: end, ofBytes: TextRuns.isNewline)
    }
    if kind.isWhitespace { return TextRuns.whitespaceEnd(text, from: start, takesTail: false) }
    return start
  }

  @inline(__always)
  private func letters(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    TextRuns.end(text, from: start) { $0.isLetter || $0.isMark }
  }
}
