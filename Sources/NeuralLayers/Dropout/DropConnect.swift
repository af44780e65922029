// Source: L. Wan et al., "Regularization of Neural Networks using DropConnect", ICML 2013; on the
//   recurrent weights of an LSTM: S. Merity et al., "Regularizing and Optimizing LSTM Language
//   Models", ICLR 2018. Scaled by 1 / (1 - rate), so the mean of the used weight is the weight.
// Procedure: weight (row, column) is 0 if word `column` of the random stream of (key, pass, row)
//   lies below the threshold. One mask holds for a whole step; backward regenerates it.
// Complexity: O(weights), about a nanosecond each, forward and backward, for each micro-batch.
// Determinism: a pure function of (key, pass, row, column).

public import Noise
public import TensorCore

/// A weight some of whose elements are dropped for a whole step.
public struct DropConnect<Element: TensorElement>: WeightLaw {
  /// The probability that a weight is dropped.
  public let rate: DropoutRate
  /// Seed, epoch and site, derived for this weight.
  public let key: NoiseKey
  /// The number of the step.
  public let pass: UInt64

  /// Creates the law of a weight in one step.
  ///
  /// - Parameters:
  ///   - rate: The probability that a weight is dropped.
  ///   - key: Unique to the weight.
  ///   - pass: The number of the step.
  public init(_ rate: DropoutRate, key: NoiseKey, pass: UInt64) {
    (self.rate, self.key, self.pass) = (rate, key, pass)
  }

  /// The weight under the mask of the step.
  public func use(_ own: Tensor<Element>, on pool: ComputePool) -> Tensor<Element> {
    let (rows, columns) = (own.rows, own.columns)
    let threshold = BernoulliThreshold(rate.value)
    let scale: Element = rate.value < 1 ? Element(1 / (1 - rate.value)) : 0
    var used: Tensor<Element> = pool.tensor(own.shape)
    own.read { own in
      used.write { used in
        pool.forRows(rows, cost: 4 * columns) { range in
          for row in range {
            let mask = DropoutRow(threshold, key: key, item: pass, position: UInt64(row))
            let offset = row * columns
            Element.dropout(used + offset, own + offset, mask, scale: scale, columns)
          }
        }
      }
    }
    return used
  }

  /// The gradient under the same mask.
  public func pullBack(
    _ gradient: Tensor<Element>,
    to parameter: Parameter<Element>,
    on pool: ComputePool
  ) {
    parameter.gradient.add(use(gradient, on: pool), on: pool)
  }
}
