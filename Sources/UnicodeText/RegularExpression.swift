// Source: Unicode Technical Standard #18, by ICU's backtracking matcher.
// Procedure: the pattern is translated so that character classes are those of Unicode 16, whatever
//   ICU is installed (RegexTranslation.swift); matches are found from left to right.
// Complexity: a backtracking matcher is exponential for some patterns, so its steps are limited to
//   ten million per text plus 625 per byte. Its stack is 8 MiB.
// Determinism: the limit counts steps, not seconds.

import CICU
import Diagnostics

/// A regular expression over UTF-8 bytes; one for each thread.
///
/// The syntax is that of Hugging Face's engine (Oniguruma): `.` is any character except a line
/// feed, `^` and `$` match at lines, `\s` is White_Space, `\z` is the end of the text.
public final class RegularExpression {
  private let regex: OpaquePointer
  private let pattern: String

  /// - Throws: ``InvalidData`` if the pattern is malformed.
  public init(_ pattern: String) throws {
    self.pattern = pattern
    var translated = try RegexTranslation.translate(pattern)
    var status: Int32 = 0
    let regex = translated.withUTF8 { bytes in
      // SAFETY: the bytes are read only during this call.
      bytes.withMemoryRebound(to: CChar.self) {
        bpd_regex_create($0.baseAddress, Int32($0.count), &status)
      }
    }
    guard let regex else { throw Self.failure(status, "the pattern '\(pattern)' is malformed") }
    self.regex = regex
  }

  deinit { bpd_regex_destroy(regex) }

  /// Finds all matches in a text, from left to right; they do not overlap, and may be empty.
  ///
  /// - Parameters:
  ///   - text: Any bytes; invalid ones count as U+FFFD.
  ///   - body: Called with the byte range of each match.
  /// - Throws: ``InvalidData`` if matching takes too many steps or too much memory.
  public func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>,
    _ body: (Range<Int>) -> Void
  ) throws {
    guard !text.isEmpty else { return }
    // SAFETY: `text` stays in place during this call, and the matcher reads it in this call only.
    try text.withMemoryRebound(to: CChar.self) { text in
      var status = bpd_regex_start(regex, text.baseAddress, Int64(text.count))
      var start: Int64 = 0
      var end: Int64 = 0
      var last = -1
      while status >= 0 {
        status = bpd_regex_next(regex, &start, &end)
        if status == 0 { return }
        if status > 0 {
          let match = Int(start)..<Int(end)
          // An empty match at the end of the previous one does not count, as in Hugging Face
          // tokenizers.
          if !match.isEmpty || match.lowerBound != last { body(match) }
          last = match.upperBound
        }
      }
      throw Self.failure(status, "matching the pattern '\(pattern)' takes too long")
    }
  }

  private static func failure(_ status: Int32, _ what: String) -> InvalidData {
    let name = bpd_icu_error_name(-status).map { String(cString: $0) } ?? "\(status)"
    return InvalidData("\(what) (\(name))")
  }
}
