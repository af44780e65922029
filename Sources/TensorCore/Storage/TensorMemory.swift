// Procedure: released storage waits in a list of its size class for the next tensor of that class.
//   Each training step allocates the same sizes in the same order, so after the first step nothing
//   is allocated from the system, and no new page is touched. Classes are eighths of powers of two,
//   so that rows of varying length share memory.
// Complexity: a lock and a look-up per tensor; at most an eighth more memory than requested.

import Execution

/// A pool of memory for tensors.
public final class TensorMemory: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: the lists change only under the lock.

  static let alignment = 64

  private let lock = ConditionLock()
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]

  /// Creates an empty pool.
  public init() {}

  deinit {
    for list in free.values {
      for block in list { block.deallocate() }
    }
  }

  /// Memory of at least `bytes` bytes, with arbitrary content.
  func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    let size = Self.sizeClass(bytes)
    lock.acquire()
    let block = free[size]?.popLast()
    lock.release()
    return block ?? .allocate(byteCount: size, alignment: Self.alignment)
  }

  /// Returns memory that ``take(_:)`` provided for `bytes` bytes.
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
