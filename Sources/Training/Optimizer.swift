// Source: AdamW: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
//   algorithm 2; clipping by the global norm: R. Pascanu, T. Mikolov, Y. Bengio, ICML 2013.
// Procedure: one pass over each parameter reads gradient and moments and writes parameter and
//   moments; the clipping factor is multiplied in, so gradients are never written. Weight decay
//   falls on matrices only, not on biases and gains.
// Complexity: O(parameters); AdamW keeps two numbers a parameter.
// Determinism: elementwise, so threads do not show.

public import NeuralLayers
public import TensorCore

/// The rule by which parameters follow their gradients.
public enum OptimizerRule: Hashable, Sendable {
  /// Plain stochastic gradient descent.
  case sgd
  /// Adam with decoupled weight decay.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
}

/// Parameters, the rule that changes them, and what the rule remembers.
public final class Optimizer<Element: TensorElement> {
  /// What AdamW remembers of one parameter.
  final class Moments {
    var mean: Tensor<Element>
    var square: Tensor<Element>

    init(shape: [Int]) { (mean, square) = (Tensor(zeros: shape), Tensor(zeros: shape)) }
  }

  /// The rule.
  public let rule: OptimizerRule
  /// What matrices shrink by, times the learning rate.
  public let weightDecay: Double
  let parameters: [Parameter<Element>]
  /// In the order of the parameters; none for SGD.
  let moments: [Moments]
  /// How many updates were made.
  var time = 0

  /// - Parameters:
  ///   - rule: The rule.
  ///   - weightDecay: What matrices shrink by, times the learning rate.
  ///   - parameters: Once each.
  public init(_ rule: OptimizerRule, weightDecay: Double, parameters: [Parameter<Element>]) {
    self.rule = rule
    self.weightDecay = weightDecay
    self.parameters = parameters
    switch rule {
    case .sgd: moments = []
    case .adamW: moments = parameters.map { Moments(shape: $0.shape) }
    }
  }

  /// The Euclidean norm of all gradients together.
  public func gradientNorm(on pool: ComputePool) -> Double {
    parameters.reduce(0) { sum, parameter in
      sum + (parameter.gradient.tensor.map { pool.squares($0) } ?? 0)
    }.squareRoot()
  }

  /// Changes all parameters, and clears their gradients.
  ///
  /// - Parameters:
  ///   - rate: The learning rate.
  ///   - scale: Multiplies the gradients: the clipping factor.
  ///   - pool: Computes.
  public func step(rate: Double, scale: Double = 1, on pool: ComputePool) {
    time += 1
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.gradient.tensor else { continue }
      let decay = parameter.shape.count >= 2 ? weightDecay : 0
      switch rule {
      case .sgd:
        update(parameter, gradient, on: pool) { values, gradient, count, _ in
          let (scale, rate) = (Element(scale), Element(rate))
          Element.sgd(values, gradient, scale: scale, rate: rate, decay: Element(decay), count)
        }
      case .adamW(let beta1, let beta2, let epsilon):
        let numbers = AdamWStep<Element>(
          rate: rate,
          beta1: beta1,
          beta2: beta2,
          epsilon: epsilon,
          decay: decay,
          scale: scale,
          time: time
        )
        let moments = moments[index]
        moments.mean.write { mean in
          moments.square.write { square in
            update(parameter, gradient, on: pool) { values, gradient, count, start in
              // SAFETY: the moments have the parameter's shape, and each range is written once.
              Element.adamW(values, mean + start, square + start, gradient, numbers, count)
            }
          }
        }
      }
    }
    clear()
  }

  /// Forgets all gradients.
  public func clear() {
    for parameter in parameters { parameter.gradient.clear() }
  }

  /// Runs a body over ranges of a parameter and its gradient, in parallel.
  private func update(
    _ parameter: Parameter<Element>,
    _ gradient: Tensor<Element>,
    on pool: ComputePool,
    _ body: (UnsafeMutablePointer<Element>, UnsafePointer<Element>, _ count: Int, _ start: Int) ->
      Void
  ) {
    let count = gradient.count
    gradient.read { gradient in
      parameter.value.write { values in
        pool.forRows(count, cost: 4) { range in
          let start = range.lowerBound
          body(values + start, gradient + start, range.count, start)
        }
      }
    }
  }
}
