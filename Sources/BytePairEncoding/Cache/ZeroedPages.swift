import Glibc

/// Zero-initialised memory.
///
/// Large blocks use large pages, so that random probes cause fewer TLB misses.
///
/// SAFETY of the unchecked conformance: shared memory is never written.
final class ZeroedPages<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element.
  ///
  /// SAFETY: there are ``count``, and all bits zero must be a value of the type.
  let elements: UnsafeMutablePointer<Element>
  let count: Int
  /// The length of the mapping, or 0 if the memory is the allocator's.
  private let mappedLength: Int

  /// - Parameter count: The number of elements.
  init(count: Int) {
    self.count = count
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

  deinit { if mappedLength > 0 { munmap(elements, mappedLength) } else { free(elements) } }

  /// - Parameter used: The number of elements to copy; the others are zero.
  /// - Returns: As many elements.
  func copy(first used: Int) -> ZeroedPages {
    let other = ZeroedPages(count: count)
    other.elements.update(from: elements, count: used)
    return other
  }
}
