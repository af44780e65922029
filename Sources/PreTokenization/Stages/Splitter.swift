// Procedure: the matches of a rule and the text between them are listed as segments; then matches
//   are merged with their neighbours as the rule says, and the remaining segments are the pieces.
// Complexity: O(n), except for regular expressions (see ``RegularExpression``).

import CUnicode
import UnicodeText

/// A part of a text, and whether it matched.
private struct Segment {
  var start: Int
  var end: Int
  var isMatch: Bool
}

/// Cuts texts by one rule; one for each thread.
struct Splitter: PieceCutter {
  private let rule: SplitRule
  private let known: (any PatternScanner)?
  /// Finds a literal text, or a regular expression that has no scanner.
  private let matcher: PatternMatcher?
  private var batch = PreTokenBuffer()
  private var segments: [Segment] = []

  init(_ rule: SplitRule) {
    self.rule = rule
    known = rule.knownScanner
    matcher =
      switch rule.pattern {
      case .regex(let text): known == nil ? PatternMatcher(.regex(text)) : nil
      case .literal(let text): PatternMatcher(.literal(text))
      case .digit, .punctuation: nil
      }
  }

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
    case .regex, .literal:
      if let known {
        var position = 0
        repeat {
          batch.removeAll()
          known.fill(&batch, from: text, at: &position)
          for index in 0..<batch.count { add(batch[index].lowerBound, batch[index].upperBound) }
        } while batch.count > 0
      }
      try matcher?.forEachMatch(in: text) { add($0.lowerBound, $0.upperBound) }
    case .digit: addCharacters(text) { CharacterClass($0).isNumber }
    case .punctuation: addCharacters(text, where: Self.isPunctuation)
    }
  }

  /// ASCII's punctuation and symbols, and what else was punctuation in Unicode 8.
  private static func isPunctuation(_ scalar: UInt32) -> Bool {
    if scalar >= 0x80 { return EarlierUnicode.isPunctuation(scalar) }
    let kind = CharacterClass(scalar)
    return kind.isPunctuation || kind.isSymbol
  }

  private mutating func addCharacters(
    _ text: UnsafeBufferPointer<UInt8>,
    where belongs: (UInt32) -> Bool
  ) {
    guard let base = text.baseAddress else { return }
    var position = 0
    while position < text.count {
      // SAFETY: position is inside the text, and the decoder reads no more than it is given.
      let character = bpd_decode_utf8(base + position, text.count - position)
      let end = position + Int(character.length)
      if belongs(character.scalar) { add(position, end) }
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

  /// Merges each match into the piece that it belongs to.
  ///
  /// Of several adjacent matches, only the one next to that piece is merged.
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
