// Source: Hugging Face tokenizers 0.23, the pre-tokenisers Split, Digits, Punctuation, Metaspace
//   and BertPreTokenizer, which all cut at matches and differ in their treatment of a match.
// Complexity: O(n) after the matches.

import UnicodeText

/// Cuts a text at the matches of a pattern.
public struct SplitRule: Hashable, Sendable {
  /// A pattern.
  public enum Pattern: Hashable, Sendable {
    /// A regular expression in the syntax of ``RegularExpression``.
    case regex(String)
    /// A literal text.
    case literal(String)
    /// One character of `\p{N}`.
    case digit
    /// One character of ASCII's punctuation and symbols or of `\p{P}`.
    case punctuation
  }

  /// The treatment of a match.
  public enum Behavior: String, CaseIterable, Hashable, Sendable {
    /// It is left out.
    case removed = "Removed"
    /// It is a piece.
    case isolated = "Isolated"
    /// It belongs to the piece before it.
    case mergedWithPrevious = "MergedWithPrevious"
    /// It belongs to the piece after it.
    case mergedWithNext = "MergedWithNext"
    /// It is a piece together with the matches next to it.
    case contiguous = "Contiguous"
  }

  /// The pattern.
  public let pattern: Pattern
  /// The treatment of a match.
  public let behavior: Behavior
  /// Whether the text between the matches counts as the match.
  public let isInverted: Bool

  /// - Parameters:
  ///   - pattern: The pattern.
  ///   - behavior: The treatment of a match.
  ///   - isInverted: Whether the text between the matches counts as the match.
  /// - Throws: ``InvalidData`` for a regular expression that is malformed.
  public init(_ pattern: Pattern, _ behavior: Behavior, isInverted: Bool = false) throws {
    if case .regex(let text) = pattern, KnownPatterns.scanner(of: text) == nil {
      _ = try RegularExpression(text)
    }
    self.init(known: pattern, behavior, isInverted: isInverted)
  }

  /// GPT-2's pattern as a rule.
  package static let gpt2 = SplitRule(GPT2Scanner())

  /// A known pattern; its matches are pieces, and so is the text between them.
  init(_ scanner: some PatternScanner) {
    self.init(known: .regex(scanner.texts.first ?? ""), .isolated)
  }

  /// A rule whose pattern is known to be well-formed.
  package init(known pattern: Pattern, _ behavior: Behavior, isInverted: Bool = false) {
    self.pattern = pattern
    self.behavior = behavior
    self.isInverted = isInverted
  }

  /// The scanner of the pattern, if it is a known one.
  var knownScanner: (any PatternScanner)? {
    guard case .regex(let text) = pattern else { return nil }
    return KnownPatterns.scanner(of: text)
  }

  /// The scanner whose matches are all the pieces; nil if the pieces need more than a scanner.
  private var coveringScanner: (any PatternScanner)? {
    guard behavior == .isolated || (behavior == .removed && isInverted),
      let scanner = knownScanner, scanner.coversAll
    else { return nil }
    return scanner
  }
}

extension SplitRule: StageKind {
  var name: String {
    let inversion = isInverted ? ", inverted" : ""
    let suffix =
      behavior == .isolated && !isInverted ? "" : " (\(behavior.rawValue)\(inversion))"
    switch pattern {
    case .regex(let text): return "regex:\(text)\(suffix)"
    case .literal(let text): return "'\(text)'\(suffix)"
    case .digit: return "digits\(suffix)"
    case .punctuation: return "punctuation\(suffix)"
    }
  }

  var coversEveryByte: Bool { behavior != .removed || coveringScanner != nil }

  var safeCut: SafeCut { coveringScanner?.safeCut ?? .never }

  func makeCutter() -> StageCutter {
    coveringScanner.map { .scanner($0) } ?? .pieces(Splitter(self))
  }
}
