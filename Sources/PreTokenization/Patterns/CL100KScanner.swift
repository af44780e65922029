// Source: tiktoken's cl100k_base and the patterns derived from it (Llama 3, Qwen 2), as texts
//   below:
//     '(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+
//     |\s++$|\s*[\r\n]|\s+(?!\S)|\s
// Procedure: no backtracking is needed: the classes of the first character and of the one after it
//   determine the alternative that matches.
// Complexity: O(n).
// Determinism: classes by Unicode 16; a byte that is not UTF-8 counts as a sign.

/// The loop shared by cl100k and the patterns derived from it.
struct CL100KScanner {
  /// The most digits of one number.
  let longestNumber: Int
  /// Whether white space at the end of the text is one pre-token (`\s++$`).
  let takesTail: Bool

  static let cl100k = CL100KScanner(longestNumber: 3, takesTail: true)
  static let llama3 = CL100KScanner(longestNumber: 3, takesTail: false)
  static let qwen2 = CL100KScanner(longestNumber: 1, takesTail: false)

  @inline(__always)
  func end(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let first = text[start]
    if first == UInt8(ascii: "'"), let end = TextRuns.contractionEnd(text, at: start) {
      return end
    }
    let character = ClassifiedCharacter(text, at: start)
    let behind = start + character.length
    let kind = character.characterClass
    if kind.isLetter { return TextRuns.end(text, from: behind) { $0.isLetter } }
    if kind.isNumber {
      return TextRuns.end(text, from: behind, limit: longestNumber - 1) { $0.isNumber }
    }
    let next = TextRuns.characterClass(text, at: behind)
    if let next, next.isLetter, !TextRuns.isNewline(first) {
      return TextRuns.end(text, from: behind) { $0.isLetter }
    }
    let isSpaceBeforeSign = first == UInt8(ascii: " ") && next?.isSign == true
    if kind.isSign || isSpaceBeforeSign {
      let end = TextRuns.end(text, from: behind) { $0.isSign }
      return TextRuns.end(text, from: end, ofBytes: TextRuns.isNewline)
    }
    return TextRuns.whitespaceEnd(text, from: start, takesTail: takesTail)
  }
}

/// GPT-4's pattern.
struct CL100KPattern: PatternScanner {
  var coversAll: Bool { true }
  var safeCut: SafeCut { .atSpaceAfterLetter }
  var texts: [String] {
    [
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+"#
        + #"|\s++\z|\s*[\r\n]|\s+(?!\S)|\s"#
    ]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    CL100KScanner.cl100k.end(of: text, from: start)
  }
}

/// Llama 3's pattern: white space at the end of a text is cut like any other.
struct Llama3Pattern: PatternScanner {
  var coversAll: Bool { true }
  var safeCut: SafeCut { .atSpaceAfterLetter }
  var texts: [String] {
    [
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"#
        + #"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#,
    ]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    CL100KScanner.llama3.end(of: text, from: start)
  }
}

/// Qwen 2's pattern: Llama 3's, with every digit on its own.
struct Qwen2Pattern: PatternScanner {
  var coversAll: Bool { true }
  var safeCut: SafeCut { .atSpaceAfterLetter }
  var texts: [String] {
    [
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
        + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    ]
  }

  @inline(__always)
  func matchEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    CL100KScanner.qwen2.end(of: text, from: start)
  }
}
