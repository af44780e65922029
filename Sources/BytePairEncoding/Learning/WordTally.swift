// Procedure: open addressing with linear probing at a load factor of at most three quarters. A word
//   of up to 15 bytes is its own key, so its bytes are read once; longer words lie back to back in
//   a pool, each preceded by its length. The words of a batch are hashed first, so that their slots
//   are in the processor's cache when they are looked up.
// Complexity: O(length) for a word; about 40 bytes for each distinct word, plus its bytes if it is
//   long.

import CMergeKernels
import Glibc

/// Counts words; one for each thread.
package struct WordTally: ~Copyable {
  private struct Slot {
    var low: UInt64 = 0
    /// The upper half of a short word's key; for a long word, a mark and its offset in the pool.
    var high: UInt64 = 0
    var count: UInt64 = 0

    static let long: UInt64 = 0x80 << 56

    var isEmpty: Bool { high == 0 }
    var isLong: Bool { high & Self.long != 0 }
    var place: Int { Int(truncatingIfNeeded: high & ~Self.long) }
  }

  private var slots = UncheckedArray<Slot>(repeating: Slot(), count: 1 << 10)
  private var pool = UncheckedArray<UInt8>()
  /// The number of distinct words.
  package private(set) var count = 0
  /// Their total length in bytes.
  package private(set) var byteCount = 0
  private var hashed = UncheckedArray<HashedKey>()

  /// An empty tally.
  package init() {}

  /// Whether the words take so much memory that no more fit.
  package var isFull: Bool { byteCount > WordCounts.byteLimit - 2 * WordLimits.longestWord }

  /// The memory that it holds, in bytes.
  package var memory: Int { slots.count * MemoryLayout<Slot>.stride + pool.count }

  /// Forgets all words, and releases their memory.
  package mutating func removeAll() { self = WordTally() }

  /// Adds the words of a batch.
  ///
  /// - Parameters:
  ///   - text: The text that contains them.
  ///   - starts: Where they start, as offsets in the text.
  ///   - ends: Where they end, each after its start.
  ///   - count: The number of words.
  ///   - occurrences: The count added for each word.
  package mutating func add(
    _ text: UnsafeBufferPointer<UInt8>,
    starts: [Int],
    ends: [Int],
    count: Int,
    occurrences: UInt64 = 1
  ) {
    guard count > 0, let base = text.baseAddress else { return }
    if hashed.count < count {
      hashed.resize(to: count, with: .none)
    }
    let starts = starts.span
    let ends = ends.span
    for index in 0..<count {
      let start = starts[index]
      let key = WordKey(base + start, length: ends[index] - start, readable: text.count - start)
      hashed[index] = HashedKey(key)
      bpd_prefetch(slots.pointer(at: home(hashed[index].hash)))
    }
    for index in 0..<count {
      let start = starts[index]
      // SAFETY: the words lie within the text.
      let word = UnsafeBufferPointer(start: base + start, count: ends[index] - start)
      add(word, hashed[index], occurrences)
    }
  }

  /// Adds occurrences of a word, which must not be empty.
  package mutating func add(_ word: UnsafeBufferPointer<UInt8>, occurrences: UInt64 = 1) {
    guard let base = word.baseAddress, word.count > 0 else { return }
    let key = WordKey(base, length: word.count, readable: word.count)
    add(word, HashedKey(key), occurrences)
  }

  /// Adds everything that another tally has counted.
  package mutating func add(_ other: borrowing WordTally) {
    other.visit { word, count in add(word, occurrences: count) }
  }

  @inline(__always)
  private mutating func add(
    _ word: UnsafeBufferPointer<UInt8>,
    _ entry: HashedKey,
    _ occurrences: UInt64
  ) {
    let key = entry.key
    var index = home(entry.hash)
    while true {
      let slot = slots.pointer(at: index)
      if slot.pointee.isEmpty { break }
      if slot.pointee.low == key.low
        && (key.isLong
          ? slot.pointee.isLong && holds(slot.pointee.place, word)
          : slot.pointee.high == key.high)
      {
        slot.pointee.count &+= occurrences
        return
      }
      index = (index + 1) & (slots.count - 1)
    }
    var high = key.high
    if key.isLong {
      high = Slot.long | UInt64(truncatingIfNeeded: pool.count)
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: word.count)) { pool.append(contentsOf: $0) }
      pool.append(contentsOf: UnsafeRawBufferPointer(word))
    }
    slots[index] = Slot(low: key.low, high: high, count: occurrences)
    count += 1
    byteCount += word.count
    if 4 * count > 3 * slots.count { grow() }
  }

  @inline(__always)
  private func home(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash) & (slots.count - 1)
  }

  /// The bytes of a long word.
  private func longWord(_ place: Int) -> UnsafeBufferPointer<UInt8> {
    let length = UnsafeRawBufferPointer(pool.slice(place..<place + 4))
      .loadUnaligned(as: UInt32.self)
    return pool.slice(place + 4..<place + 4 + Int(length))
  }

  private func holds(_ place: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let found = longWord(place)
    guard found.count == word.count, let left = found.baseAddress, let right = word.baseAddress
    else { return false }
    // SAFETY: both have this number of bytes.
    return memcmp(left, right, word.count) == 0
  }

  private mutating func grow() {
    var old = UncheckedArray<Slot>(repeating: Slot(), count: slots.count * 2)
    swap(&old, &slots)
    for number in 0..<old.count where !old[number].isEmpty {
      var index = home(hash(of: old[number]))
      while !slots[index].isEmpty { index = (index + 1) & (slots.count - 1) }
      slots[index] = old[number]
    }
  }

  private func hash(of slot: Slot) -> UInt64 {
    if slot.isLong {
      let word = longWord(slot.place)
      guard let base = word.baseAddress else { return 0 }
      return WordKey(base, length: word.count, readable: word.count).hash
    }
    return WordKey(low: slot.low, high: slot.high).hash
  }
}

// MARK: - Results

extension WordTally {
  /// Calls with each word and its count, in the order of the table.
  private func visit(_ body: (UnsafeBufferPointer<UInt8>, UInt64) -> Void) {
    for index in 0..<slots.count where !slots[index].isEmpty {
      withWord(slots[index]) { body($0, slots[index].count) }
    }
  }

  private func withWord(_ slot: Slot, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    if slot.isLong { return body(longWord(slot.place)) }
    withUnsafeBytes(of: (slot.low.littleEndian, slot.high.littleEndian)) { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { body(.init(rebasing: $0[..<Int(bytes[15])])) }
    }
  }

  /// The counts, in no particular order.
  package func counts() -> WordCounts {
    var counts = WordCounts()
    counts.reserveCapacity(words: count, bytes: byteCount)
    visit { counts.append($0, occurrences: $1) }
    return counts
  }

  /// The counts, by ascending bytes of the words.
  package func sortedCounts() -> WordCounts {
    var order: [(prefix: UInt64, index: UInt32)] = []
    order.reserveCapacity(count)
    for index in 0..<slots.count where !slots[index].isEmpty {
      order.append((prefix(of: slots[index]), UInt32(index)))
    }
    order.sort { first, second in
      if first.prefix != second.prefix { return first.prefix < second.prefix }
      let (left, right) = (slots[Int(first.index)], slots[Int(second.index)])
      if !left.isLong && !right.isLong { return left.high.byteSwapped < right.high.byteSwapped }
      var isSmaller = false
      withWord(left) { left in
        withWord(right) { right in isSmaller = left.lexicographicallyPrecedes(right) }
      }
      return isSmaller
    }
    var counts = WordCounts()
    counts.reserveCapacity(words: count, bytes: byteCount)
    for entry in order {
      let slot = slots[Int(entry.index)]
      withWord(slot) { counts.append($0, occurrences: slot.count) }
    }
    return counts
  }

  /// The first eight bytes of a word, padded with zeros, as a number that sorts as they do.
  private func prefix(of slot: Slot) -> UInt64 {
    guard slot.isLong else { return slot.low.byteSwapped }
    return longWord(slot.place).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
