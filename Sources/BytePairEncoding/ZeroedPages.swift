import Glibc

/// Memory whose every bit is zero at first, in large pages where there is much of it: a table that is
/// probed at random then misses the processor's address cache less.
///
/// SAFETY of the unchecked conformance: nobody writes to what is shared.
final class ZeroedPages<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first element.
  ///
  /// SAFETY: there are ``count``, and all bits zero must be a value of the type.
  let elements: UnsafeMutablePointer<Element>
  let count: Int
  private let byteCount: Int

  /// - Parameter count: How many elements there are to be.
  init(count: Int) {
    self.count = count
    byteCount = max(count, 1) * MemoryLayout<Element>.stride
    let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let pages, pages != MAP_FAILED else {
      preconditionFailure("the system has no \(byteCount) bytes of memory")
    }
    if byteCount >= 2 << 20 { madvise(pages, byteCount, MADV_HUGEPAGE) }
    elements = pages.bindMemory(to: Element.self, capacity: count)
  }

  deinit { munmap(elements, byteCount) }

  func copy() -> ZeroedPages {
    let other = ZeroedPages(count: count)
    other.elements.update(from: elements, count: count)
    return other
  }
}
