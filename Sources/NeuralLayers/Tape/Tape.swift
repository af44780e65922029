// Source: reverse-mode differentiation, define by run; the operations are fused
//   (docs/architecture).
// Procedure: every operation computes immediately and records how to propagate gradients back;
//   `backward` runs the records from the last to the first, and drops each with its saved values.
// Complexity: memory for the saved activations until `backward`; none when not recording.
// Determinism: the order of additions is the reverse order of recording.

public import TensorCore

/// The record of one forward pass.
///
/// Operations are its methods, each in its own file. Losses contribute their gradients as they are
/// computed, and ``seed(_:at:)`` adds others, so ``backward()`` takes no argument.
public final class Tape<Element: TensorElement> {
  /// The pool that operations compute on.
  public let pool: ComputePool
  /// Whether operations are recorded for ``backward()``.
  public let isRecording: Bool
  /// Takes a lap for each operation; nil if time is not measured.
  let profile: StepProfile?

  /// Takes the state after each layer of a model; nil for none.
  public var taps: Taps<Element>?

  /// The weight laws of parameters, and the weights derived by them so far.
  var laws: [ObjectIdentifier: any WeightLaw<Element>] = [:]
  var derivedWeights: [ObjectIdentifier: UsedWeight<Element>] = [:]

  private var records: [() -> Void] = []

  /// Creates an empty tape.
  ///
  /// - Parameters:
  ///   - pool: The pool that operations compute on.
  ///   - isRecording: False for evaluation and generation, where nothing is saved.
  ///   - profile: Takes a lap for each operation; nil if time is not measured.
  public init(pool: ComputePool, isRecording: Bool = true, profile: StepProfile? = nil) {
    self.pool = pool
    self.isRecording = isRecording
    self.profile = profile
  }

  /// Puts a value on the tape.
  ///
  /// - Parameters:
  ///   - value: The numbers.
  ///   - needsGradient: Whether to compute its gradient.
  /// - Returns: The value on this tape.
  public func input(_ value: Tensor<Element>, needsGradient: Bool = false) -> Variable<Element> {
    Variable(value, needsGradient: needsGradient && isRecording, memory: pool.memory)
  }

  /// Adds an external gradient, such as that of a loss that is not an operation of the tape.
  ///
  /// - Parameters:
  ///   - gradient: A tensor of the value's shape.
  ///   - variable: A value on this tape; no effect if it needs no gradient.
  public func seed(_ gradient: Tensor<Element>, at variable: Variable<Element>) {
    variable.gradient?.add(gradient, on: pool)
  }

  /// Propagates the gradients of all losses back to the parameters, and empties the tape.
  public func backward() {
    while let record = records.popLast() { record() }
    derivedWeights = [:]
  }

  /// The result of an operation, which needs a gradient if the tape records.
  func output(_ value: Tensor<Element>) -> Variable<Element> {
    Variable(value, needsGradient: isRecording, memory: pool.memory)
  }

  /// Records how an operation propagates the gradient of its result.
  ///
  /// - Parameters:
  ///   - output: The result; if no gradient reaches it, the body is not called.
  ///   - name: The name of the operation, in profiles.
  ///   - operations: The operations of its forward matrix products; backward counts twice as many.
  ///   - body: Takes the gradient of the result.
  func record(
    _ output: Variable<Element>,
    as name: String,
    operations: Double = 0,
    _ body: @escaping (Tensor<Element>) -> Void
  ) {
    profile?.lap(name, operations: operations)
    guard isRecording else { return }
    records.append { [profile] in
      guard let gradient = output.gradient?.tensor else { return }
      body(gradient)
      profile?.lap(name + " backward", operations: 2 * operations)
    }
  }
}

/// A value on a tape.
public final class Variable<Element: TensorElement> {
  /// The numbers.
  public let value: Tensor<Element>
  /// The sum of gradients; nil if none is needed.
  public let gradient: Gradient<Element>?

  init(_ value: Tensor<Element>, needsGradient: Bool, memory: TensorMemory) {
    self.value = value
    self.gradient = needsGradient ? Gradient(shape: value.shape, memory: memory) : nil
  }

  /// The extents.
  public var shape: [Int] { value.shape }
}
