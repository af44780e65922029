// Source: tiktoken (OpenAI), where a table of byte strings and ranks is the whole model: two
//   neighbours merge if their concatenation is in the table, the lowest rank first.
// Procedure: every token is cut at every position, and each cut into two tokens is a rule. Parts
//   are found by hash. Running sums give the hashes of all prefixes and suffixes of a token:
//   hash(suffix) = hash(whole) - hash(prefix) · base^length.
// Complexity: O(bytes of all tokens).
// Determinism: rules are in order of product and position; the result does not depend on the hash.

import Execution
import Glibc

/// The merge rules of a vocabulary in which every concatenation is one.
package enum ConcatenationMerges {
  private static let partCount = 8

  /// All rules by ascending id of the product, those of one product by the length of the left part.
  ///
  /// - Parameter vocabulary: Ids are ranks.
  /// - Returns: The rules; those of one product are to share their rank.
  /// - Throws: Nothing of its own.
  package static func rules(of vocabulary: Vocabulary) throws -> [Merge] {
    try vocabulary.withUnsafeTokens { pool, starts in
      let table = HashedTokens(pool, starts)
      let count = starts.count - 1
      var part = 0
      var rules: [Merge] = []
      try OrderedMap(threads: min(partCount, WorkerThreads.available)).run(
        next: {
          defer { part += 1 }
          guard part < partCount else { return nil as Range<Int>? }
          return count * part / partCount..<count * (part + 1) / partCount
        },
        makeScratch: {},
        transform: { (_: inout Void, ids) in Self.rules(of: ids, pool, starts, table) },
        consume: { rules += $0 }
      )
      return rules
    }
  }

  /// The rules of some products.
  private static func rules(
    of ids: Range<Int>,
    _ pool: UnsafeBufferPointer<UInt8>,
    _ starts: UnsafeBufferPointer<Int>,
    _ table: HashedTokens
  ) -> [Merge] {
    var rules: [Merge] = []
    rules.reserveCapacity(4 * ids.count)
    var sums: [UInt64] = []
    for index in ids {
      let token = UnsafeBufferPointer(rebasing: pool[starts[index]..<starts[index + 1]])
      guard token.count > 1 else { continue }
      table.sums(of: token, into: &sums)
      for length in 1..<token.count {
        let hash = sums[token.count] &- sums[length] &* table.powers[token.count - length]
        guard table.mayHave(hash), table.mayHave(sums[length]) else { continue }
        let left = UnsafeBufferPointer(rebasing: token[..<length])
        let right = UnsafeBufferPointer(rebasing: token[length...])
        guard let rightID = table.id(of: right, hash: hash),
          let leftID = table.id(of: left, hash: sums[length]), table.has(left, as: leftID),
          table.has(right, as: rightID)
        else { continue }
        rules.append(Merge(left: leftID, right: rightID, product: TokenID(index)))
      }
    }
    return rules
  }
}

/// Tokens by a hash of their bytes that takes O(1) for any part of a text.
private struct HashedTokens {
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let longestProbe = 64
  private static let empty = UInt32.max

  /// An id, and the hash of its bytes, which no other token has.
  private struct Slot {
    var hash: UInt64
    var id: UInt32
  }

  /// The powers of the base.
  let powers: [UInt64]
  private let pool: UnsafeBufferPointer<UInt8>
  private let starts: UnsafeBufferPointer<Int>
  private let slots: [Slot]
  private let mask: Int
  /// A bit for the slot and three more bits of each hash: small enough for the processor's caches.
  private let filter: [UInt64]
  /// The ids by bytes, for a file that was made to collide; no trained one does.
  private let keyed: [[UInt8]: UInt32]

  /// - Parameters:
  ///   - pool: The bytes of all tokens.
  ///   - starts: Where each starts, and the end. SAFETY: both outlive the table.
  init(_ pool: UnsafeBufferPointer<UInt8>, _ starts: UnsafeBufferPointer<Int>) {
    self.pool = pool
    self.starts = starts
    let count = starts.count - 1
    let longest = (0..<count).map { starts[$0 + 1] - starts[$0] }.max() ?? 0
    var powers: [UInt64] = [1]
    powers.reserveCapacity(longest + 1)
    for index in 0..<longest { powers.append(powers[index] &* Self.base) }
    self.powers = powers
    let size = 1 << (Int.bitWidth - max(2 * count, 8).leadingZeroBitCount)
    mask = size - 1
    var slots = [Slot](repeating: Slot(hash: 0, id: Self.empty), count: size)
    var filter = [UInt64](repeating: 0, count: size / 8)
    var isCollision = false
    for index in 0..<count where starts[index] < starts[index + 1] && !isCollision {
      var hash: UInt64 = 0
      for byte in pool[starts[index]..<starts[index + 1]] { hash = Self.next(hash, byte) }
      let bit = Self.filterBit(hash, mask)
      filter[bit / 64] |= 1 << UInt64(bit % 64)
      var slot = Self.slot(hash, mask)
      var probes = 0
      while slots[slot].id != Self.empty && !isCollision {
        probes += 1
        isCollision = probes == Self.longestProbe || slots[slot].hash == hash
        slot = (slot + 1) & mask
      }
      slots[slot] = Slot(hash: hash, id: UInt32(truncatingIfNeeded: index))
    }
    self.slots = slots
    self.filter = isCollision ? filter.map { _ in .max } : filter
    var keyed: [[UInt8]: UInt32] = [:]
    if isCollision {
      for index in 0..<count {
        keyed[Array(pool[starts[index]..<starts[index + 1]])] = UInt32(truncatingIfNeeded: index)
      }
    }
    self.keyed = keyed
  }

  @inline(__always)
  private static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    hash &* base &+ UInt64(byte) &+ 1
  }

  @inline(__always)
  private static func filterBit(_ hash: UInt64, _ mask: Int) -> Int {
    slot(hash, mask) << 3 | Int(truncatingIfNeeded: hash >> 61)
  }

  /// Whether there may be a token with this hash.
  @inline(__always)
  func mayHave(_ hash: UInt64) -> Bool {
    let bit = Self.filterBit(hash, mask)
    return filter[bit / 64] >> UInt64(bit % 64) & 1 == 1
  }

  @inline(__always)
  private static func slot(_ hash: UInt64, _ mask: Int) -> Int {
    Int(truncatingIfNeeded: ((hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93) >> 32) & mask
  }

  /// The hashes of all prefixes of a text, starting with the empty one.
  func sums(of bytes: UnsafeBufferPointer<UInt8>, into sums: inout [UInt64]) {
    sums.removeAll(keepingCapacity: true)
    var hash: UInt64 = 0
    sums.append(0)
    for byte in bytes {
      hash = Self.next(hash, byte)
      sums.append(hash)
    }
  }

  /// The only token that bytes with this hash can be.
  @inline(__always)
  func id(of bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> TokenID? {
    if !keyed.isEmpty { return keyed[Array(bytes)].map { TokenID($0) } }
    var slot = Self.slot(hash, mask)
    while slots[slot].id != Self.empty {
      if slots[slot].hash == hash { return TokenID(slots[slot].id) }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Whether given bytes are those of a token.
  @inline(__always)
  func has(_ bytes: UnsafeBufferPointer<UInt8>, as id: TokenID) -> Bool {
    guard let base = pool.baseAddress, let text = bytes.baseAddress else { return false }
    let start = starts[id.index]
    // SAFETY: both have this number of bytes.
    return starts[id.index + 1] - start == bytes.count
      && memcmp(base + start, text, bytes.count) == 0
  }
}
