// Source: reverse-mode differentiation, define by run; the operations are fused
//   (docs/architecture).
// Procedure: every operation computes at once and records how to carry gradients back; `backward`
//   runs the records from the last to the first, and drops each with what it has saved.
// Complexity: memory of the saved activations until `backward`, nothing when not recording.
// Determinism: the order of additions is the reverse order of recording.

public import TensorCore

/// The record of one forward pass.
///
/// Operations are its methods, each in a file of its own. Losses hand out their gradient as they
/// are computed, and ``seed(_:at:)`` gives others, so ``backward()`` takes no argument.
public final class Tape<Element: TensorElement> {
  /// Where operations compute.
  public let pool: ComputePool
  /// Whether gradients will be wanted.
  public let isRecording: Bool
  /// Gets a lap for each operation; nil if the time is not measured.
  let profile: StepProfile?

  /// Gets the state behind each layer of a model, where it is set.
  public var taps: Taps<Element>?

  /// The laws through which parameters are seen, and the weights that were derived by them so far.
  var laws: [ObjectIdentifier: any WeightLaw<Element>] = [:]
  var derivedWeights: [ObjectIdentifier: UsedWeight<Element>] = [:]

  private var records: [() -> Void] = []

  /// An empty tape.
  ///
  /// - Parameters:
  ///   - pool: Where operations compute.
  ///   - isRecording: False for evaluation and generation: nothing is saved.
  ///   - profile: Gets a lap for each operation.
  public init(pool: ComputePool, isRecording: Bool = true, profile: StepProfile? = nil) {
    self.pool = pool
    self.isRecording = isRecording
    self.profile = profile
  }

  /// A value from outside.
  ///
  /// - Parameters:
  ///   - value: The numbers.
  ///   - needsGradient: Whether its gradient is to be computed.
  /// - Returns: The value on this tape.
  public func input(_ value: Tensor<Element>, needsGradient: Bool = false) -> Variable<Element> {
    Variable(value, needsGradient: needsGradient && isRecording, memory: pool.memory)
  }

  /// Adds a gradient from outside, such as that of a loss that is no operation of the tape.
  ///
  /// - Parameters:
  ///   - gradient: Of the shape of the value.
  ///   - variable: A value on this tape; nothing happens where it needs no gradient.
  public func seed(_ gradient: Tensor<Element>, at variable: Variable<Element>) {
    variable.gradient?.add(gradient, on: pool)
  }

  /// Carries the gradients of all losses back to the parameters, and empties the tape.
  public func backward() {
    while let record = records.popLast() { record() }
    derivedWeights = [:]
  }

  /// The result of an operation, whose gradient is needed where the tape records.
  func output(_ value: Tensor<Element>) -> Variable<Element> {
    Variable(value, needsGradient: isRecording, memory: pool.memory)
  }

  /// Remembers how an operation carries the gradient of its result back.
  ///
  /// - Parameters:
  ///   - output: The result; where no gradient reached it, the body is not called.
  ///   - name: Of the operation, in profiles.
  ///   - operations: What its products of matrices take; those backward twice as many.
  ///   - body: Gets the gradient of the result.
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
