// Procedure: a pool of sorted arrays of at most 64 keys, addressed by number; freed ones are used again.
// Complexity: O(64) for an insertion or removal, one or two cache lines of which move on average.

/// The leaves of a ``CandidateTree``.
struct CandidateLeaves: ~Copyable {
  static let capacity = 64

  /// The keys, ``capacity`` places to a leaf.
  ///
  /// SAFETY: each of the four has a place for every leaf below `limit`, and only leaves that ``add``
  /// gave are addressed.
  private(set) var keys: UnsafeMutablePointer<UInt64>
  /// How many keys each has.
  private(set) var counts: UnsafeMutablePointer<Int>
  /// No key of a leaf, or that will ever be put into it, is lower.
  private(set) var floors: UnsafeMutablePointer<UInt64>
  /// What each belongs to.
  private(set) var groups: UnsafeMutablePointer<Int>
  private var limit: Int
  private var used = 0
  private var freed: [Int] = []

  /// - Parameter limit: How many leaves there will be about, at least 1.
  init(limit: Int) {
    self.limit = limit
    keys = .allocate(capacity: limit * Self.capacity)
    counts = .allocate(capacity: limit)
    floors = .allocate(capacity: limit)
    groups = .allocate(capacity: limit)
  }

  deinit {
    keys.deallocate()
    counts.deallocate()
    floors.deallocate()
    groups.deallocate()
  }

  /// An empty leaf.
  mutating func add(floor: UInt64, group: Int) -> Int {
    let leaf: Int
    if let again = freed.popLast() {
      leaf = again
    } else {
      if used == limit { grow() }
      leaf = used
      used += 1
    }
    counts[leaf] = 0
    floors[leaf] = floor
    groups[leaf] = group
    return leaf
  }

  mutating func free(_ leaf: Int) { freed.append(leaf) }

  private mutating func grow() {
    func moved<Element>(
      _ old: UnsafeMutablePointer<Element>,
      _ width: Int
    ) -> UnsafeMutablePointer<Element> {
      let new = UnsafeMutablePointer<Element>.allocate(capacity: 2 * limit * width)
      new.moveInitialize(from: old, count: limit * width)
      old.deallocate()
      return new
    }
    keys = moved(keys, Self.capacity)
    counts = moved(counts, 1)
    floors = moved(floors, 1)
    groups = moved(groups, 1)
    limit *= 2
  }

  /// The index of the first key of a leaf that is not below a key.
  @inline(__always)
  func index(of key: UInt64, in leaf: Int) -> Int {
    // A search without branches: keys come in no order that a processor could learn.
    var place = keys + leaf * Self.capacity
    var length = counts[leaf]
    while length > 1 {
      let half = length / 2
      place += place[half - 1] < key ? half : 0
      length -= half
    }
    let index = place - (keys + leaf * Self.capacity)
    return length == 1 && place.pointee < key ? index + 1 : index
  }

  /// Adds a key to a leaf that has room.
  @inline(__always)
  func insert(_ key: UInt64, into leaf: Int) {
    let index = index(of: key, in: leaf)
    let place = keys + (leaf * Self.capacity + index)
    (place + 1).update(from: place, count: counts[leaf] - index)
    place.pointee = key
    counts[leaf] += 1
  }

  /// Removes a key that a leaf has.
  @inline(__always)
  func remove(_ key: UInt64, from leaf: Int) {
    let index = index(of: key, in: leaf)
    let place = keys + (leaf * Self.capacity + index)
    counts[leaf] -= 1
    place.update(from: place + 1, count: counts[leaf] - index)
  }
}
