// Procedure: a token's whole characters are normalised and cut, alone and between letters, digits,
//   signs and spaces. If no piece has them, no usual text brings the token's bytes into one word.
//   Parts of characters at its ends are left out: what they become depends on the rest of the
//   character.
// Complexity: that of normaliser and pre-tokeniser, once where the token is kept on its own, up to 54
//   times where it is cut.

import PreTokenization
import UnicodeText

/// Tries whether the stages before the model leave a token's bytes together.
struct TextProbe {
  /// What the stages do to a text.
  enum Outcome {
    case kept
    /// The normaliser writes it otherwise.
    case normalized
    /// The pre-tokeniser cuts inside it, or drops it.
    case cut
    /// An added token is found in it.
    case taken(AddedToken)
  }

  private let tokenizer: Tokenizer
  private var scanner: PreTokenScanner
  private var batch = PreTokenBuffer()
  /// What stands before and after a token; patterns know English contractions, too.
  private static let contexts = ["", "a", "0", ")", " ", "\n"].flatMap { before in
    ["", "a", "0", ")", " ", "\n", "s", "l", "e"].map { after in
      (before: Array(before.utf8), after: Array(after.utf8))
    }
  }
  /// Those that show whether the normaliser keeps it: alone, and between letters and digits.
  private static let plainContexts = contexts.filter {
    $0.before == $0.after && $0.before != [0x20] && $0.before != [0x0A]
  }

  init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    scanner = PreTokenScanner(tokenizer.preTokenizer)
  }

  /// The whole characters of a token's bytes: without parts of characters at the ends; nil if
  /// bytes in the middle are no UTF-8.
  static func wholeCharacters(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let lead = bytes.prefix { $0 & 0xC0 == 0x80 }.count
    guard lead <= 3 else { return nil }
    let rest = bytes.dropFirst(lead)
    let end = rest.withUnsafeBufferPointer { UTF8Text.wholeCharactersEnd($0) }
    let middle = rest.prefix(end)
    let isValid = middle.withUnsafeBufferPointer { UTF8Text.firstInvalidByte(in: $0) == nil }
    guard isValid, beginsCharacter(rest.dropFirst(end)) else { return nil }
    return middle
  }

  /// Whether some character begins with an unfinished one.
  private static func beginsCharacter(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, let second = bytes.dropFirst().first else { return true }
    switch first {
    case 0xE0: return second >= 0xA0
    case 0xED: return second < 0xA0
    case 0xF0: return second >= 0x90
    case 0xF4: return second < 0x90
    default: return true
    }
  }

  /// What the stages do to a text.
  ///
  /// - Parameters:
  ///   - text: Whole characters.
  ///   - word: The same text as a word of the model has it.
  ///   - isWhole: Whether a piece must be the word; otherwise it must contain it.
  /// - Returns: ``Outcome/kept`` if some context keeps it.
  /// - Throws: What normaliser and pre-tokeniser throw.
  mutating func outcome(of text: [UInt8], as word: [UInt8], isWhole: Bool) throws -> Outcome {
    if text.isEmpty { return .kept }
    if let token = addedToken(in: text) { return .taken(token) }
    if try changes(text) { return .normalized }
    for (before, after) in Self.contexts {
      let document = before + text + after
      let normalized = try normalize(document) ?? document
      guard Self.has(normalized, text) else { continue }
      if try keeps(word, in: normalized, isWhole: isWhole) { return .kept }
    }
    return .cut
  }

  /// Whether the normaliser keeps a text in none of the plain contexts.
  ///
  /// - Throws: What the normaliser throws.
  func changes(_ text: [UInt8]) throws -> Bool {
    if tokenizer.normalizer.steps.isEmpty { return false }
    for (before, after) in Self.plainContexts {
      guard let normalized = try normalize(before + text + after) else { return false }
      if Self.has(normalized, text) { return false }
    }
    return true
  }

  private func normalize(_ text: [UInt8]) throws -> [UInt8]? {
    try text.withUnsafeBufferPointer {
      try tokenizer.normalizer.normalize($0, tracksOffsets: false)?.bytes
    }
  }

  /// Whether a piece of a text has a word.
  private mutating func keeps(
    _ word: [UInt8],
    in text: [UInt8],
    isWhole: Bool
  ) throws -> Bool {
    let rewritten = try text.withUnsafeBufferPointer {
      try scanner.rewrite($0, from: nil, start: 0)
    }
    return try (rewritten?.bytes ?? text).withUnsafeBufferPointer { bytes in
      try scanner.start(bytes)
      repeat {
        scanner.fill(&batch, from: bytes)
        for index in 0..<batch.count {
          let piece = UnsafeBufferPointer(rebasing: bytes[batch[index]])
          if isWhole ? piece.elementsEqual(word) : Self.has(piece, word) { return true }
        }
      } while batch.count > 0
      return false
    }
  }

  /// The first added token, other than special ones, that is found in a text in any context.
  private func addedToken(in text: [UInt8]) -> AddedToken? {
    text.withUnsafeBufferPointer { text in
      for matcher in [tokenizer.matcher, tokenizer.normalizedMatcher] {
        var matches = AddedTokenMatches(matcher, in: text, allowsSpecial: false)
        while let match = matches.next() {
          if !match.token.matching.isSingleWord { return match.token }
        }
      }
      return nil
    }
  }

  private static func has(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { has($0, part) }
  }

  /// Whether a text contains a part; O(length of both), by the borders of Knuth, Morris and Pratt.
  private static func has(_ text: UnsafeBufferPointer<UInt8>, _ part: [UInt8]) -> Bool {
    guard text.count >= part.count else { return false }
    if text.count == part.count { return text.elementsEqual(part) }
    var borders = [0]
    var length = 0
    for byte in part.dropFirst() {
      while length > 0 && part[length] != byte { length = borders[length - 1] }
      if part[length] == byte { length += 1 }
      borders.append(length)
    }
    length = 0
    for byte in text {
      while length > 0 && part[length] != byte { length = borders[length - 1] }
      if part[length] == byte { length += 1 }
      if length == part.count { return true }
    }
    return false
  }
}
