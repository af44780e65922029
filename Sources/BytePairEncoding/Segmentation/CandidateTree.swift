// Source: leaves and groups: a B+ tree of fixed height (D. Comer, "The Ubiquitous B-Tree", ACM
//   Computing Surveys 11, 1979); counts: P. Fenwick, "A New Data Structure for Cumulative Frequency
//   Tables", 1994.
// Procedure: keys are sorted in leaves of at most 64, leaves in groups of at most 64, groups in one
//   list with a Fenwick tree over their numbers of keys. Each position knows the leaf of its key,
//   so a removal needs no search. An empty leaf is removed from its group and reused.
// Complexity: O(log n) for each operation, O(n) to build; 11 to 16 bytes per key, 4 per position.

/// The candidates of a split in order (rank, position), with access to the k-th.
///
/// A candidate is `rank << 32 | position`; there is at most one for each position.
package struct CandidateTree: ~Copyable {
  private static let capacity = CandidateLeaves.capacity
  /// The initial fill of leaves and groups, so that the first insertions split nothing.
  private static let built = 48

  private var leaves: CandidateLeaves
  /// The leaf of the key of each position.
  ///
  /// SAFETY: the caller's positions are below the number given at creation.
  private let leafOfPosition: UnsafeMutablePointer<UInt32>
  private let pages: Pages<UInt32>

  /// The leaves of each group in order, 64 elements to a group, and the number of leaves in each.
  private var groupLeaves: [UInt32] = []
  private var groupSizes: [Int] = []
  /// The index of each group in the list of groups.
  private var places: [Int] = []
  /// The groups in order, and the least key that each may hold.
  private var order: [Int] = []
  private var floors: [UInt64] = []
  /// The Fenwick tree over the numbers of keys of the groups in order.
  private var sums: [Int] = []

  /// The number of candidates.
  package private(set) var count = 0

  /// - Parameters:
  ///   - sorted: The initial candidates, in order.
  ///   - positions: The number of positions.
  package init(_ sorted: [UInt64], positions: Int) {
    leaves = CandidateLeaves(limit: sorted.count / Self.built + 8)
    pages = Pages(zeroed: positions)
    leafOfPosition = pages.elements
    count = sorted.count
    var next = 0
    repeat {
      let group = addGroup(at: order.count, floor: next == 0 ? 0 : sorted[next])
      repeat {
        let size = min(Self.built, sorted.count - next)
        let leaf = leaves.add(floor: next == 0 ? 0 : sorted[next], group: group)
        for index in 0..<size { place(sorted[next + index], leaf, index) }
        leaves.setCount(size, leaf)
        groupLeaves[group * Self.capacity + groupSizes[group]] = UInt32(truncatingIfNeeded: leaf)
        groupSizes[group] += 1
        next += size
      } while next < sorted.count && groupSizes[group] < Self.built
    } while next < sorted.count
    sumGroups()
  }

  // MARK: - Looking up

  /// The k-th candidate, from 0; `k` is less than ``count``.
  package func select(_ k: Int) -> UInt64 {
    var left = k
    var place = 0
    var step = 1 << (Int.bitWidth - 1 - sums.count.leadingZeroBitCount)
    while step > 0 {
      if place + step < sums.count && sums[place + step] <= left {
        place += step
        left -= sums[place]
      }
      step /= 2
    }
    var index = order[place] * Self.capacity
    while true {
      let leaf = Int(groupLeaves[index])
      if left < leaves.count(leaf) { return leaves.keys[leaf * Self.capacity + left] }
      left -= leaves.count(leaf)
      index += 1
    }
  }

  /// The number of candidates before a key, which need not be one.
  package func count(before key: UInt64) -> Int {
    let group = order[place(of: key)]
    let slot = slot(of: key, in: group)
    var result = 0
    var place = places[group]
    while place > 0 {
      result += sums[place]
      place &= place - 1
    }
    for index in 0..<slot {
      result += leaves.count(Int(groupLeaves[group * Self.capacity + index]))
    }
    return result + leaves.index(of: key, in: Int(groupLeaves[group * Self.capacity + slot]))
  }

  // MARK: - Changing

  /// Removes an existing candidate.
  package mutating func remove(_ key: UInt64) {
    let leaf = Int(leafOfPosition[Int(key & 0xFFFF_FFFF)])
    leaves.remove(key, from: leaf)
    let group = leaves.group(leaf)
    count -= 1
    add(-1, at: places[group])
    if leaves.count(leaf) == 0 && groupSizes[group] > 1 { drop(leaf, from: group) }
  }

  /// Adds a new candidate.
  package mutating func insert(_ key: UInt64) {
    var group = order[place(of: key)]
    var slot = slot(of: key, in: group)
    if leaves.count(Int(groupLeaves[group * Self.capacity + slot])) == Self.capacity {
      split(slot, of: group)
      group = order[place(of: key)]
      slot = self.slot(of: key, in: group)
    }
    let leaf = Int(groupLeaves[group * Self.capacity + slot])
    leaves.insert(key, into: leaf)
    leafOfPosition[Int(key & 0xFFFF_FFFF)] = UInt32(truncatingIfNeeded: leaf)
    count += 1
    add(1, at: places[group])
  }

  /// Writes a key into a leaf.
  private func place(_ key: UInt64, _ leaf: Int, _ index: Int) {
    leaves.keys[leaf * Self.capacity + index] = key
    leafOfPosition[Int(key & 0xFFFF_FFFF)] = UInt32(truncatingIfNeeded: leaf)
  }

  /// Moves the upper half of a full leaf into a new one after it.
  private mutating func split(_ slot: Int, of group: Int) {
    var group = group
    var slot = slot
    if groupSizes[group] == Self.capacity {
      let half = Self.capacity / 2
      let upper = splitGroup(group, at: half)
      if slot >= half {
        group = upper
        slot -= half
      }
    }
    let leaf = Int(groupLeaves[group * Self.capacity + slot])
    let half = Self.capacity / 2
    let new = leaves.add(floor: leaves.keys[leaf * Self.capacity + half], group: group)
    for index in half..<Self.capacity {
      place(leaves.keys[leaf * Self.capacity + index], new, index - half)
    }
    leaves.setCount(half, leaf)
    leaves.setCount(Self.capacity - half, new)
    let base = group * Self.capacity
    for index in stride(from: groupSizes[group], to: slot + 1, by: -1) {
      groupLeaves[base + index] = groupLeaves[base + index - 1]
    }
    groupLeaves[base + slot + 1] = UInt32(truncatingIfNeeded: new)
    groupSizes[group] += 1
  }

  /// Removes an empty leaf from its group, which has others.
  private mutating func drop(_ leaf: Int, from group: Int) {
    let base = group * Self.capacity
    guard let slot = (0..<groupSizes[group]).first(where: { groupLeaves[base + $0] == leaf })
    else { return }
    for index in slot..<groupSizes[group] - 1 {
      groupLeaves[base + index] = groupLeaves[base + index + 1]
    }
    groupSizes[group] -= 1
    // Keys that belonged here now belong to the leaf before, or to the first.
    if slot == 0 { leaves.setFloor(leaves.floor(leaf), Int(groupLeaves[base])) }
    leaves.free(leaf)
  }

  // MARK: - Groups

  private mutating func addGroup(at place: Int, floor: UInt64) -> Int {
    let group = groupSizes.count
    groupLeaves.append(contentsOf: repeatElement(0, count: Self.capacity))
    groupSizes.append(0)
    places.append(place)
    order.insert(group, at: place)
    floors.insert(floor, at: place)
    return group
  }

  private mutating func splitGroup(_ group: Int, at half: Int) -> Int {
    let first = Int(groupLeaves[group * Self.capacity + half])
    let new = addGroup(at: places[group] + 1, floor: leaves.floor(first))
    for index in half..<groupSizes[group] {
      let leaf = groupLeaves[group * Self.capacity + index]
      groupLeaves[new * Self.capacity + index - half] = leaf
      leaves.setGroup(new, Int(leaf))
    }
    groupSizes[new] = groupSizes[group] - half
    groupSizes[group] = half
    sumGroups()
    return new
  }

  /// Recomputes indices and sums from the list of groups.
  private mutating func sumGroups() {
    sums = Array(repeating: 0, count: order.count + 1)
    for (place, group) in order.enumerated() {
      places[group] = place
      for index in 0..<groupSizes[group] {
        sums[place + 1] += leaves.count(Int(groupLeaves[group * Self.capacity + index]))
      }
    }
    for index in 1..<sums.count {
      let parent = index + (index & -index)
      if parent < sums.count { sums[parent] += sums[index] }
    }
  }

  private mutating func add(_ change: Int, at place: Int) {
    var index = place + 1
    while index < sums.count {
      sums[index] += change
      index += index & -index
    }
  }

  /// The index of the last group whose floor is at most a key.
  private func place(of key: UInt64) -> Int {
    var low = 0
    var high = floors.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if floors[middle] <= key { low = middle } else { high = middle }
    }
    return low
  }

  /// The last leaf of a group whose floor is at most a key.
  private func slot(of key: UInt64, in group: Int) -> Int {
    let base = group * Self.capacity
    var low = 0
    var high = groupSizes[group]
    while high - low > 1 {
      let middle = (low + high) / 2
      if leaves.floor(Int(groupLeaves[base + middle])) <= key {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }
}
