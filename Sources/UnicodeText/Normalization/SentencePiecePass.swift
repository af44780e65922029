// Source: T. Kudo, SentencePiece 0.2 (normalizer.cc, `Normalize` and `NormalizePrefix`). Written
//   from its behaviour.
// Procedure: the text is consumed from left to right: the longest user-defined symbol, else the
//   longest key of the rules, else one character; a byte that is not UTF-8 becomes U+FFFD. A space
//   that follows a space is left out if extra spaces are removed, and so are spaces at both ends,
//   U+2581 of the text itself included at the end. A text of spaces alone becomes empty.
// Complexity: O(n), times the length of the symbols and keys that begin at one position.

import CUnicode

/// Normalises a text as SentencePiece does.
struct SentencePiecePass: TextRewriter {
  private static let mark = Array("\u{2581}".utf8)
  private static let replacementCharacter = Array("\u{FFFD}".utf8)
  private static let space: UInt8 = 0x20

  private let settings: SentencePieceNormalization
  private let symbols: SymbolPrefixes
  /// Whether a byte is a character that always stays.
  private let isPlain: [Bool]

  init(_ settings: SentencePieceNormalization) {
    self.settings = settings
    let symbols = SymbolPrefixes(settings.symbols)
    self.symbols = symbols
    isPlain = (UInt8.min...UInt8.max).map { byte in
      byte < 0x80 && byte != Self.space && !symbols.mayStart(with: byte)
        && settings.map?.mayStart(with: byte) != true
    }
  }

  /// A stretch of the text and what it becomes.
  private struct Run {
    var original: Int
    var transformed: Int
    var isChanged: Bool
  }

  /// The text so far.
  private struct Output {
    let tracksOffsets: Bool
    var bytes: [UInt8] = []
    var runs: [Run] = []
    var isChanged = false

    init(tracksOffsets: Bool) { self.tracksOffsets = tracksOffsets }

    mutating func append(_ original: Int, _ transformed: Int, isChanged: Bool) {
      if isChanged && (original > 0 || transformed > 0) { self.isChanged = true }
      guard tracksOffsets else { return }
      if !isChanged, let last = runs.indices.last, !runs[last].isChanged {
        runs[last].original += original
        runs[last].transformed += transformed
      } else if original > 0 || transformed > 0 {
        runs.append(Run(original: original, transformed: transformed, isChanged: isChanged))
      }
    }

    mutating func replace(_ original: Int, with content: some Collection<UInt8>) {
      bytes += content
      append(original, content.count, isChanged: true)
    }

    /// Deletes copies of a text at the end.
    mutating func trim(_ suffix: [UInt8]) {
      var deleted = 0
      while bytes.count >= suffix.count && bytes.suffix(suffix.count) == suffix[...] {
        bytes.removeLast(suffix.count)
        isChanged = true
        var left = suffix.count
        while left > 0, var run = runs.popLast() {
          let taken = min(left, run.transformed)
          left -= taken
          run.transformed -= taken
          let original = run.isChanged ? (run.transformed == 0 ? run.original : 0) : taken
          run.original -= original
          deleted += original
          if run.original > 0 || run.transformed > 0 { runs.append(run) }
        }
      }
      append(deleted, 0, isChanged: true)
    }
  }

  func rewrite(_ text: UnsafeBufferPointer<UInt8>, tracksOffsets: Bool) -> RewrittenText? {
    if text.isEmpty { return nil }
    let mark = settings.marksSpaces ? Self.mark : [Self.space]
    var output = Output(tracksOffsets: tracksOffsets)
    output.bytes.reserveCapacity(text.count + text.count / 2)
    var position = settings.removesExtraSpaces ? spaceEnd(text) : 0
    output.append(position, 0, isChanged: true)
    guard position < text.count else { return Self.rewritten(output) }
    if settings.addsSpace && !settings.addsSpaceBehind { output.replace(0, with: mark) }
    var followsSpace = settings.removesExtraSpaces
    while position < text.count {
      let start = position
      while position < text.count && isPlain[Int(text[position])] { position += 1 }
      if position > start {
        Self.keep(text, start..<position, &output)
        followsSpace = false
        continue
      }
      let prefix = prefix(of: text, at: position)
      position += prefix.length
      var content = prefix.content ?? Array(text[start..<position])
      if followsSpace { content = Array(content.drop { $0 == Self.space }) }
      if let last = content.last { followsSpace = last == Self.space }
      if !settings.removesExtraSpaces { followsSpace = false }
      if settings.marksSpaces && content.contains(Self.space) {
        content = content.flatMap { $0 == Self.space ? mark : [$0] }
      }
      if content.elementsEqual(text[start..<position]) {
        Self.keep(text, start..<position, &output)
      } else {
        output.replace(position - start, with: content)
      }
    }
    if settings.removesExtraSpaces { output.trim(mark) }
    if settings.addsSpace && settings.addsSpaceBehind { output.replace(0, with: mark) }
    return Self.rewritten(output)
  }

  private static func keep(
    _ text: UnsafeBufferPointer<UInt8>,
    _ range: Range<Int>,
    _ output: inout Output
  ) {
    output.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[range]))
    output.append(range.count, range.count, isChanged: false)
  }

  /// The end of the parts at the start that become a single space.
  private func spaceEnd(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var position = 0
    while position < text.count {
      let prefix = prefix(of: text, at: position)
      let isSpace =
        prefix.content.map { $0 == [Self.space] }
        ?? (prefix.length == 1 && text[position] == Self.space)
      if !isSpace { break }
      position += prefix.length
    }
    return position
  }

  /// The length of the next part, and what it becomes; nil if it stays.
  private func prefix(
    of text: UnsafeBufferPointer<UInt8>,
    at position: Int
  ) -> (length: Int, content: [UInt8]?) {
    if case let length = symbols.longest(in: text, at: position), length > 0 {
      return (length, nil)
    }
    if let match = settings.map?.longestMatch(in: text, at: position) {
      return (match.length, Array(match.replacement))
    }
    guard let base = text.baseAddress else { return (1, nil) }
    // SAFETY: position is inside the text, and the decoder reads no more than it is given.
    let character = bpd_decode_utf8(base + position, text.count - position)
    let isInvalid = character.scalar == BPD_INVALID_SCALAR
    return (Int(character.length), isInvalid ? Self.replacementCharacter : nil)
  }

  private static func rewritten(_ output: Output) -> RewrittenText? {
    guard output.isChanged else { return nil }
    var result = RewrittenText(tracksOffsets: output.tracksOffsets)
    result.bytes = output.bytes
    for run in output.runs {
      result.layer.append(
        original: run.original,
        transformed: run.transformed,
        changed: run.isChanged
      )
    }
    result.characterLayer = result.layer
    return result
  }
}
