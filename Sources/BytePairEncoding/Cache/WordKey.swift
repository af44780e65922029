// Procedure: a word of at most 15 bytes is its own key: two 64-bit numbers, with the length in the
//   top byte. The key of a longer word is its hash and its length, and its bytes are compared as
//   well.
// Complexity: O(1) up to 15 bytes, about one multiplication per eight bytes beyond.

import CMergeKernels

/// The key for looking up a word.
struct WordKey: Equatable, BitwiseCopyable {
  /// The longest word that is its own key.
  static let longestPacked = 15
  /// The key in every empty slot of a hash table.
  static let none = WordKey(low: 0, high: 0)

  private(set) var low: UInt64
  private(set) var high: UInt64

  private static let long: UInt64 = 0x80 << 56
  private static let whole: UInt64 = 0x40 << 56

  /// Creates a key from its two numbers.
  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The mark of words that are taken whole if they are in the vocabulary.
  @inline(__always)
  static func mark(isWhole: Bool) -> UInt64 { isWhole ? whole : 0 }

  /// Creates the key of a word, which must not be empty.
  ///
  /// - Parameters:
  ///   - base: Its first byte.
  ///   - length: Its length in bytes, at least 1.
  ///   - readable: The number of readable bytes from the first on, at least `length`.
  ///   - isWhole: Whether the word is taken whole if it is in the vocabulary.
  @inline(__always)
  init(_ base: UnsafePointer<UInt8>, length: Int, readable: Int, isWhole: Bool = false) {
    let mark = Self.mark(isWhole: isWhole)
    if length <= Self.longestPacked && readable >= 16 {
      self.init(packing: base, length: length, mark: mark)
    } else {
      self.init(base, length: length, mark: mark)
    }
  }

  /// Creates the key of a short word, given at least 16 readable bytes from its start.
  ///
  /// - Parameters:
  ///   - base: Its first byte.
  ///   - length: Its length in bytes, 1...15.
  ///   - mark: The result of ``mark(isWhole:)``.
  @inline(__always)
  init(packing base: UnsafePointer<UInt8>, length: Int, mark: UInt64) {
    // SAFETY: the caller guarantees 16 readable bytes and the range of the length.
    let packed = bpd_pack(base, length)
    low = packed.low
    high = packed.high | UInt64(truncatingIfNeeded: length) &<< 56 | mark
  }

  /// Creates the key of a word that is long, or starts less than 16 bytes before the memory ends.
  @inline(never)
  init(_ base: UnsafePointer<UInt8>, length: Int, mark: UInt64) {
    if length > Self.longestPacked {
      low = WordHash.of(UnsafeBufferPointer(start: base, count: length))
      high = UInt64(truncatingIfNeeded: length) | Self.long | mark
      return
    }
    var packed = bpd_packed()
    for index in 0..<min(length, 8) { packed.low |= UInt64(base[index]) << (8 * index) }
    for index in min(length, 8)..<length {
      packed.high |= UInt64(base[index]) << (8 * index - 64)
    }
    low = packed.low
    high = packed.high | UInt64(truncatingIfNeeded: length) &<< 56 | mark
  }

  /// Whether equal keys may be those of distinct words.
  @inline(__always)
  var isLong: Bool { high & Self.long != 0 }

  /// The number of bytes of a long word.
  @inline(__always)
  var longLength: Int { Int(truncatingIfNeeded: high & 0xFF_FFFF_FFFF_FFFF & ~Self.whole) }

  /// A mix of all bits of the key.
  @inline(__always)
  var hash: UInt64 {
    let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: high ^ 0xA076_1D64_78BD_642F
    )
    return product.high ^ product.low
  }
}

/// A key and its hash.
struct HashedKey: BitwiseCopyable {
  let key: WordKey
  let hash: UInt64

  /// The key of no word.
  static let none = HashedKey(.none)

  @inline(__always)
  init(_ key: WordKey) {
    self.key = key
    hash = key.hash
  }
}
