// Source: T. Kudo, SentencePiece (normalizer.cc, `precompiled_charsmap`); S. Yata, Darts-clone, for
//   the double array: a trie in which the child of a node at position p for byte b is at
//   p ^ offset(p) ^ b, if the unit there has the label b.
// Procedure: the blob is the size of the double array in bytes (four bytes, lowest first), its units
//   of four bytes, and the replacements, each ended by a zero byte. The value of a key is where its
//   replacement starts. All leaves are checked once, every position again in each look-up.
// Complexity: O(size of the blob) to read; O(length of the key) for a look-up, at most
//   ``longestKey``.

import Diagnostics

/// Rules that replace short texts by others, as SentencePiece compiles them.
public struct CharacterMap: Hashable, Sendable {
  /// The most bytes of a replacement; NFKC's longest has 33.
  public static let longestReplacement = 256
  /// The most bytes of a text that is replaced.
  public static let longestKey = 256

  /// The file's field.
  public let bytes: [UInt8]
  private let units: [UInt32]
  /// Where the replacements start in ``bytes``.
  private let origin: Int
  /// Whether a rule starts with a byte.
  private let isFirst: [Bool]

  /// Reads the rules.
  ///
  /// - Parameter bytes: The field `precompiled_charsmap`.
  /// - Throws: `InvalidData` for sizes and positions that lie outside.
  public init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    guard bytes.count > 4 else { throw Self.invalid("found only \(bytes.count) bytes") }
    let size = Int(Self.unit(bytes, at: 0))
    guard size >= 4, size % 4 == 0, size < bytes.count - 3 else {
      throw Self.invalid("a double array of \(size) bytes does not fit into \(bytes.count)")
    }
    units = (1...size / 4).map { Self.unit(bytes, at: 4 * $0) }
    origin = 4 + size
    let root = Self.offset(units[0])
    let units = units
    isFirst = (0...255).map { byte in
      root ^ byte < units.count && Self.label(units[root ^ byte]) == UInt32(byte)
    }
    try checkLeaves()
  }

  private static func invalid(_ message: String) -> InvalidData {
    InvalidData(place: "precompiled_charsmap", message)
  }

  private static func unit(_ bytes: [UInt8], at position: Int) -> UInt32 {
    bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Checks that every replacement lies inside and is short.
  private func checkLeaves() throws {
    var ends = [Int](repeating: bytes.count, count: bytes.count - origin)
    for index in ends.indices.reversed() {
      ends[index] =
        bytes[origin + index] == 0
        ? origin + index : index + 1 < ends.count ? ends[index + 1] : bytes.count
    }
    for (position, unit) in units.enumerated() where unit >> 31 == 0 && Self.hasLeaf(unit) {
      let leaf = position ^ Self.offset(unit)
      guard leaf < units.count, case let value = Self.value(units[leaf]), value < ends.count else {
        throw Self.invalid("unit \(position) of the double array leads outside")
      }
      let length = ends[value] - origin - value
      guard length <= Self.longestReplacement else {
        throw Self.invalid(
          "found a replacement of \(length) bytes; at most \(Self.longestReplacement) are read"
        )
      }
    }
  }

  @inline(__always)
  private static func hasLeaf(_ unit: UInt32) -> Bool { unit >> 8 & 1 == 1 }
  @inline(__always)
  private static func value(_ unit: UInt32) -> Int { Int(unit & 0x7FFF_FFFF) }
  @inline(__always)
  private static func label(_ unit: UInt32) -> UInt32 { unit & 0x8000_00FF }
  @inline(__always)
  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 0x200) >> 6)) }

  /// Whether a rule may start with a byte.
  @inline(__always)
  func mayStart(with byte: UInt8) -> Bool { isFirst[Int(byte)] }

  /// The longest text at a position that is replaced.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - position: Less than the number of bytes.
  /// - Returns: Its length in bytes, and its replacement; nil if there is none.
  public func longestMatch(
    in text: UnsafeBufferPointer<UInt8>,
    at position: Int
  ) -> (length: Int, replacement: ArraySlice<UInt8>)? {
    guard mayStart(with: text[position]) else { return nil }
    var best: (length: Int, value: Int)?
    forEachKey(UnsafeBufferPointer(rebasing: text[position...])) { length, value in
      best = (length, value)
      return true
    }
    return best.map { ($0.length, replacement(at: $0.value)) }
  }

  /// The replacement of the shortest key that a text begins with, as Hugging Face tokenizers takes
  /// it for the whole text; a key with a zero byte is none.
  ///
  /// - Parameter text: At least one byte.
  /// - Returns: Nil if there is none.
  public func shortestMatch(of text: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = text.first, first != 0, mayStart(with: first) else { return nil }
    let end = text.firstIndex(of: 0) ?? text.count
    var found: Int?
    forEachKey(UnsafeBufferPointer(rebasing: text[..<end])) { _, value in
      found = value
      return false
    }
    return found.map(replacement)
  }

  /// Calls with the keys that a text begins with, shortest first, until the answer is false.
  @inline(__always)
  private func forEachKey(
    _ text: UnsafeBufferPointer<UInt8>,
    _ body: (_ length: Int, _ value: Int) -> Bool
  ) {
    var node = Self.offset(units[0])
    for index in 0..<min(text.count, Self.longestKey) {
      node ^= Int(text[index])
      guard node < units.count, Self.label(units[node]) == UInt32(text[index]) else { return }
      let unit = units[node]
      node ^= Self.offset(unit)
      guard Self.hasLeaf(unit) else { continue }
      guard node < units.count, body(index + 1, Self.value(units[node])) else { return }
    }
  }

  private func replacement(at value: Int) -> ArraySlice<UInt8> {
    guard value < bytes.count - origin else { return [] }
    let rest = bytes[(origin + value)...].prefix(Self.longestReplacement)
    return rest.prefix { $0 != 0 }
  }

  /// Two maps are equal if their bytes are.
  public static func == (left: Self, right: Self) -> Bool { left.bytes == right.bytes }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
