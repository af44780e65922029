// Procedure: row-major and contiguous; the storage is aligned to a cache line and copied on write.
//   Kernels get raw pointers through ``Tensor/read(_:)`` and ``Tensor/write(_:)``, which keep the
//   storage alive and unique while the pointer is in use.
// Complexity: O(1) to copy or reshape; the first write to a shared tensor copies its elements.

import Glibc

/// A rectangular array of numbers of one type.
public struct Tensor<Element: TensorElement>: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: elements change only through a uniquely referenced storage.

  /// The extents, outermost first; their product is ``count``.
  public let shape: [Int]

  /// The number of elements.
  public let count: Int

  private var storage: TensorStorage<Element>

  /// Creates a tensor of zeros.
  ///
  /// - Parameter shape: The extents, none negative.
  public init(zeros shape: [Int]) {
    self.init(uninitialized: shape)
    // SAFETY: the storage is new, holds `count` elements, and all-zero bits are the number 0.
    storage.base.clear(count)
  }

  /// Creates a tensor of given elements in row-major order.
  ///
  /// - Parameters:
  ///   - elements: As many as the shape has.
  ///   - shape: The extents.
  public init(_ elements: [Element], shape: [Int]) {
    self.init(uninitialized: shape)
    precondition(
      elements.count == count,
      "a tensor of shape \(shape) has \(count) elements, but \(elements.count) are given"
    )
    elements.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      // SAFETY: both hold `count` elements, and the storage is new.
      storage.base.copy(base, count)
    }
  }

  /// Creates a tensor whose elements are arbitrary until they are written.
  ///
  /// - Parameters:
  ///   - shape: The extents, none negative.
  ///   - memory: The source of the storage, to which it returns; nil for the system's allocator.
  public init(uninitialized shape: [Int], memory: TensorMemory? = nil) {
    precondition(shape.allSatisfy { $0 >= 0 }, "extents must not be negative, but are \(shape)")
    self.shape = shape
    self.count = shape.reduce(1, *)
    self.storage = TensorStorage(count: count, memory: memory)
  }

  private init(shape: [Int], count: Int, storage: TensorStorage<Element>) {
    self.shape = shape
    self.count = count
    self.storage = storage
  }

  /// The extent of the last dimension; 1 for a shape without dimensions.
  public var columns: Int { shape.last ?? 1 }

  /// The product of all extents but the last.
  public var rows: Int { shape.dropLast().reduce(1, *) }

  /// The elements in row-major order.
  public var elements: [Element] {
    read { Array(UnsafeBufferPointer(start: $0, count: count)) }
  }

  /// The same elements under another shape.
  ///
  /// - Parameter shape: Extents with the same product.
  /// - Returns: A tensor that shares the storage until one of the two is written.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(
      shape.reduce(1, *) == count && shape.allSatisfy { $0 >= 0 },
      "a tensor of shape \(self.shape) cannot take the shape \(shape)"
    )
    return Tensor(shape: shape, count: count, storage: storage)
  }

  /// Calls a body with a pointer to the elements, which is valid only during the call.
  public func read<Result>(_ body: (UnsafePointer<Element>) throws -> Result) rethrows -> Result {
    // SAFETY: the storage lives until the body has returned.
    try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base)) }
  }

  /// Calls a body with a pointer to elements that no other tensor shares, valid only during the
  /// call.
  public mutating func write<Result>(
    _ body: (UnsafeMutablePointer<Element>) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = TensorStorage<Element>(count: count)
      // SAFETY: both hold `count` elements.
      copy.base.copy(storage.base, count)
      storage = copy
    }
    // SAFETY: the storage is unique and lives until the body has returned.
    return try withExtendedLifetime(storage) { try body(storage.base) }
  }
}

extension Tensor {
  /// Reads several tensors at once: pointers in the order given, valid only during the call.
  public static func read<Result>(
    _ tensors: Tensor...,
    body: ([UnsafePointer<Element>]) throws -> Result
  ) rethrows -> Result {
    // SAFETY: the array of tensors lives until the body has returned.
    try withExtendedLifetime(tensors) {
      try body(tensors.map { UnsafePointer($0.storage.base) })
    }
  }
}

extension UnsafeMutablePointer where Pointee: TensorElement {
  /// Copies numbers from memory that does not overlap.
  @inlinable
  public func copy(_ source: UnsafePointer<Pointee>, _ count: Int) {
    // SAFETY: floating-point numbers are trivial: their bytes are all there is.
    UnsafeMutableRawPointer(self)
      .copyMemory(from: source, byteCount: count * MemoryLayout<Pointee>.stride)
  }

  /// Sets numbers to 0.
  public func clear(_ count: Int) {
    // SAFETY: all-zero bits are the number 0.
    memset(self, 0, count * MemoryLayout<Pointee>.stride)
  }
}

/// Memory of a tensor, aligned to 64 bytes.
private final class TensorStorage<Element: TensorElement> {
  let base: UnsafeMutablePointer<Element>
  private let bytes: Int
  /// Takes the memory back; nil for the system's allocator.
  private let memory: TensorMemory?

  init(count: Int, memory: TensorMemory? = nil) {
    bytes = max(count * MemoryLayout<Element>.stride, 1)
    self.memory = memory
    // SAFETY: elements are floating-point numbers, hence trivial: any bits may be read, and nothing
    // needs deinitialisation. The memory is released once, by deinit.
    base = (memory?.take(bytes) ?? .allocate(byteCount: bytes, alignment: TensorMemory.alignment))
      .bindMemory(to: Element.self, capacity: max(count, 1))
  }

  deinit {
    if let memory { memory.give(base, bytes) } else { UnsafeMutableRawPointer(base).deallocate() }
  }
}
