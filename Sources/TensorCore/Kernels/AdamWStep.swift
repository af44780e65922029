/// The constants of one AdamW step, bias corrections included.
///
/// Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm
/// 2.
public struct AdamWStep<Element: TensorElement>: Sendable {
  /// Multiplies the gradient: the clipping factor.
  public var scale: Element
  /// The decay of the first moment.
  public var beta1: Element
  /// The decay of the second moment.
  public var beta2: Element
  /// The learning rate divided by 1 - beta1^t.
  public var step: Element
  /// 1 / (1 - beta2^t).
  public var correction2: Element
  /// Added to the root of the second moment.
  public var epsilon: Element
  /// 1 - rate * weight decay: the factor by which parameters shrink.
  public var shrink: Element

  /// Computes the constants of step `time`, in Double.
  ///
  /// - Parameters:
  ///   - rate: The learning rate.
  ///   - beta1: The decay of the first moment.
  ///   - beta2: The decay of the second moment.
  ///   - epsilon: Added to the root of the second moment.
  ///   - decay: Weight decay, decoupled.
  ///   - scale: Multiplies the gradient.
  ///   - time: The number of the step, from 1.
  public init(
    rate: Double,
    beta1: Double = 0.9,
    beta2: Double = 0.999,
    epsilon: Double = 1e-8,
    decay: Double = 0.01,
    scale: Double = 1,
    time: Int
  ) {
    precondition(time >= 1, "steps count from 1, but this is step \(time)")
    // Powers by repeated squaring: without libm, so the same everywhere.
    func power(_ base: Double) -> Double {
      var (result, factor, exponent) = (1.0, base, time)
      while exponent > 0 {
        if exponent & 1 == 1 { result *= factor }
        factor *= factor
        exponent >>= 1
      }
      return result
    }
    self.scale = Element(scale)
    self.beta1 = Element(beta1)
    self.beta2 = Element(beta2)
    self.step = Element(rate / (1 - power(beta1)))
    self.correction2 = Element(1 / (1 - power(beta2)))
    self.epsilon = Element(epsilon)
    self.shrink = Element(1 - rate * decay)
  }
}
