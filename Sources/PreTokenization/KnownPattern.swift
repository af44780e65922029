// Source: tiktoken 0.14 (tiktoken_ext/openai_public.py), and the tokenizer.json of Llama 3, Qwen 2 and
//   DeepSeek V3. A pattern is known by its exact text, as Hugging Face's engine reads it: there `$` is
//   the end of a line and `{1,3}+` repeats, so OpenAI's texts stand here with `\z` and without the +.

/// A regular expression that has a hand-written scanner.
enum KnownPattern: CaseIterable {
  case gpt2, cl100k, llama3, qwen2, o200k, deepSeekWords, deepSeekIdeographs, numbersOfThree

  /// The texts of the pattern, the one that is written first.
  var texts: [String] {
    switch self {
    case .gpt2:
      [
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
        #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#,
      ]
    case .cl100k:
      [
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*+"#
          + #"|\s++\z|\s*[\r\n]|\s+(?!\S)|\s"#
      ]
    case .llama3:
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
          + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}"#
          + #"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#,
      ]
    case .qwen2:
      [
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
          + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]
    case .o200k:
      [
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
          + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
          + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
          + #"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"#
          + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]
    case .deepSeekWords:
      [
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
          + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
      ]
    case .deepSeekIdeographs: ["[一-龥぀-ゟ゠-ヿ]+", "[一-龥\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+"]
    case .numbersOfThree: [#"\p{N}{1,3}"#]
    }
  }

  /// The pattern of a text, or nil.
  init?(_ text: String) {
    let known = Self.allCases.first { pattern in
      // By bytes: Swift calls canonically equivalent strings equal.
      pattern.texts.contains { $0.utf8.elementsEqual(text.utf8) }
    }
    guard let known else { return nil }
    self = known
  }

  /// Whether it matches at every position, so that nothing is left between matches.
  var coversAll: Bool {
    switch self {
    case .gpt2, .cl100k, .llama3, .qwen2, .o200k: true
    case .deepSeekWords, .deepSeekIdeographs, .numbersOfThree: false
    }
  }

  /// The end of the match at a position inside the text, or the position where there is none.
  @inline(__always)
  func matchEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    switch self {
    case .gpt2: GPT2Scanner.end(of: text, from: start)
    case .cl100k: CL100KScanner.cl100k.end(of: text, from: start)
    case .llama3: CL100KScanner.llama3.end(of: text, from: start)
    case .qwen2: CL100KScanner.qwen2.end(of: text, from: start)
    case .o200k: O200KScanner.end(of: text, from: start)
    case .deepSeekWords: DeepSeekScanner.end(of: text, from: start)
    case .deepSeekIdeographs: DeepSeekScanner.ideographsEnd(of: text, from: start)
    case .numbersOfThree: TextRuns.end(text, from: start, limit: 3) { $0.isNumber }
    }
  }

  /// Fills a batch with matches that cover the text.
  func fill(
    _ batch: inout PreTokenBuffer,
    from text: UnsafeBufferPointer<UInt8>,
    at position: inout Int
  ) {
    switch self {
    case .gpt2: GPT2Scanner.fill(&batch, from: text, at: &position)
    // One loop for each, so that none asks at every word which it is.
    case .cl100k: Self.fill(&batch, text, &position, CL100KScanner.cl100k.end)
    case .llama3: Self.fill(&batch, text, &position, CL100KScanner.llama3.end)
    case .qwen2: Self.fill(&batch, text, &position, CL100KScanner.qwen2.end)
    case .o200k: Self.fill(&batch, text, &position, O200KScanner.end)
    case .deepSeekWords, .deepSeekIdeographs, .numbersOfThree:
      preconditionFailure("the matches of \(self) do not cover a text")
    }
  }

  @inline(__always)
  private static func fill(
    _ batch: inout PreTokenBuffer,
    _ text: UnsafeBufferPointer<UInt8>,
    _ position: inout Int,
    _ end: (UnsafeBufferPointer<UInt8>, Int) -> Int
  ) {
    while position < text.count && !batch.isFull {
      let end = end(text, position)
      batch.append(position, end)
      position = end
    }
  }
}
