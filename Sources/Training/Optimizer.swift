// Source: AdamW: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019,
//   algorithm 2; clipping by the global norm: R. Pascanu, T. Mikolov, Y. Bengio, ICML 2013.
// Procedure: one pass over each parameter reads gradient and moments and writes parameter and
//   moments; it also multiplies by the clipping factor, so gradients are never written. Weight
//   decay applies to matrices only, not to biases and gains.
// Complexity: O(parameters); AdamW keeps two numbers per parameter.
// Determinism: elementwise, so results are bitwise identical for any number of threads.

public import NeuralLayers
public import TensorCore

/// The rule by which parameters follow their gradients.
public enum OptimizerRule: Hashable, Sendable {
  /// Plain stochastic gradient descent.
  case sgd
  /// Adam with decoupled weight decay.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
}

/// Parameters, the rules that update them, and the rules' state.
public final class Optimizer<Element: TensorElement> {
  /// AdamW's state for one parameter.
  final class Moments {
    var mean: Tensor<Element>
    var square: Tensor<Element>

    init(shape: [Int]) { (mean, square) = (Tensor(zeros: shape), Tensor(zeros: shape)) }
  }

  /// One parameter, with its rule.
  struct Entry {
    let parameter: Parameter<Element>
    let rule: OptimizerRule
    let rateFactor: Double
    /// The weight decay, before the learning rate; 0 unless it is a matrix.
    let decay: Double
    /// Nil for SGD.
    let moments: Moments?
  }

  private let parameters: [Parameter<Element>]
  /// The parameters that are not frozen, in order.
  let entries: [Entry]
  /// The number of updates so far.
  var time = 0

  /// Creates an optimizer without state.
  ///
  /// - Parameters:
  ///   - rule: The rule of parameters outside all groups.
  ///   - weightDecay: The decay of matrices, multiplied by the learning rate.
  ///   - parameters: Each once.
  ///   - groups: The first that names a parameter applies to it.
  public init(
    _ rule: OptimizerRule,
    weightDecay: Double,
    parameters: [Parameter<Element>],
    groups: [ParameterGroup] = []
  ) {
    self.parameters = parameters
    entries = parameters.compactMap { parameter in
      let group = groups.first { $0.contains(parameter.name) }
      if group?.isFrozen == true { return nil }
      let rule = group?.rule ?? rule
      return Entry(
        parameter: parameter,
        rule: rule,
        rateFactor: group?.rateFactor ?? 1,
        decay: parameter.shape.count >= 2 ? group?.weightDecay ?? weightDecay : 0,
        moments: rule == .sgd ? nil : Moments(shape: parameter.shape)
      )
    }
  }

  /// The Euclidean norm of all gradients together, excluding frozen parameters.
  public func gradientNorm(on pool: ComputePool) -> Double {
    entries.reduce(0) { sum, entry in
      sum + (entry.parameter.gradient.tensor.map { pool.squares($0) } ?? 0)
    }.squareRoot()
  }

  /// Updates all parameters that are not frozen, and clears all gradients.
  ///
  /// - Parameters:
  ///   - rate: The learning rate.
  ///   - scale: Multiplies the gradients: the clipping factor.
  ///   - pool: Runs the computation.
  public func step(rate: Double, scale: Double = 1, on pool: ComputePool) {
    time += 1
    for entry in entries {
      guard let gradient = entry.parameter.gradient.tensor else { continue }
      let rate = rate * entry.rateFactor
      switch entry.rule {
      case .sgd:
        let (scale, rate, decay) = (Element(scale), Element(rate), Element(entry.decay))
        update(entry.parameter, gradient, on: pool) { values, gradient, count, _ in
          Element.sgd(values, gradient, scale: scale, rate: rate, decay: decay, count)
        }
      case .adamW(let beta1, let beta2, let epsilon):
        let numbers = AdamWStep<Element>(
          rate: rate,
          beta1: beta1,
          beta2: beta2,
          epsilon: epsilon,
          decay: entry.decay,
          scale: scale,
          time: time
        )
        guard let moments = entry.moments else { continue }
        moments.mean.write { mean in
          moments.square.write { square in
            update(entry.parameter, gradient, on: pool) { values, gradient, count, start in
              // SAFETY: the moments have the parameter's shape, and each range is written once.
              Element.adamW(values, mean + start, square + start, gradient, numbers, count)
            }
          }
        }
      }
    }
    clear()
  }

  /// Clears all gradients, including those of frozen parameters.
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
