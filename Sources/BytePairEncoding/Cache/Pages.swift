import Glibc

/// Zero-initialised memory, or memory of somebody else that is only read.
///
/// Large blocks use large pages, so that random probes cause fewer TLB misses.
///
/// SAFETY of the unchecked conformance: memory that is shared between threads is never written.
package final class Pages<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element.
  ///
  /// SAFETY: there are ``count``, and all bits zero must be a value of the type. If ``isShared``,
  /// they must not be written.
  let elements: UnsafeMutablePointer<Element>
  let count: Int
  /// The length of the mapping, or 0 if the memory is the allocator's or somebody else's.
  private let mappedLength: Int
  /// What keeps the memory alive if it is somebody else's.
  private let owner: (any AnyObject & Sendable)?

  /// - Parameter count: The number of elements.
  init(zeroed count: Int) {
    self.count = count
    owner = nil
    let length = max(count, 1) * MemoryLayout<Element>.stride
    let isLarge = length >= 2 << 20
    let memory =
      isLarge
      ? mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      : calloc(1, length)
    guard let memory, memory != MAP_FAILED else {
      preconditionFailure("the system has no \(length) bytes of memory")
    }
    if isLarge { madvise(memory, length, MADV_HUGEPAGE) }
    mappedLength = isLarge ? length : 0
    elements = memory.bindMemory(to: Element.self, capacity: count)
  }

  /// - Parameters:
  ///   - elements: At least one; aligned for their type. SAFETY: the owner keeps them, and nobody writes them.
  ///   - owner: What the memory belongs to.
  init(_ elements: UnsafeBufferPointer<Element>, of owner: any AnyObject & Sendable) {
    guard let base = elements.baseAddress else { preconditionFailure("there are no elements") }
    count = elements.count
    self.owner = owner
    mappedLength = 0
    self.elements = UnsafeMutablePointer(mutating: base)
  }

  deinit {
    if owner != nil { return }
    if mappedLength > 0 { munmap(elements, mappedLength) } else { free(elements) }
  }

  /// Whether the memory is somebody else's, and only read.
  var isShared: Bool { owner != nil }

  /// - Parameter used: The number of elements to copy; the others are zero.
  /// - Returns: As many elements.
  func copy(first used: Int) -> Pages {
    let other = Pages(zeroed: count)
    other.elements.update(from: elements, count: used)
    return other
  }
}
