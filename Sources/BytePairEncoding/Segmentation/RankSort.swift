// Source: radix sort from the lowest digit: H. Seward, 1954 (D. Knuth, TAOCP 3, 5.2.5).
// Procedure: stable counting sorts by the digits of the rank, of 11 bits each, up to the highest
//   digit in use; fewer than 1,024 keys are sorted by comparison.
// Complexity: O(n) for many keys.

/// Sorts candidates (rank << 32 | position) from the order of positions into the order (rank,
/// position).
enum RankSort {
  private static let digitBits: UInt64 = 11

  static func sort(_ keys: inout [UInt64]) {
    if keys.count < 1024 { return keys.sort() }
    let highest = keys.reduce(0, |)
    var shift: UInt64 = 32
    var other = keys
    while highest >> shift > 0 {
      var starts = [Int](repeating: 0, count: 1 << Int(digitBits))
      for key in keys { starts[digit(key, shift)] += 1 }
      var sum = 0
      for value in starts.indices {
        let count = starts[value]
        starts[value] = sum
        sum += count
      }
      for key in keys {
        let value = digit(key, shift)
        other[starts[value]] = key
        starts[value] += 1
      }
      swap(&keys, &other)
      shift += digitBits
    }
  }

  @inline(__always)
  private static func digit(_ key: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: key >> shift & (1 << digitBits - 1))
  }
}
