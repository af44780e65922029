// Procedure: see CharacterModel.swift. A symbol is a character with the marks of its position in
//   the word; its stand-in in the byte-level model is also one character.
// Complexity: O(1) for a character.

import BytePairEncoding
import CUnicode
import Diagnostics

/// The symbols that words are cut into before any merge, and their stand-ins.
struct FirstSymbols: Sendable {
  /// A character at its position in a word.
  private struct Symbol: Hashable {
    let scalar: UInt32
    let hasPrefix: Bool
    let hasSuffix: Bool
  }

  private let prefix: [UInt8]
  private let suffix: [UInt8]
  private let fusesUnknown: Bool
  /// The stand-in of each symbol.
  private var spellings: [Symbol: [UInt8]] = [:]
  /// The stand-in of unknown characters; nil if they are left out.
  private var unknownSpelling: [UInt8]?
  private let unknown: TokenID?
  /// The stand-ins of the bytes of unknown characters.
  private var byteSpellings: [[UInt8]?] = []
  private var bytes: [TokenID: UInt8] = [:]
  /// The least and the largest id of ``bytes``, so that most tokens need no look-up.
  private var byteIDs: ClosedRange<UInt32>?
  /// A bit for each character that stands for itself in every position; empty if marks differ.
  private var itself: [UInt64] = []
  /// The stand-ins of bytes and unknown characters, and their tokens.
  private(set) var standIns: [(spelling: [UInt8], token: TokenID)] = []

  init(_ vocabulary: Vocabulary, _ settings: CharacterModel.Settings) throws {
    prefix = settings.prefix
    suffix = settings.suffix
    fusesUnknown = settings.fusesUnknown
    unknown = settings.unknown
    var free = PrivateCharacters(besides: vocabulary)
    if prefix.isEmpty && suffix.isEmpty {
      itself = Self.characters(of: vocabulary)
    } else {
      for id in 0..<vocabulary.count where vocabulary.contains(TokenID(id)) {
        let token = vocabulary.bytes(of: TokenID(id))
        guard token.count <= prefix.count + 4 + suffix.count,
          let symbols = symbols(of: token), symbols.count == 1
        else { continue }
        let isPlain = !symbols[0].hasPrefix && !symbols[0].hasSuffix
        spellings[symbols[0]] = isPlain ? Array(token) : try free.next()
      }
    }
    if let unknown {
      let spelling = try free.next()
      unknownSpelling = spelling
      standIns.append((spelling, unknown))
    }
    guard settings.fallsBackToBytes else { return }
    for byte in UInt8.min...UInt8.max {
      guard let token = vocabulary.id(of: Self.piece(of: byte)) else {
        byteSpellings.append(nil)
        continue
      }
      let spelling = try free.next()
      byteSpellings.append(spelling)
      bytes[token] = byte
      standIns.append((spelling, token))
    }
    let ids = bytes.keys.map(\.rawValue)
    if let least = ids.min(), let largest = ids.max() { byteIDs = least...largest }
  }

  /// A bit for each token of one character.
  private static func characters(of vocabulary: Vocabulary) -> [UInt64] {
    var characters = [UInt64](repeating: 0, count: 0x110000 / 64)
    vocabulary.withUnsafeTokens { pool, starts in
      guard let base = pool.baseAddress else { return }
      for id in 0..<vocabulary.count where (1...4).contains(starts[id + 1] - starts[id]) {
        let (start, length) = (Int(starts[id]), Int(starts[id + 1] - starts[id]))
        // SAFETY: the token lies in the pool, and the decoder reads no more than it is given.
        let character = bpd_decode_utf8(base + start, length)
        guard Int(character.length) == length, character.scalar < 0x110000 else { continue }
        characters[Int(character.scalar / 64)] |= 1 << UInt64(character.scalar % 64)
      }
    }
    return characters
  }

  /// Whether a character's stand-in depends on its position in the word.
  var hasMarks: Bool { itself.isEmpty }

  /// The token of a byte, such as `<0x0A>`.
  static func piece(of byte: UInt8) -> [UInt8] {
    let digits = String(byte, radix: 16, uppercase: true)
    return Array("<0x\(digits.count == 1 ? "0" : "")\(digits)>".utf8)
  }

  /// The byte that a token stands for, if any.
  func byte(of token: TokenID) -> UInt8? {
    guard let byteIDs, byteIDs.contains(token.rawValue) else { return nil }
    return bytes[token]
  }

  /// Whether all bytes have stand-ins.
  var hasAllBytes: Bool { bytes.count == 256 }

  /// Whether a token stands for bytes or unknown characters.
  func stands(_ token: TokenID) -> Bool { token == unknown || byte(of: token) != nil }

  /// The symbols of a token; nil if it is not UTF-8, or is empty.
  private func symbols(of token: ArraySlice<UInt8>) -> [Symbol]? {
    let goesOn =
      !prefix.isEmpty && token.count > prefix.count && token.starts(with: prefix)
    var text = goesOn ? token.dropFirst(prefix.count) : token
    let ends =
      !suffix.isEmpty && text.count > suffix.count && text.suffix(suffix.count) == suffix[...]
    if ends { text = text.dropLast(suffix.count) }
    guard let characters = String(validating: text, as: UTF8.self)?.unicodeScalars,
      !characters.isEmpty
    else { return nil }
    var symbols = characters.map {
      Symbol(scalar: $0.value, hasPrefix: !prefix.isEmpty, hasSuffix: false)
    }
    let last = symbols.count - 1
    symbols[0] = Symbol(scalar: symbols[0].scalar, hasPrefix: goesOn, hasSuffix: false)
    symbols[last] = Symbol(
      scalar: symbols[last].scalar,
      hasPrefix: symbols[last].hasPrefix,
      hasSuffix: ends
    )
    return symbols
  }

  /// The spelling of a token; nil if it has characters that are not symbols.
  func spelling(of token: ArraySlice<UInt8>) -> [UInt8]? {
    if !itself.isEmpty {
      return token.withUnsafeBufferPointer { isSpelledAlike($0) } ? Array(token) : nil
    }
    guard let symbols = symbols(of: token) else { return nil }
    var spelling: [UInt8] = []
    for symbol in symbols {
      guard let part = spellings[symbol] else { return nil }
      spelling += part
    }
    return spelling
  }

  /// Whether a character stands for itself in every position; false for an invalid byte.
  @inline(__always)
  private func isItself(_ scalar: UInt32) -> Bool {
    let index = Int(scalar / 64)
    return index < itself.count && itself[index] >> UInt64(scalar % 64) & 1 == 1
  }

  /// Whether a word is its own spelling, as most are: known characters without marks.
  func isSpelledAlike(_ word: UnsafeBufferPointer<UInt8>) -> Bool {
    !word.isEmpty && alikeLength(word) == word.count
  }

  /// The number of first bytes of a text whose characters stand for themselves.
  func alikeLength(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = text.baseAddress, !itself.isEmpty else { return 0 }
    // SAFETY: the set has a bit for each code point, and the text is as long as is said.
    return itself.withUnsafeBufferPointer {
      Int(bpd_prefix_in_set(base, text.count, $0.baseAddress))
    }
  }

  /// Spells a word; see ``CharacterModel``.
  func spell(
    _ word: UnsafeBufferPointer<UInt8>,
    into spelling: inout [UInt8],
    lengths: inout [Int]
  ) {
    spelling.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    guard let base = word.baseAddress else { return }
    // Unknown characters are held back to be fused; bytes left out count towards the next symbol.
    var unknownLength = 0
    var leftOut = 0
    var position = 0
    while position < word.count {
      let start = position
      // SAFETY: position is inside the word, and the decoder reads no more than it is given.
      let character = bpd_decode_utf8(base + start, word.count - start)
      let length = Int(character.length)
      position += length
      if isItself(character.scalar) {
        flush(&unknownLength, into: &spelling, &lengths)
        spelling += word[start..<position]
        lengths.append(leftOut + length)
        leftOut = 0
        continue
      }
      let symbol = Symbol(
        scalar: character.scalar,
        hasPrefix: !prefix.isEmpty && start > 0,
        hasSuffix: !suffix.isEmpty && position == word.count
      )
      if let known = spellings[symbol] {
        flush(&unknownLength, into: &spelling, &lengths)
        spelling += known
        lengths.append(leftOut + length)
        leftOut = 0
      } else if let bytes = bytes(of: symbol, word[start..<position]) {
        for (spelled, byteLength) in bytes {
          spelling += spelled
          lengths.append(leftOut + byteLength)
          leftOut = 0
        }
      } else if unknownSpelling != nil {
        if !fusesUnknown { flush(&unknownLength, into: &spelling, &lengths) }
        unknownLength += length
      } else {
        leftOut += length
      }
    }
    flush(&unknownLength, into: &spelling, &lengths)
    if let last = lengths.indices.last { lengths[last] += leftOut }
  }

  /// The stand-ins of the bytes of an unknown symbol, marks included, and the number of bytes of
  /// the word that each stands for; nil if one is missing.
  private func bytes(
    of symbol: Symbol,
    _ character: Slice<UnsafeBufferPointer<UInt8>>
  ) -> [(spelling: [UInt8], length: Int)]? {
    guard !byteSpellings.isEmpty else { return nil }
    var result: [(spelling: [UInt8], length: Int)] = []
    for (part, length) in [
      (symbol.hasPrefix ? prefix : [], 0), (Array(character), 1),
      (symbol.hasSuffix ? suffix : [], 0),
    ] {
      for byte in part {
        guard let spelling = byteSpellings[Int(byte)] else { return nil }
        result.append((spelling, length))
      }
    }
    return result
  }

  private func flush(
    _ length: inout Int,
    into spelling: inout [UInt8],
    _ lengths: inout [Int]
  ) {
    guard length > 0, let unknownSpelling else { return }
    spelling += unknownSpelling
    lengths.append(length)
    length = 0
  }
}

/// Private-use characters that are not tokens.
private struct PrivateCharacters {
  private let vocabulary: Vocabulary
  private var candidate: UInt32 = 0xF0000

  init(besides vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  mutating func next() throws -> [UInt8] {
    while candidate <= 0x10FFFD {
      let bytes = Unicode.Scalar(candidate).map { Array(String($0).utf8) } ?? []
      candidate += 1
      if vocabulary.id(of: bytes) == nil { return bytes }
    }
    throw InvalidData(place: "model.vocab", "found more than 131,068 characters with marks")
  }
}
