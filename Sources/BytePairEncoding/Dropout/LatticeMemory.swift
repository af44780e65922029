// Procedure: lattices lie back to back in memory that is reserved once. A word gets its lattice at
//   its second drop, since many words never have a second. When the memory is full, further words
//   do without a lattice. Once so many have done so that the text must have changed, all lattices
//   are dropped.
// Complexity: O(1) to find a lattice.
// Determinism: as MergeLattice.swift.

import CMergeKernels

/// The lattices of the words of a ``WordCache``.
struct LatticeMemory {
  /// The upper bound of reserved memory, in units of 64 bits.
  private static let mostUnits = 1 << 25
  /// A word that can have no lattice.
  private static let noLattice = UInt32.max
  /// A word that had one drop; a larger value minus this minus 1 is the offset of its lattice.
  private static let hadDrop: UInt32 = 1
  /// Lattices are dropped when this many times as many words have done without one.
  private static let patience = 8

  /// The state of each slot: 0 before a drop, ``hadDrop``, the place of a lattice, or
  /// ``noLattice``.
  ///
  /// Empty before the first drop.
  var places = Pages<UInt32>(zeroed: 0)
  private var units = Pages<UInt64>(zeroed: 0)
  private var used = 0
  private var latticeCount = 0
  /// The number of words that have done without a lattice since the memory filled up.
  private var missing = 0
  private var next = MergeLattice()

  /// The memory in use, in bytes.
  var byteCount: Int { places.count * MemoryLayout<UInt32>.stride + used * 8 }

  /// The lattice of the word in a slot, or nil if it has none.
  @inline(__always)
  func lattice(at slot: Int) -> UnsafePointer<bpd_lattice>? {
    guard places.count > 0 else { return nil }
    let place = places.elements[slot]
    if place <= Self.hadDrop || place == Self.noLattice { return nil }
    // SAFETY: a lattice was written there, and nothing has been written over it.
    return UnsafeRawPointer(units.elements + Int(place &- Self.hadDrop &- 1))
      .assumingMemoryBound(to: bpd_lattice.self)
  }

  /// Prefetches the state of a slot.
  @inline(__always)
  func prefetchPlace(of slot: Int) {
    if places.count > 0 { bpd_prefetch(places.elements + slot) }
  }

  /// Prefetches the lattice of the word in a slot.
  @inline(__always)
  func prefetchLattice(at slot: Int) {
    guard let lattice = lattice(at: slot) else { return }
    bpd_prefetch(lattice)
    bpd_prefetch(lattice + 64 / MemoryLayout<bpd_lattice>.size)
    bpd_prefetch(lattice + 128 / MemoryLayout<bpd_lattice>.size)
  }

  /// Makes the lattice of a word that has none and has had a drop before.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - slot: The cache slot of the word.
  ///   - slotCount: The number of slots of the cache.
  ///   - model: The vocabulary and merges.
  ///   - limit: The upper bound of additional lattice memory, in bytes.
  /// - Returns: The lattice; nil if this is the word's first drop, if the word cannot have a
  ///   lattice, or if there is no memory.
  mutating func makeLattice(
    of word: UnsafeBufferPointer<UInt8>,
    at slot: Int,
    of slotCount: Int,
    _ model: BPEModel,
    limit: Int
  ) -> UnsafePointer<bpd_lattice>? {
    if places.count == 0 { places = Pages(zeroed: slotCount) }
    if !isKnownUniquelyReferenced(&places) { places = places.copy(first: places.count) }
    switch places.elements[slot] {
    case Self.noLattice: return nil
    case 0:
      places.elements[slot] = Self.hadDrop
      return nil
    default: break
    }
    guard hasRoom(limit) else { return nil }
    guard word.count <= MergeLattice.longestWord, next.make(of: word, model) else {
      places.elements[slot] = Self.noLattice
      return nil
    }
    let count = next.byteCount / 8
    next.write(to: units.elements + used)
    places.elements[slot] = UInt32(truncatingIfNeeded: used) + Self.hadDrop + 1
    used += count
    latticeCount += 1
    return lattice(at: slot)
  }

  /// Drops all lattices, and forgets which words had drops.
  mutating func removeAll() {
    used = 0
    latticeCount = 0
    missing = 0
    places = Pages(zeroed: 0)
  }

  /// Whether there is room for another lattice; may drop all lattices in favour of later words.
  private mutating func hasRoom(_ limit: Int) -> Bool {
    let allowed = used + max(limit, 0) / 8
    if units.count == 0 { units = Pages(zeroed: min(allowed, Self.mostUnits)) }
    if !isKnownUniquelyReferenced(&units) { units = units.copy(first: used) }
    let isFull = used + MergeLattice.mostBytes / 8 > min(allowed, units.count)
    guard isFull else { return true }
    missing += 1
    if missing > Self.patience * latticeCount, latticeCount > 0 {
      let slotCount = places.count
      removeAll()
      places = Pages(zeroed: slotCount)
    }
    return false
  }
}
