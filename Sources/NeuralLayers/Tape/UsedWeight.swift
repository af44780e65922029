// Source: weights that are a function of trainable parameters: DropConnect (L. Wan et al., ICML
//   2013), Mixout (C. Lee et al., ICLR 2020), LoRA (E. Hu et al., ICLR 2022).
// Procedure: operations get parameters through the tape. Without a law, they get the parameter's
//   own value and gradient. With one, the tape derives the weight at the first use and records its
//   backward step before any use is recorded, so that it runs after all of theirs; later uses, such
//   as a tied head's, get the same weight.
// Complexity: none without laws; with one, a derived copy of the weight and of its gradient for
//   each tape.
// Determinism: that of the law.

public import TensorCore

/// Derives a weight from a trainable parameter.
public protocol WeightLaw<Element> {
  /// The type of the numbers.
  associatedtype Element: TensorElement

  /// The weight that operations use.
  ///
  /// - Parameters:
  ///   - own: The value of the parameter.
  ///   - pool: Runs the computation.
  /// - Returns: A tensor of the same shape.
  func use(_ own: Tensor<Element>, on pool: ComputePool) -> Tensor<Element>

  /// Propagates the gradient of the derived weight back.
  ///
  /// - Parameters:
  ///   - gradient: The sum over all uses of the weight.
  ///   - parameter: The parameter whose gradient is added to, by ``Gradient/add(_:on:)``; a law may
  ///     have further parameters of its own.
  ///   - pool: Runs the computation.
  func pullBack(
    _ gradient: Tensor<Element>,
    to parameter: Parameter<Element>,
    on pool: ComputePool
  )
}

/// A parameter as operations see it.
struct UsedWeight<Element: TensorElement> {
  let name: String
  let value: Tensor<Element>
  /// Where operations add the gradient of the value.
  let gradient: Gradient<Element>

  var shape: [Int] { value.shape }
}

extension Tape {
  /// Makes operations of this tape use a parameter through a law.
  ///
  /// - Parameters:
  ///   - parameter: Not yet used on this tape.
  ///   - law: Derives the weight, once for all uses.
  public func see(_ parameter: Parameter<Element>, through law: any WeightLaw<Element>) {
    laws[ObjectIdentifier(parameter)] = law
  }

  /// A parameter as operations use it.
  func used(_ parameter: Parameter<Element>) -> UsedWeight<Element> {
    let own = UsedWeight(
      name: parameter.name,
      value: parameter.value,
      gradient: parameter.gradient
    )
    if laws.isEmpty { return own }
    let identity = ObjectIdentifier(parameter)
    if let derived = derivedWeights[identity] { return derived }
    guard let law = laws[identity] else { return own }
    let value = law.use(own.value, on: pool)
    precondition(
      value.shape == own.shape,
      "the law of \(own.name) makes the shape \(value.shape) out of \(own.shape)"
    )
    let output = output(value)
    record(output, as: "weight law") { [pool] gradient in
      law.pullBack(gradient, to: parameter, on: pool)
    }
    let derived = UsedWeight(
      name: own.name,
      value: value,
      gradient: output.gradient ?? Gradient(shape: own.shape)
    )
    derivedWeights[identity] = derived
    return derived
  }
}
