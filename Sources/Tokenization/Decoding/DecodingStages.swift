// Source: see DecodingStep.swift.
// Complexity: O(bytes of the pieces).

import UnicodeText

extension [UInt8] {
  /// Replaces all occurrences of some bytes, from left to right; no change if `old` is empty.
  func replacingAll(_ old: [UInt8], with new: [UInt8]) -> [UInt8] {
    replacing(with: new) { PatternMatcher.forEachMatch(of: old, in: $0, $1) }
  }

  /// Replaces what a search finds.
  ///
  /// - Parameters:
  ///   - new: The replacement.
  ///   - search: Calls back with the ranges to replace, in order.
  /// - Returns: The bytes with the replacements.
  fileprivate func replacing(
    with new: [UInt8],
    _ search: (UnsafeBufferPointer<UInt8>, (Range<Int>) -> Void) -> Void
  ) -> [UInt8] {
    var result: [UInt8] = []
    var kept = 0
    withUnsafeBufferPointer { bytes in
      search(bytes) { match in
        result += bytes[kept..<match.lowerBound]
        result += new
        kept = match.upperBound
      }
    }
    return kept == 0 && result.isEmpty ? self : result + self[kept...]
  }
}

/// Replaces the matches of a pattern in each piece.
struct ReplacingStage: DecodingStage {
  private let matcher: PatternMatcher
  private let content: [UInt8]

  init(_ pattern: TextPattern, with content: String) {
    matcher = PatternMatcher(pattern)
    self.content = Array(content.utf8)
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    // Where matching takes too long, the rest of a piece stays.
    pieces.map { $0.replacing(with: content) { try? matcher.forEachMatch(in: $0, $1) } }
  }
}

/// Joins all pieces into one, or passes them on if no stage follows.
struct JoiningStage: DecodingStage {
  private let isLast: Bool
  private let join: @Sendable ([[UInt8]]) -> [UInt8]
  private var held: [[UInt8]] = []

  init(isLast: Bool, _ join: @escaping @Sendable ([[UInt8]]) -> [UInt8]) {
    self.isLast = isLast
    self.join = join
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    if isLast { return [join(pieces)] }
    held += pieces
    return []
  }

  mutating func finish() -> [[UInt8]] {
    if isLast || held.isEmpty { return [] }
    return [Array(String(decoding: join(held), as: UTF8.self).utf8)]
  }
}

extension ByteAlphabet {
  /// The bytes that pieces spell; a piece with characters outside the alphabet stands for itself.
  static func bytes(ofPieces pieces: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      let start = bytes.count
      if !append(bytesOf: piece[...], to: &bytes) {
        bytes.removeLast(bytes.count - start)
        bytes += piece
      }
    }
    return bytes
  }
}

/// Joins pieces of single bytes into characters.
struct ByteFallbackStage: DecodingStage {
  private var held: [UInt8] = []

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for piece in pieces {
      if let byte = Self.byte(of: piece) {
        held.append(byte)
      } else {
        result += finish()
        result.append(piece)
      }
    }
    return result
  }

  mutating func finish() -> [[UInt8]] {
    defer { held = [] }
    if held.isEmpty { return [] }
    if String(validating: held, as: UTF8.self) != nil { return [held] }
    return held.map { _ in Array("\u{FFFD}".utf8) }
  }

  static func byte(of piece: [UInt8]) -> UInt8? {
    guard piece.count == 6, piece.starts(with: "<0x".utf8), piece[5] == UInt8(ascii: ">") else {
      return nil
    }
    return UInt8(String(decoding: piece[3..<5], as: UTF8.self), radix: 16)
  }
}

/// Strips copies of a character from the ends of each piece, or of all pieces as one.
struct StripStage: DecodingStage {
  private let character: [UInt8]
  private let stop: Int
  private let start: Int
  private let isFused: Bool
  private var startLeft: Int
  private var held: [UInt8] = []

  init(_ character: Character, start: Int, stop: Int, isFused: Bool) {
    self.character = Array(String(character).utf8)
    self.start = start
    self.stop = stop
    self.isFused = isFused
    startLeft = start
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    pieces.map { piece in
      if !isFused { (held, startLeft) = ([], start) }
      held += piece
      return take()
    }
  }

  /// Removes and returns the held bytes that are certainly not stripped.
  private mutating func take() -> [UInt8] {
    while startLeft > 0 && !held.isEmpty {
      guard held.starts(with: character) else {
        startLeft = 0
        break
      }
      held.removeFirst(character.count)
      startLeft -= 1
    }
    var end = held.count
    for _ in 0..<stop where held[..<end].suffix(character.count) == character[...] {
      end -= character.count
    }
    defer { held.removeFirst(end) }
    return Array(held[..<end])
  }
}

/// Replaces space marks with spaces.
struct MetaspaceStage: DecodingStage {
  private let mark: [UInt8]
  private var deletes: Bool

  init(_ marking: SpaceMarking) {
    mark = Array(marking.mark.utf8)
    deletes = marking.prepending != .never
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    pieces.map { piece in
      defer { deletes = false }
      return piece.replacingAll(mark, with: deletes ? [] : [0x20])
    }
  }
}

/// Inserts spaces before the pieces that do not begin with a prefix.
struct WordPieceStage: DecodingStage {
  /// Nil if every piece gets a space before it.
  private let prefix: [UInt8]?
  private let cleansUp: Bool
  private var isFirst = true

  init(_ prefix: [UInt8]?, _ cleansUp: Bool) {
    self.prefix = prefix
    self.cleansUp = cleansUp
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    pieces.map { piece in
      defer { isFirst = false }
      var piece = piece
      if !isFirst {
        if let prefix, piece.starts(with: prefix) {
          piece.removeFirst(prefix.count)
        } else {
          piece = [0x20] + piece
        }
      }
      return cleansUp ? Self.cleanUp(piece) : piece
    }
  }

  private static let contractions = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
    (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ]

  /// Removes the spaces before English punctuation.
  static func cleanUp(_ piece: [UInt8]) -> [UInt8] {
    contractions.reduce(piece) { $0.replacingAll(Array($1.0.utf8), with: Array($1.1.utf8)) }
  }
}

/// Removes repeated and padding pieces, as connectionist temporal classification writes them.
struct CTCStage: DecodingStage {
  private let padding: [UInt8]
  private let delimiter: [UInt8]
  private let cleansUp: Bool
  private var last: [UInt8]?

  init(_ padding: [UInt8], _ delimiter: [UInt8], _ cleansUp: Bool) {
    self.padding = padding
    self.delimiter = delimiter
    self.cleansUp = cleansUp
  }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for piece in pieces where piece != last {
      last = piece
      var piece = piece.replacingAll(padding, with: [])
      if cleansUp { piece = WordPieceStage.cleanUp(piece).replacingAll(delimiter, with: [0x20]) }
      if !piece.isEmpty { result.append(piece) }
    }
    return result
  }
}

/// Replaces a suffix with a space, and deletes it in the last piece.
struct SuffixStage: DecodingStage {
  private let suffix: [UInt8]
  private var held: [UInt8]?

  init(_ suffix: [UInt8]) { self.suffix = suffix }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for piece in pieces {
      if let held { result.append(held.replacingAll(suffix, with: [0x20])) }
      held = piece
    }
    return result
  }

  mutating func finish() -> [[UInt8]] {
    defer { held = nil }
    return held.map { [$0.replacingAll(suffix, with: [])] } ?? []
  }
}
