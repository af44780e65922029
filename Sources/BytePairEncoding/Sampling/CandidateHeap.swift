/// A binary min-heap of 64-bit keys.
struct CandidateHeap {
  private var keys: [UInt64] = []

  var count: Int { keys.count }

  mutating func removeAll() { keys.removeAll(keepingCapacity: true) }

  /// Appends a key without restoring the heap; call ``order()`` before the next pop or push.
  mutating func appendUnordered(_ key: UInt64) { keys.append(key) }

  mutating func order() {
    for index in stride(from: keys.count / 2 - 1, through: 0, by: -1) { siftDown(index) }
  }

  mutating func push(_ key: UInt64) {
    var index = keys.count
    keys.append(key)
    while index > 0 {
      let parent = (index - 1) / 2
      if keys[parent] <= key { break }
      keys[index] = keys[parent]
      index = parent
    }
    keys[index] = key
  }

  mutating func pop() -> UInt64? {
    guard let first = keys.first, let last = keys.popLast() else { return nil }
    if !keys.isEmpty {
      keys[0] = last
      siftDown(0)
    }
    return first
  }

  private mutating func siftDown(_ start: Int) {
    let key = keys[start]
    var index = start
    while true {
      var child = 2 * index + 1
      if child >= keys.count { break }
      if child + 1 < keys.count && keys[child + 1] < keys[child] { child += 1 }
      if key <= keys[child] { break }
      keys[index] = keys[child]
      index = child
    }
    keys[index] = key
  }
}
