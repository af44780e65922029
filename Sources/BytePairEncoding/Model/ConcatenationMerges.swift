// Source: tiktoken (OpenAI), where a table of byte strings and ranks is the whole model: two
//   neighbours merge if their concatenation is in the table, the lowest rank first.
// Procedure: every token is cut at every position, and each cut into two tokens is a rule. Parts
//   are found by hash. Running sums give the hashes of all prefixes and suffixes of a token:
//   hash(suffix) = hash(whole) - hash(prefix) · base^length. A part is a token if the bytes are.
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

  /// A cut of a token both of whose parts may be tokens.
  private struct Cut {
    let product: UInt32
    let left: Range<Int>
    let right: Range<Int>
    let leftHash: UInt64
    let rightHash: UInt64
  }

  /// The rules of some products.
  ///
  /// Cuts are looked up many at a time, so that the misses of the cache overlap.
  private static func rules(
    of ids: Range<Int>,
    _ pool: UnsafeBufferPointer<UInt8>,
    _ starts: UnsafeBufferPointer<UInt32>,
    _ table: HashedTokens
  ) -> [Merge] {
    var rules: [Merge] = []
    rules.reserveCapacity(4 * ids.count)
    var cuts: [Cut] = []
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: table.powers.count) { sums in
      for index in ids {
        let (start, end) = (Int(starts[index]), Int(starts[index + 1]))
        guard end > start + 1 else { continue }
        table.sums(of: UnsafeBufferPointer(rebasing: pool[start..<end]), into: sums)
        let whole = sums[end - start]
        for length in 1..<end - start where table.mayHave(sums[length]) {
          let hash = whole &- sums[length] &* table.powers[end - start - length]
          guard table.mayHave(hash) else { continue }
          cuts.append(
            Cut(
              product: UInt32(truncatingIfNeeded: index),
              left: start..<start + length,
              right: start + length..<end,
              leftHash: sums[length],
              rightHash: hash
            )
          )
        }
        if cuts.count >= 64 { resolve(&cuts, pool, table, into: &rules) }
      }
    }
    resolve(&cuts, pool, table, into: &rules)
    return rules
  }

  /// Appends the rules of cuts whose parts are tokens, and removes the cuts.
  private static func resolve(
    _ cuts: inout [Cut],
    _ pool: UnsafeBufferPointer<UInt8>,
    _ table: HashedTokens,
    into rules: inout [Merge]
  ) {
    let lefts = cuts.map { table.likelyID($0.leftHash) }
    let rights = cuts.map { table.likelyID($0.rightHash) }
    for (index, cut) in cuts.enumerated() {
      let left = UnsafeBufferPointer(rebasing: pool[cut.left])
      let right = UnsafeBufferPointer(rebasing: pool[cut.right])
      guard let leftID = table.id(of: left, hash: cut.leftHash, likely: lefts[index]),
        let rightID = table.id(of: right, hash: cut.rightHash, likely: rights[index])
      else { continue }
      rules.append(
        Merge(left: TokenID(leftID), right: TokenID(rightID), product: TokenID(cut.product))
      )
    }
    cuts.removeAll(keepingCapacity: true)
  }
}

/// Tokens by a hash of their bytes that takes O(1) for any part of a text.
private struct HashedTokens {
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let longestProbe = 64

  /// The powers of the base, up to that of the longest token.
  let powers: [UInt64]
  private let pool: UnsafeBufferPointer<UInt8>
  private let starts: UnsafeBufferPointer<UInt32>
  /// One more than an id in the lower half, and a part of its hash in the upper; 0 if empty.
  private let slots: [UInt64]
  private let mask: Int
  /// A bit for the slot and three more bits of each hash: small enough for the processor's caches.
  private let filter: [UInt64]
  /// The ids by bytes, for a file that was made to collide; no trained one does.
  private let keyed: [[UInt8]: UInt32]

  /// - Parameters:
  ///   - pool: The bytes of all tokens.
  ///   - starts: Where each starts, and the end. SAFETY: both outlive the table.
  init(_ pool: UnsafeBufferPointer<UInt8>, _ starts: UnsafeBufferPointer<UInt32>) {
    self.pool = pool
    self.starts = starts
    let count = starts.count - 1
    let longest = (0..<count).map { Int(starts[$0 + 1] - starts[$0]) }.max() ?? 0
    var powers: [UInt64] = [1]
    powers.reserveCapacity(longest + 1)
    for index in 0..<longest { powers.append(powers[index] &* Self.base) }
    self.powers = powers
    let size = 1 << (Int.bitWidth - max(2 * count, 8).leadingZeroBitCount)
    mask = size - 1
    var slots = [UInt64](repeating: 0, count: size)
    var filter = [UInt64](repeating: 0, count: size / 8)
    var isCollision = false
    for index in 0..<count where starts[index] < starts[index + 1] && !isCollision {
      var hash: UInt64 = 0
      for byte in pool[Int(starts[index])..<Int(starts[index + 1])] { hash = Self.next(hash, byte) }
      let bit = Self.filterBit(hash, mask)
      filter[bit / 64] |= 1 << UInt64(bit % 64)
      var slot = Self.slot(hash, mask)
      var probes = 0
      while slots[slot] != 0 && !isCollision {
        probes += 1
        isCollision = probes == Self.longestProbe
        slot = (slot + 1) & mask
      }
      slots[slot] = (hash >> 32) << 32 | UInt64(index + 1)
    }
    self.slots = slots
    self.filter = isCollision ? filter.map { _ in .max } : filter
    var keyed: [[UInt8]: UInt32] = [:]
    if isCollision {
      for index in 0..<count {
        keyed[Array(pool[Int(starts[index])..<Int(starts[index + 1])])] =
          UInt32(truncatingIfNeeded: index)
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

  /// The hashes of all prefixes of a token, starting with the empty one.
  func sums(of token: UnsafeBufferPointer<UInt8>, into sums: UnsafeMutableBufferPointer<UInt64>) {
    var hash: UInt64 = 0
    sums[0] = 0
    for index in token.indices {
      hash = Self.next(hash, token[index])
      // SAFETY: there is one more sum than the longest token has bytes.
      sums[index + 1] = hash
    }
  }

  /// The token at the slot of a hash, which most often is the one with the hash; 0 for none.
  @inline(__always)
  func likelyID(_ hash: UInt64) -> UInt32 {
    let id = UInt32(truncatingIfNeeded: slots[Self.slot(hash, mask)])
    return id == 0 ? 0 : id - 1
  }

  /// Finds the token with some bytes.
  ///
  /// - Parameters:
  ///   - bytes: A part of a token.
  ///   - hash: Their hash.
  ///   - likely: What ``likelyID(_:)`` is for the hash.
  /// - Returns: The id, or nil.
  @inline(__always)
  func id(of bytes: UnsafeBufferPointer<UInt8>, hash: UInt64, likely: UInt32) -> UInt32? {
    has(bytes, as: likely) ? likely : probedID(of: bytes, hash: hash)
  }

  private func probedID(of bytes: UnsafeBufferPointer<UInt8>, hash: UInt64) -> UInt32? {
    if !keyed.isEmpty { return keyed[Array(bytes)] }
    var slot = Self.slot(hash, mask)
    while slots[slot] != 0 {
      let id = UInt32(truncatingIfNeeded: slots[slot]) - 1
      if slots[slot] >> 32 == hash >> 32, has(bytes, as: id) { return id }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Whether given bytes are those of a token.
  @inline(__always)
  private func has(_ bytes: UnsafeBufferPointer<UInt8>, as id: UInt32) -> Bool {
    guard let base = pool.baseAddress, let text = bytes.baseAddress else { return false }
    let start = Int(starts[Int(id)])
    // SAFETY: both have this number of bytes.
    return Int(starts[Int(id) + 1]) - start == bytes.count
      && Vocabulary.isEqual(base + start, text, bytes.count)
  }
}
