import Diagnostics
import TestSupport
import Testing
import UnicodeText

private func matches(_ pattern: String, _ text: String) throws -> [String] {
  let regex = try RegularExpression(pattern)
  let bytes = Array(text.utf8)
  var found: [String] = []
  try bytes.withUnsafeBufferPointer { buffer in
    try regex.forEachMatch(in: buffer) { found.append(String(decoding: bytes[$0], as: UTF8.self)) }
  }
  return found
}

@Suite struct RegularExpressionTests {
  /// As Oniguruma 6.9 answers, by Hugging Face tokenizers 0.23.
  @Test(arguments: [
    (#"\s++$"#, "a \n b  ", ["  "]), ("a.c", "a\rc a\nc a\u{2028}c", ["a\rc", "a\u{2028}c"]),
    ("^b", "a\nb", ["b"]), (#"\d+"#, "x12٣½", ["12٣"]), (#"\w+"#, "aé_٣½\u{200D}-", ["aé_٣½"]),
    (#"\s"#, "a\u{B}\u{85}\u{A0}\u{1C}", ["\u{B}", "\u{85}", "\u{A0}"]),
    (#"[^\r\n\p{L}\p{N}]?+\p{L}++"#, " ab 1b", [" ab", "b"]), ("(?i:ſ)", "Ssſ", ["S", "s", "ſ"]),
    (#"[\p{Han}]+"#, "ab漢字", ["漢字"]), (#"\p{Lu}\P{Lu}"#, "AbC", ["Ab"]),
    (#"[^\S\n]+"#, "a \n\tb", [" ", "\t"]), (#"\b\w"#, "ab cd", ["a", "c"]),
    (#"\x{61}|\u0062"#, "abc", ["a", "b"]), ("x*", "axxb", ["", "xx", ""]),
    (#"\w+"#, "a½b", ["a½b"]), (#"[^\W\d]+"#, "a½b2c", ["a", "b", "c"]),
    (#"a\z"#, "a\na", ["a"]),
  ])
  func `is read as Hugging Face's engine reads it`(
    pattern: String,
    text: String,
    expected: [String]
  ) throws {
    #expect(try matches(pattern, text) == expected)
  }

  @Test func `classes are of Unicode 16, whatever ICU is installed`() throws {
    // Letters and digits of Unicode 16: Garay, and U+1C89, a capital of Cyrillic Extended-C.
    let text = "\u{10D50}\u{10D40}\u{1C89}"
    #expect(try matches(#"\p{L}"#, text) == ["\u{10D50}", "\u{1C89}"])
    #expect(try matches(#"\p{N}"#, text) == ["\u{10D40}"])
    #expect(try matches(#"[\p{Lu}\d]+"#, text) == ["\u{10D50}\u{10D40}\u{1C89}"])
  }

  @Test(arguments: ["(", "[a", "a{2,1}", "*", "(?<n>a", "\\p{Nothing}", "a{1,3}+"])
  func `malformed patterns are refused with their text`(pattern: String) {
    let error = #expect(throws: InvalidData.self) { try RegularExpression(pattern) }
    #expect(error?.message.contains(pattern) == true)
  }

  /// Each class is some kilobytes written out, so a short pattern could ask for gigabytes.
  @Test(arguments: [#"\b"#, #"\w"#, #"\p{L}"#, #"[^\S\W]"#])
  func `many classes are refused before they take memory`(part: String) throws {
    _ = try RegularExpression(String(repeating: part, count: 20))
    let error = #expect(throws: InvalidData.self) {
      try RegularExpression(String(repeating: part, count: 2000))
    }
    #expect(error?.message.contains("too many classes") == true)
  }

  @Test(arguments: [#"\p{"#, "a|", "{1", "(", "[", "\\"])
  func `long patterns are refused, and those that are not end`(part: String) throws {
    let error = #expect(throws: InvalidData.self) {
      try RegularExpression(String(repeating: part, count: 1 << 20))
    }
    #expect(error?.message.contains("at most") == true)
    _ = try? RegularExpression(String(repeating: part, count: (1 << 14) / part.utf8.count))
  }

  @Test(arguments: ["(a+)+b", "(a|a)*b", "(a*)*b"])
  func `a pattern that never ends ends with an error`(pattern: String) throws {
    let error = #expect(throws: InvalidData.self) {
      try matches(pattern, String(repeating: "a", count: 5000))
    }
    #expect(error?.message.contains("takes too long") == true)
  }

  @Test func `any bytes and any pattern give matches in order or an error`() throws {
    var source = NastyText(seed: 33)
    let alphabet = Array(#"ab.*+?()[]{}|\sSwpLN^$1,-&"#.unicodeScalars)
    var compiled = 0
    for _ in 0..<3000 {
      var pattern = String.UnicodeScalarView()
      for _ in 0..<source.number(below: 9) {
        pattern.append(alphabet[Int(source.number(below: UInt32(alphabet.count)))])
      }
      guard let regex = try? RegularExpression(String(pattern)) else { continue }
      compiled += 1
      let text = source.next(longest: 8, isValid: false)
      try text.withUnsafeBufferPointer { bytes in
        var end = 0
        try regex.forEachMatch(in: bytes) { match in
          #expect(match.lowerBound >= end && match.upperBound <= bytes.count)
          end = match.upperBound
        }
      }
    }
    #expect(compiled > 300)
  }
}
