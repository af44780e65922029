// Procedure: a pool of sorted arrays of at most 64 keys, addressed by number; freed ones are
//   reused.
// Complexity: O(64) for an insertion or removal, which moves one or two cache lines on average.

/// The leaves of a ``CandidateTree``.
struct CandidateLeaves: ~Copyable {
  static let capacity = 64

  private struct Leaf: BitwiseCopyable {
    var count: Int32
    /// The group that it belongs to.
    var group: Int32
    /// A lower bound of all keys that the leaf has or will ever have.
    var floor: UInt64
  }

  /// SAFETY: there is an element for every leaf below `limit`, and only leaves returned by ``add``
  /// are addressed.
  private var heads: Pages<Leaf>
  /// ``capacity`` elements for each leaf.
  private var places: Pages<UInt64>
  private var limit: Int
  private var used = 0
  private var freed: [Int] = []

  /// - Parameter limit: The approximate number of leaves, at least 1.
  init(limit: Int) {
    self.limit = limit
    heads = Pages(zeroed: limit)
    places = Pages(zeroed: limit * Self.capacity)
  }

  /// The keys of all leaves, ``capacity`` elements for each.
  var keys: UnsafeMutablePointer<UInt64> {
    @inline(__always) get { places.elements }
  }

  @inline(__always)
  func count(_ leaf: Int) -> Int { Int(heads.elements[leaf].count) }

  @inline(__always)
  func setCount(_ count: Int, _ leaf: Int) {
    heads.elements[leaf].count = Int32(truncatingIfNeeded: count)
  }

  @inline(__always)
  func group(_ leaf: Int) -> Int { Int(heads.elements[leaf].group) }

  @inline(__always)
  func setGroup(_ group: Int, _ leaf: Int) {
    heads.elements[leaf].group = Int32(truncatingIfNeeded: group)
  }

  @inline(__always)
  func floor(_ leaf: Int) -> UInt64 { heads.elements[leaf].floor }

  @inline(__always)
  func setFloor(_ floor: UInt64, _ leaf: Int) { heads.elements[leaf].floor = floor }

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
    heads.elements[leaf] = Leaf(count: 0, group: Int32(truncatingIfNeeded: group), floor: floor)
    return leaf
  }

  mutating func free(_ leaf: Int) { freed.append(leaf) }

  private mutating func grow() {
    let (oldHeads, oldPlaces) = (heads, places)
    heads = Pages(zeroed: 2 * limit)
    heads.elements.update(from: oldHeads.elements, count: limit)
    places = Pages(zeroed: 2 * limit * Self.capacity)
    places.elements.update(from: oldPlaces.elements, count: limit * Self.capacity)
    limit *= 2
  }

  /// The index of the first key of a leaf that is not below a given key.
  @inline(__always)
  func index(of key: UInt64, in leaf: Int) -> Int {
    // A branchless search: keys arrive in no order that a processor could predict.
    var place = keys + leaf * Self.capacity
    var length = count(leaf)
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
    let count = count(leaf)
    (place + 1).update(from: place, count: count - index)
    place.pointee = key
    setCount(count + 1, leaf)
  }

  /// Removes a key that a leaf has.
  @inline(__always)
  func remove(_ key: UInt64, from leaf: Int) {
    let index = index(of: key, in: leaf)
    let place = keys + (leaf * Self.capacity + index)
    let count = count(leaf) - 1
    place.update(from: place + 1, count: count - index)
    setCount(count, leaf)
  }
}
