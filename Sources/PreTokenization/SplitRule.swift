// Source: Hugging Face tokenizers 0.23, the pre-tokenisers Split, Digits, Punctuation, Metaspace and
//   BertPreTokenizer, which all cut at matches and differ in what becomes of a match.
// Complexity: O(n) after the matches.

import UnicodeText

/// Cuts a text at the matches of something.
public struct SplitRule: Hashable, Sendable {
  /// What matches.
  public enum Pattern: Hashable, Sendable {
    /// A regular expression; see ``RegularExpression`` for how it is read.
    case regex(String)
    /// A text as it is.
    case literal(String)
    /// One character of `\p{N}`.
    case digit
    /// One character of ASCII's punctuation and symbols or of `\p{P}`.
    case punctuation
  }

  /// What becomes of a match.
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

  /// What matches.
  public let pattern: Pattern
  /// What becomes of a match.
  public let behavior: Behavior
  /// Whether matches and what is between them change places.
  public let isInverted: Bool

  /// - Parameters:
  ///   - pattern: What matches.
  ///   - behavior: What becomes of a match.
  ///   - isInverted: Whether matches and what is between them change places.
  /// - Throws: ``InvalidData`` for a regular expression that is malformed.
  public init(_ pattern: Pattern, _ behavior: Behavior, isInverted: Bool = false) throws {
    if case .regex(let text) = pattern, KnownPattern(text) == nil {
      _ = try RegularExpression(text)
    }
    self.init(known: pattern, behavior, isInverted: isInverted)
  }

  /// GPT-2's pattern as a rule.
  package static let gpt2 = SplitRule(known: .regex(KnownPattern.gpt2.texts[0]), .isolated)

  /// A rule whose pattern needs no check.
  package init(known pattern: Pattern, _ behavior: Behavior, isInverted: Bool = false) {
    self.pattern = pattern
    self.behavior = behavior
    self.isInverted = isInverted
  }

  /// The pattern whose matches are all the pieces there are; nil where it is not that simple.
  var scannedPattern: KnownPattern? {
    guard case .regex(let text) = pattern, let known = KnownPattern(text), known.coversAll else {
      return nil
    }
    return behavior == .isolated || (behavior == .removed && isInverted) ? known : nil
  }
}

/// A part of a text, and whether it matched.
private struct Segment {
  var start: Int
  var end: Int
  var isMatch: Bool
}

/// Cuts texts by one rule; one for each thread.
struct Splitter {
  private let rule: SplitRule
  private let known: KnownPattern?
  private var regex: RegularExpression?
  private var segments: [Segment] = []

  init(_ rule: SplitRule) {
    self.rule = rule
    if case .regex(let text) = rule.pattern { known = KnownPattern(text) } else { known = nil }
  }

  /// Appends the pieces of a text.
  ///
  /// - Parameters:
  ///   - text: What is cut.
  ///   - offset: Is added to the bounds.
  ///   - pieces: Grows.
  /// - Throws: ``InvalidData`` where a regular expression takes too long.
  mutating func append(
    piecesOf text: UnsafeBufferPointer<UInt8>,
    offset: Int,
    to pieces: inout [Range<Int>]
  ) throws {
    segments.removeAll(keepingCapacity: true)
    try findMatches(text)
    addGap(to: text.count)
    if rule.isInverted { for index in segments.indices { segments[index].isMatch.toggle() } }
    mergeMatches()
    for segment in segments where segment.start < segment.end {
      if rule.behavior == .removed && segment.isMatch { continue }
      pieces.append(offset + segment.start..<offset + segment.end)
    }
  }

  private mutating func findMatches(_ text: UnsafeBufferPointer<UInt8>) throws {
    switch rule.pattern {
    case .regex(let pattern):
      if let known {
        var position = 0
        while position < text.count {
          let end = known.matchEnd(text, from: position)
          if end > position { add(position, end) }
          position =
            end > position ? end : position + ClassifiedCharacter(text, at: position).length
        }
      } else {
        let regex = try regex ?? RegularExpression(pattern)
        self.regex = regex
        try regex.forEachMatch(in: text) { add($0.lowerBound, $0.upperBound) }
      }
    case .literal(let literal):
      let literal = Array(literal.utf8)
      guard !literal.isEmpty else { return }
      var position = 0
      while position + literal.count <= text.count {
        if text[position..<position + literal.count].elementsEqual(literal) {
          add(position, position + literal.count)
          position += literal.count
        } else {
          position += 1
        }
      }
    case .digit: addCharacters(text) { kind, _ in kind.isNumber }
    case .punctuation:
      addCharacters(text) { kind, first in
        kind.isPunctuation || (first < 0x80 && kind.isSymbol)
      }
    }
  }

  private mutating func addCharacters(
    _ text: UnsafeBufferPointer<UInt8>,
    where belongs: (CharacterClass, UInt8) -> Bool
  ) {
    var position = 0
    while position < text.count {
      let character = ClassifiedCharacter(text, at: position)
      let end = position + character.length
      if belongs(character.characterClass, text[position]) { add(position, end) }
      position = end
    }
  }

  private mutating func add(_ start: Int, _ end: Int) {
    addGap(to: start)
    segments.append(Segment(start: start, end: end, isMatch: true))
  }

  private mutating func addGap(to end: Int) {
    let start = segments.last?.end ?? 0
    if start < end { segments.append(Segment(start: start, end: end, isMatch: false)) }
  }

  /// Gives each match to the piece that it belongs to.
  ///
  /// Of several matches side by side only the one next to that piece is given to it.
  private mutating func mergeMatches() {
    switch rule.behavior {
    case .removed, .isolated: return
    case .contiguous: merge { $0.isMatch == $1.isMatch }
    case .mergedWithPrevious: merge { !$0.isMatch && $1.isMatch }
    case .mergedWithNext: merge { $0.isMatch && !$1.isMatch }
    }
  }

  private mutating func merge(_ belongTogether: (Segment, Segment) -> Bool) {
    guard var last = segments.first else { return }
    var kept = 0
    for segment in segments.dropFirst() {
      if belongTogether(last, segment) {
        segments[kept].end = segment.end
      } else {
        kept += 1
        segments[kept] = segment
      }
      last = segment
    }
    segments.removeLast(segments.count - kept - 1)
  }
}
