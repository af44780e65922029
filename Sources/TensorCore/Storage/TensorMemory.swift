// Procedure: storage that is given back waits in a list of its size class for the next tensor of
//   that class. A training step asks for the same sizes in the same order each time, so after the
//   first nothing is asked of the system, and no page is touched for the first time. Classes are
//   eighths of powers of two, so that rows of varying length find each other's memory.
// Complexity: a lock and a look-up a tensor; at most an eighth more memory than was asked for.

import Execution

/// Memory that tensors come from and return to.
public final class TensorMemory: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: the lists change under the lock only.

  static let alignment = 64

  private let lock = ConditionLock()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]

  /// No memory yet.
  public init() {}

  deinit {
    for list in free.values {
      for block in list { block.deallocate() }
    }
  }

  /// Memory of at least `bytes` bytes, of any content.
  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    let size = Self.sizeClass(bytes)
    lock.acquire()
    let block = free[size]?.popLast()
    lock.release()
    return block ?? .allocate(byteCount: size, alignment: Self.alignment)
  }

  /// Takes back memory that ``take(_:)`` gave for `bytes` bytes.
  func give(_ block: UnsafeMutableRawPointer, _ bytes: Int) {
    lock.acquire()
    free[Self.sizeClass(bytes), default: []].append(block)
    lock.release()
  }

  /// The size of the smallest class that holds `bytes` bytes.
  static func sizeClass(_ bytes: Int) -> Int {
    let step = max((1 << (Int.bitWidth - 1 - max(bytes, 1).leadingZeroBitCount)) / 8, alignment)
    return (bytes + step - 1) / step * step
  }
}
