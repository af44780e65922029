import PreTokenization
import TestSupport
import Testing
import UnicodeText

private func text(_ pieces: [[UInt8]]) -> [String] {
  pieces.map { String(decoding: $0, as: UTF8.self) }
}

/// The same stages with every regular expression in parentheses: no text that is known, so that ICU
/// matches it.
private func withoutScanners(_ preTokenizer: PreTokenizer) throws -> PreTokenizer {
  PreTokenizer(
    try preTokenizer.stages.map { stage in
      guard case .split(let rule) = stage, case .regex(let pattern) = rule.pattern else {
        return stage
      }
      return .split(try SplitRule(.regex("(?:\(pattern))"), rule.behavior))
    }
  )
}

@Suite struct KnownPatternsTests {
  /// Cased letters, marks and signs in all orders, for the backtracking of o200k.
  @Test func `o200k agrees on all short strings over every class of its pattern`() throws {
    let alphabet = ["A", "a", "ʰ", "中", "\u{301}", "'", "s", " ", "1", "/", "\n", "!"]
    var fast = PreTokenScanner(.o200k)
    var slow = PreTokenScanner(try withoutScanners(.o200k))
    var differing: [String] = []
    var strings = [""]
    for _ in 0..<4 {
      strings = strings.flatMap { string in alphabet.map { string + $0 } }
      for string in strings {
        if try ends(Array(string.utf8), &fast) != ends(Array(string.utf8), &slow) {
          differing.append(string)
        }
      }
    }
    #expect(strings.count == 20_736)
    #expect(differing.isEmpty, "\(differing.prefix(5))")
  }

  @Test(arguments: [PreTokenizer.subwordNMT, .fastBPE, .youTokenToMe])
  func `gaps between words agree with their patterns on all short strings`(
    preTokenizer: PreTokenizer
  ) throws {
    let alphabet = [" ", "\r", "\n", "a", "▁", "\t", "\u{A0}"]
    var fast = PreTokenScanner(preTokenizer)
    var slow = PreTokenScanner(try withoutScanners(preTokenizer))
    var strings = [""]
    for _ in 0..<6 {
      strings = strings.flatMap { string in alphabet.map { string + $0 } }
      if strings.count > 20_000 { strings = strings.enumerated().filter { $0.0 % 5 == 0 }.map(\.1) }
      for string in strings {
        let bytes = Array(string.utf8)
        #expect(try ends(bytes, &fast) == ends(bytes, &slow), "\(bytes)")
      }
    }
  }

  private func ends(_ text: [UInt8], _ scanner: inout PreTokenScanner) throws -> [Range<Int>] {
    try text.withUnsafeBufferPointer { bytes in
      var batch = PreTokenBuffer()
      var ends: [Range<Int>] = []
      try scanner.start(bytes)
      repeat {
        scanner.fill(&batch, from: bytes)
        for index in 0..<batch.count { ends.append(batch[index]) }
      } while batch.count > 0
      return ends
    }
  }

  @Test func `what tells the patterns apart`() throws {
    let cases: [(String, String, [String])] = [
      ("cl100k", "I'LL 12345 x\n  ", ["I", "'LL", " ", "123", "45", " x", "\n  "]),
      ("llama3", "I'LL 12345 x\n  ", ["I", "'LL", " ", "123", "45", " x", "\n", "  "]),
      ("qwen2", "a 12", ["a", " ", "1", "2"]),
      ("o200k", "I'LL a/\n/b HTTPServer", ["I'LL", " a", "/\n/", "b", " HTTPServer"]),
      ("o200k", "McDonald's iPhone中A", ["Mc", "Donald's", " i", "Phone中", "A"]),
      ("cl100k", "it'ſ \u{85}x\u{B}y", ["it", "'ſ", " ", "\u{85}x", "\u{B}y"]),
      (
        "deepseek-v3", "x=1234年 :abc \u{301}e",
        ["x", "=", "123", "4", "年", " :", "abc", " \u{301}e"]
      ), ("digits", "ab12c³", ["ab", "12", "c", "³"]), ("single-digits", "a12", ["a", "1", "2"]),
      ("punctuation", "a,,$b", ["a", ",", ",", "$", "b"]),
      ("bert", " a,b  c", ["a", ",", "b", "c"]),
      ("metaspace", "Hey  you", ["▁Hey", "▁", "▁you"]), ("metaspace", " a", ["▁a"]),
      ("subword-nmt", "\r a\rb  c\r\n d\r", ["a\rb", "c", "d"]),
      ("fastbpe", "a\r b \nc", ["a\r", "b", "c"]),
      ("youtokentome", "\ta\u{B}b▁c\u{A0} d", ["a", "b", "c\u{A0}", "d"]),
      ("regex:[aeiou]", "hello", ["h", "e", "ll", "o"]),
    ]
    for (name, input, expected) in cases {
      #expect(text(try PreTokenizer(name: name).split(Array(input.utf8))) == expected, "\(name)")
    }
  }

  @Test func `names read back, and what is no name says so`() throws {
    for (name, preTokenizer) in PreTokenizer.named {
      #expect(try PreTokenizer(name: name) == preTokenizer)
      #expect(preTokenizer.description == name)
    }
    #expect(try PreTokenizer(name: "regex:a|b").description == "regex:a|b")
    for (name, reason) in [
      ("GPT2", "no pattern"), ("regex:(", "malformed"), ("regex:[", "malformed"),
      ("regex:a{1,3}+", "possessive"),
    ] {
      let error = #expect(throws: (any Error).self) { try PreTokenizer(name: name) }
      #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }
  }
}
