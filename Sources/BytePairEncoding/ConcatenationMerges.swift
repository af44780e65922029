// Source: tiktoken (OpenAI), where a table of byte strings and ranks is the whole model: two neighbours
//   merge where their concatenation is in the table, the lowest rank first.
// Procedure: every token is cut at every place, and each cut whose two parts are tokens is a rule. The
//   parts are found by the hash of their bytes, which for all prefixes and suffixes of a token comes
//   from running sums: hash(suffix) = hash(whole) - hash(prefix) · base^length.
// Complexity: O(bytes of all tokens).
// Determinism: the rules are in order of product and place; the hash decides nothing.

/// The rules of a vocabulary in which every concatenation is one.
package enum ConcatenationMerges {
  /// All rules by ascending id of the product, those of one product by the length of the left part.
  ///
  /// - Parameter vocabulary: Ids are ranks.
  /// - Returns: The rules; those of one product are to share their rank.
  package static func rules(of vocabulary: Vocabulary) -> [Merge] {
    let table = HashedTokens(vocabulary)
    var rules: [Merge] = []
    rules.reserveCapacity(4 * vocabulary.count)
    var sums: [UInt64] = []
    for index in 0..<vocabulary.count {
      let product = TokenID(index)
      let bytes = vocabulary.bytes(of: product)
      guard bytes.count > 1 else { continue }
      table.sums(of: bytes, into: &sums)
      for length in 1..<bytes.count {
        guard let left = table.id(of: bytes.prefix(length), hash: sums[length]) else { continue }
        let rest = bytes.dropFirst(length)
        let hash = sums[bytes.count] &- sums[length] &* table.powers[rest.count]
        guard let right = table.id(of: rest, hash: hash) else { continue }
        rules.append(Merge(left: left, right: right, product: product))
      }
    }
    return rules
  }
}

/// Tokens by a hash of their bytes that can be had for any part of a text at once.
private struct HashedTokens {
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let longestProbe = 64

  private struct Slot {
    var hash: UInt64
    var id: UInt32
  }

  /// The powers of the base.
  let powers: [UInt64]
  private let vocabulary: Vocabulary
  private let slots: [Slot]
  private let shift: UInt64
  /// Whether some probe was too long, so that the vocabulary's own keyed table is asked instead.
  private let hasCollisions: Bool

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    let longest = (0..<vocabulary.count).map { vocabulary.byteCount(of: TokenID($0)) }.max() ?? 0
    var powers: [UInt64] = [1]
    powers.reserveCapacity(longest + 1)
    for index in 0..<longest { powers.append(powers[index] &* Self.base) }
    self.powers = powers
    let bits = UInt64(64 - max(2 * vocabulary.count, 4).leadingZeroBitCount)
    shift = 64 - bits
    var slots = [Slot](repeating: Slot(hash: 0, id: .max), count: 1 << bits)
    var hasCollisions = false
    for index in 0..<vocabulary.count where vocabulary.contains(TokenID(index)) {
      var hash: UInt64 = 0
      for byte in vocabulary.bytes(of: TokenID(index)) { hash = Self.next(hash, byte) }
      var slot = Self.slot(hash, shift)
      var probes = 0
      while slots[slot].id != .max && probes < Self.longestProbe {
        slot = (slot + 1) & (slots.count - 1)
        probes += 1
      }
      if probes == Self.longestProbe {
        hasCollisions = true
        break
      }
      slots[slot] = Slot(hash: hash, id: UInt32(truncatingIfNeeded: index))
    }
    self.slots = slots
    self.hasCollisions = hasCollisions
  }

  @inline(__always)
  private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    hash &* base &+ UInt64(byte) &+ 1
  }

  @inline(__always)
  private static func slot(_ hash: UInt64, _ shift: UInt64) -> Int {
    Int(((hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93) >> shift)
  }

  /// The hashes of all prefixes of a text, from the empty one on.
  func sums(of bytes: ArraySlice<UInt8>, into sums: inout [UInt64]) {
    sums.removeAll(keepingCapacity: true)
    var hash: UInt64 = 0
    sums.append(0)
    for byte in bytes {
      hash = Self.next(hash, byte)
      sums.append(hash)
    }
  }

  @inline(__always)
  func id(of bytes: ArraySlice<UInt8>, hash: UInt64) -> TokenID? {
    if hasCollisions { return vocabulary.id(of: Array(bytes)) }
    var slot = Self.slot(hash, shift)
    while slots[slot].id != .max {
      let id = TokenID(slots[slot].id)
      if slots[slot].hash == hash && vocabulary.bytes(of: id) == bytes { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }
}
