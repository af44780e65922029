// Procedure: open addressing with linear probing at a load factor of at most three quarters;
//   nothing is removed.
// Complexity: O(1) expected; 32 bytes a slot.

/// Two neighbouring tokens as one number, ordered as (left, right).
typealias Pair = UInt64

extension Pair {
  init(_ left: UInt32, _ right: UInt32) { self = UInt64(left) << 32 | UInt64(right) }
  var left: UInt32 { UInt32(truncatingIfNeeded: self >> 32) }
  var right: UInt32 { UInt32(truncatingIfNeeded: self) }
}

/// A row of positions in the list of all positions.
struct Postings {
  var start = 0
  private var length: UInt32 = 0
  /// Greater than the serial of any postings found earlier.
  private(set) var serial: UInt32 = 0

  init() {}

  init(start: Int, count: Int, serial: UInt32) {
    self.start = start
    length = UInt32(truncatingIfNeeded: count)
    self.serial = serial
  }

  var count: Int { Int(length) }

  var range: Range<Int> { start..<start + count }
}

/// The counts of pairs, with the postings that each was found with.
struct PairTable: ~Copyable {
  struct Entry {
    var pair: Pair
    var count: Int64
    var postings: Postings
  }

  /// Not a pair: both halves would be the boundary.
  private static let empty = Pair.max

  private var entries = UncheckedArray<Entry>(
    repeating: Entry(pair: Self.empty, count: 0, postings: Postings()),
    count: 1 << 10
  )
  private(set) var count = 0

  /// The memory that it holds, in bytes; just before it grows, with that of the larger table.
  var memory: Int { 16 * count > 11 * entries.count ? 3 * entries.byteCount : entries.byteCount }

  /// The count of a pair; 0 for one that is not kept.
  func count(of pair: Pair) -> Int64 { find(pair)?.pointee.count ?? 0 }

  /// The entry of a pair, or nil; valid until the next insertion.
  @inline(__always)
  func find(_ pair: Pair) -> UnsafeMutablePointer<Entry>? {
    let entry = entries.pointer(at: slot(of: pair))
    return entry.pointee.pair == pair ? entry : nil
  }

  /// The entry of a pair, created with the count 0 if it is missing; valid until the next
  /// insertion.
  @inline(__always)
  mutating func insert(_ pair: Pair) -> UnsafeMutablePointer<Entry> {
    if 4 * (count + 1) > 3 * entries.count { grow() }
    let entry = entries.pointer(at: slot(of: pair))
    if entry.pointee.pair != pair {
      entry.pointee.pair = pair
      count += 1
    }
    return entry
  }

  /// The slot of a pair, or the empty slot where it belongs.
  @inline(__always)
  private func slot(of pair: Pair) -> Int {
    let mixed = (pair ^ (pair >> 29)) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & (entries.count - 1)
    while true {
      let found = entries[slot].pair
      if found == pair || found == Self.empty { return slot }
      slot = (slot + 1) & (entries.count - 1)
    }
  }

  private mutating func grow() {
    var old = UncheckedArray<Entry>(
      repeating: Entry(pair: Self.empty, count: 0, postings: Postings()),
      count: entries.count * 2
    )
    swap(&old, &entries)
    for index in 0..<old.count where old[index].pair != Self.empty {
      entries[slot(of: old[index].pair)] = old[index]
    }
  }
}
