// Procedure: open addressing with linear probing at a load of at most one half; the bytes of the words
//   lie one behind the other in one array.
// Complexity: O(length) for a word; about 24 bytes and its own length for each different word.

import BytePairEncoding

/// Counts words; one for each thread.
struct WordTally {
  private struct Slot {
    var hash: UInt64 = 0
    var start: UInt32 = 0
    var length: UInt32 = 0
    var count: UInt64 = 0
  }

  /// A tally whose words take more than this is full: the offsets have 32 bits.
  static let poolLimit = Int(UInt32.max) - WordLimits.longestWord

  private var slots = Array(repeating: Slot(), count: 1 << 12)
  private var pool: [UInt8] = []
  private var used = 0

  /// Whether the words take so much memory that no more can be added.
  var isFull: Bool { pool.count > Self.poolLimit }

  /// Adds occurrences of a word that is not empty.
  mutating func add(_ word: UnsafeBufferPointer<UInt8>, occurrences: UInt64 = 1) {
    let hash = WordHash.of(word)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot].length != 0 {
      if slots[slot].hash == hash && holds(slots[slot], word) {
        slots[slot].count &+= occurrences
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Slot(
      hash: hash,
      start: UInt32(pool.count),
      length: UInt32(word.count),
      count: occurrences
    )
    pool.append(contentsOf: word)
    used += 1
    if used * 2 > slots.count { grow() }
  }

  /// Adds everything that another tally has counted.
  mutating func add(_ other: WordTally) {
    other.pool.withUnsafeBufferPointer { bytes in
      for slot in other.slots where slot.length != 0 {
        let start = Int(slot.start)
        let word = UnsafeBufferPointer(rebasing: bytes[start..<start + Int(slot.length)])
        add(word, occurrences: slot.count)
      }
    }
  }

  /// The counts, by ascending bytes of the words.
  func sortedCounts() -> WordCounts {
    var counts = WordCounts()
    pool.withUnsafeBufferPointer { bytes in
      let entries = slots.filter { $0.length != 0 }.sorted { first, second in
        let left = bytes[Int(first.start)..<Int(first.start + first.length)]
        let right = bytes[Int(second.start)..<Int(second.start + second.length)]
        return left.lexicographicallyPrecedes(right)
      }
      for entry in entries {
        let word = bytes[Int(entry.start)..<Int(entry.start + entry.length)]
        counts.append(word, occurrences: entry.count)
      }
    }
    return counts
  }

  private func holds(_ slot: Slot, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    guard Int(slot.length) == word.count else { return false }
    return pool.withUnsafeBufferPointer { bytes in
      bytes[Int(slot.start)..<Int(slot.start) + word.count].elementsEqual(word)
    }
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Slot(), count: old.count * 2)
    for entry in old where entry.length != 0 {
      var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
      while slots[slot].length != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }
}
