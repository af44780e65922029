// Source: tiktoken 0.14 (tiktoken_ext/openai_public.py), and the tokenizer.json of Llama 3, Qwen 2
//   and DeepSeek V3.
// Procedure: a pattern is recognised by its exact text, as Hugging Face's engine reads it. There
//   `$` is the end of a line and `{1,3}+` repeats, so OpenAI's texts appear with `\z` and without
//   the +.
// Complexity: O(length of the texts).

/// The regular expressions that have a hand-written scanner.
enum KnownPatterns {
  /// One of each, the most frequent first.
  static let all: [any PatternScanner] = [
    GPT2Scanner(), CL100KPattern(), Llama3Pattern(), Qwen2Pattern(), O200KScanner(),
    DeepSeekWords(), DeepSeekIdeographs(), NumbersOfThree(), LineGaps.subwordNMT,
    LineGaps.fastBPE, YouTokenToMeGaps(),
  ]

  /// The scanner of a pattern, or nil.
  static func scanner(of text: String) -> (any PatternScanner)? {
    // Compares bytes: Swift treats canonically equivalent strings as equal.
    all.first { $0.texts.contains { $0.utf8.elementsEqual(text.utf8) } }
  }
}
