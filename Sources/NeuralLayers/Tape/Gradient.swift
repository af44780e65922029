// Procedure: a gradient is the sum over all uses of a value. The first addition overwrites (beta
//   0), later ones add (beta 1), so nothing is ever zeroed beforehand; a cleared gradient keeps its
//   memory for the next step.
// Determinism: uses add in the reverse order of their recording, which the program fixes.

public import TensorCore

/// The sum of the gradients that have reached a value, or nothing yet.
public final class Gradient<Element: TensorElement> {
  /// The shape of the value.
  public let shape: [Int]

  private var storage: Tensor<Element>?
  private let memory: TensorMemory?
  /// Whether anything has been added since the last ``clear()``.
  public private(set) var isSet = false

  /// - Parameters:
  ///   - shape: The shape of the value.
  ///   - memory: The source of the sum's storage; nil for storage kept from step to step.
  init(shape: [Int], memory: TensorMemory? = nil) {
    self.shape = shape
    self.memory = memory
  }

  /// The sum so far; nil if nothing was added.
  public var tensor: Tensor<Element>? { isSet ? storage : nil }

  /// Forgets the sum: the next step's first gradient replaces it.
  public func clear() { isSet = false }

  /// Multiplies the sum in place, for clipping and averaging.
  ///
  /// - Parameters:
  ///   - factor: Any number.
  ///   - pool: Runs the computation.
  public func scale(by factor: Element, on pool: ComputePool) {
    guard isSet, var sum = storage else { return }
    storage = nil
    let count = sum.count
    sum.write { pool.axpby($0, factor, UnsafePointer($0), 0, count) }
    storage = sum
  }

  /// Lets a body write the sum: `sum = gradient + beta * sum`, where beta is 0 or 1.
  func accumulate(_ body: (UnsafeMutablePointer<Element>, _ beta: Element) -> Void) {
    var sum = storage ?? Tensor(uninitialized: shape, memory: memory)
    // Release the storage, so that writing does not find it shared and copy it.
    storage = nil
    sum.write { body($0, isSet ? 1 : 0) }
    storage = sum
    isSet = true
  }

  /// Adds a tensor; the first one is shared rather than copied.
  ///
  /// - Parameters:
  ///   - tensor: As many numbers as the value has.
  ///   - pool: Runs the computation.
  public func add(_ tensor: Tensor<Element>, on pool: ComputePool) {
    precondition(
      tensor.count == shape.reduce(1, *),
      "a gradient of shape \(shape) cannot take one of shape \(tensor.shape)"
    )
    guard isSet else {
      storage = tensor.reshaped(shape)
      isSet = true
      return
    }
    accumulate { sum, _ in tensor.read { pool.axpby(sum, 1, $0, 1, tensor.count) } }
  }
}
