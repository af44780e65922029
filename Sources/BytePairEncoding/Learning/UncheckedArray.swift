// Procedure: a block of memory with a single owner, grown by realloc. For large blocks realloc
//   remaps pages instead of copying, so growing needs no second block.
// Complexity: amortised O(1) to append.

import Glibc

/// An array of plain values without checks of bounds or uniqueness, for the learner's inner loops.
///
/// SAFETY: callers keep indices below ``count``; a debug build checks it.
struct UncheckedArray<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var capacity = 0

  /// The size of its elements in bytes.
  var byteCount: Int { count * MemoryLayout<Element>.stride }

  init() {}

  init(repeating value: Element, count: Int) {
    resize(to: count, with: value)
  }

  deinit { free(base) }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      // SAFETY: `count` elements are initialised, and the caller's index is below it.
      return base.unsafelyUnwrapped[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      // SAFETY: as above.
      base.unsafelyUnwrapped[index] = newValue
    }
  }

  /// Direct access to one element, for reading and writing.
  @inline(__always)
  func pointer(at index: Int) -> UnsafeMutablePointer<Element> {
    assert(index >= 0 && index < count)
    // SAFETY: as above; callers use it for a single step, during which nothing grows.
    return base.unsafelyUnwrapped + index
  }

  @inline(__always)
  mutating func append(_ value: Element) {
    if count == capacity { reserve(max(2 * capacity, 64)) }
    // SAFETY: there is room for one more element.
    base.unsafelyUnwrapped[count] = value
    count += 1
  }

  mutating func append(contentsOf bytes: UnsafeRawBufferPointer) where Element == UInt8 {
    if count + bytes.count > capacity { reserve(max(2 * capacity, count + bytes.count)) }
    guard let source = bytes.baseAddress else { return }
    // SAFETY: there is room for all of them after the last.
    memcpy(base.unsafelyUnwrapped + count, source, bytes.count)
    count += bytes.count
  }

  /// Shortens the array, or extends it by copies of one value.
  mutating func resize(to newCount: Int, with value: Element) {
    if newCount > capacity { reserve(newCount) }
    // SAFETY: there is room for all of them, and those from `count` on are written.
    for index in count..<max(newCount, count) { base.unsafelyUnwrapped[index] = value }
    count = newCount
  }

  mutating func removeAll() { count = 0 }

  /// Removes the last element; the array must not be empty.
  @inline(__always)
  mutating func removeLast() {
    assert(count > 0)
    count -= 1
  }

  /// Makes room for a number of elements.
  mutating func reserve(_ newCapacity: Int) {
    guard newCapacity > capacity else { return }
    let bytes = newCapacity * MemoryLayout<Element>.stride
    guard let moved = realloc(base, bytes) else {
      preconditionFailure("no memory for \(bytes) bytes")
    }
    // SAFETY: the elements are plain values, and realloc has moved their bytes.
    base = moved.bindMemory(to: Element.self, capacity: newCapacity)
    capacity = newCapacity
  }

  /// A view of a part; valid while the array does not grow.
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<Element> {
    assert(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range lies below `count`.
    return UnsafeBufferPointer(start: base.map { $0 + range.lowerBound }, count: range.count)
  }

  /// A view of a part that may be written; valid while the array does not grow.
  func mutableSlice(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
    assert(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range lies below `count`.
    return UnsafeMutableBufferPointer(start: base.map { $0 + range.lowerBound }, count: range.count)
  }
}
