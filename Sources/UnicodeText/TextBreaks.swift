// Source: Unicode Standard Annex #29 (boundaries of words, sentences and grapheme clusters), by ICU,
//   with its dictionaries for Thai, Lao, Khmer, Burmese, Chinese and Japanese.
// Procedure: a text is broken in windows of about 64 kB, so that the dictionaries' search is
//   bounded. A window ends after the last white space of its final quarter, if there is any; this
//   depends on the text alone, so the same text has the same breaks however it was read.
// Complexity: O(n).
// Determinism: depends on ICU's version: rules and dictionaries change with it.

import CICU

/// Finds word, sentence or character boundaries; one for each thread.
public final class TextBreaker {
  /// The stretches between two boundaries.
  public enum Kind: Int32, Sendable {
    /// Words, and the stretches between them.
    case words = 0
    /// Sentences, each with the space after it.
    case sentences = 1
    /// Characters as a reader sees them: extended grapheme clusters.
    case characters = 2
  }

  static let windowLength = 1 << 16

  private let breaker: OpaquePointer

  /// - Throws: ``UnicodeTextError`` if ICU's data are missing.
  public init(_ kind: Kind) throws {
    var status: Int32 = 0
    guard let breaker = bpd_breaker_create(kind.rawValue, &status) else {
      throw UnicodeTextError(icu: status, "break iteration")
    }
    self.breaker = breaker
  }

  deinit { bpd_breaker_destroy(breaker) }

  /// Finds the boundaries of a text.
  ///
  /// - Parameters:
  ///   - text: Any bytes; invalid ones count as U+FFFD.
  ///   - boundaries: Grows by the end of each stretch, the last being the end of the text.
  /// - Throws: ``UnicodeTextError`` if ICU fails.
  public func appendBoundaries(
    of text: UnsafeBufferPointer<UInt8>,
    to boundaries: inout [Int]
  ) throws {
    var start = 0
    while start < text.count {
      let end = Self.windowEnd(of: text, from: start)
      let window = UnsafeBufferPointer(rebasing: text[start..<end])
      // SAFETY: the window lies inside `text`, which stays in place during this call.
      try window.withMemoryRebound(to: CChar.self) { window in
        let status = bpd_breaker_start(breaker, window.baseAddress, Int32(window.count))
        if status < 0 { throw UnicodeTextError(icu: status, "break iteration") }
        while case let next = bpd_breaker_next(breaker), next >= 0 {
          boundaries.append(start + Int(next))
        }
      }
      start = end
    }
  }

  /// Finds the boundaries of an array of bytes.
  ///
  /// - Parameters:
  ///   - text: Any bytes; invalid ones count as U+FFFD.
  ///   - boundaries: Grows by the end of each stretch, the last being the end of the text.
  /// - Throws: ``UnicodeTextError`` if ICU fails.
  public func appendBoundaries(of text: [UInt8], to boundaries: inout [Int]) throws {
    try text.withUnsafeBufferPointer { try appendBoundaries(of: $0, to: &boundaries) }
  }

  static func windowEnd(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let limit = start + windowLength
    guard limit < text.count else { return text.count }
    var end = limit
    while end > limit - windowLength / 4 {
      let before = text[end - 1]
      if before == 0x20 || before == 0x0A { return end }
      end -= 1
    }
    // No white space: cut between two characters.
    end = limit
    while end > limit - 3 && text[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }
}

/// The version of the ICU in use.
public enum ICUVersion {
  /// The library's version, such as "72.1".
  public static var library: String { text(bpd_icu_version()) }
  /// Its version of Unicode, such as "15.0".
  public static var unicode: String { text(bpd_icu_unicode_version()) }
  /// Whether that version of Unicode assigns a code point.
  public static func assigns(_ scalar: Unicode.Scalar) -> Bool {
    bpd_icu_is_assigned(scalar.value)
  }

  private static func text(_ version: Int32) -> String { "\(version / 100).\(version % 100)" }
}
