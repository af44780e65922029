/// A number type that tensors can hold: `Float` for training, `Double` for checking gradients.
///
/// Its functions are the kernels of CTensorKernels for the type, on rows of raw memory; callers
/// are the operations, which have checked shapes. Pointers must hold as many elements as the
/// kernel's declaration says.
public protocol TensorElement: BinaryFloatingPoint & Sendable & TransformerKernels {
  /// C = A B + beta C on one thread, for the transpositions that `product` names.
  static func multiply(
    _ product: MatrixProduct,
    _ scale: Self,
    _ a: UnsafePointer<Self>,
    _ b: UnsafePointer<Self>,
    _ beta: Self,
    _ c: UnsafeMutablePointer<Self>
  )

  /// Multiplies with packed matrices; nil where this processor leaves all products to BLAS.
  static var packedProduct: PackedProduct<Self>? { get }

  /// exp of each element.
  static func exp(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// The logistic function of each element.
  static func sigmoid(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// tanh of each element.
  static func tanh(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// y = a x + b y; y is not read where b is 0.
  static func axpby(
    _ y: UnsafeMutablePointer<Self>,
    _ a: Self,
    _ x: UnsafePointer<Self>,
    _ b: Self,
    _ count: Int
  )
  /// The sum of products.
  static func dot(_ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>, _ count: Int) -> Self
  /// The sum of squares.
  static func squares(_ x: UnsafePointer<Self>, _ count: Int) -> Double
  /// GELU, tanh form.
  static func gelu(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// The gradient of GELU at x times dy.
  static func geluBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  )
  /// Some units of one row of an LSTM step; gates of one kind are `hidden` long.
  static func lstmForward(
    gates: UnsafeMutablePointer<Self>,
    cellBefore: UnsafePointer<Self>,
    cell: UnsafeMutablePointer<Self>,
    cellTanh: UnsafeMutablePointer<Self>,
    output: UnsafeMutablePointer<Self>,
    hidden: Int,
    _ count: Int
  )
  /// The gradients of some units of one row of an LSTM step.
  static func lstmBackward(
    gates: UnsafeMutablePointer<Self>,
    cellBefore: UnsafePointer<Self>,
    cellTanh: UnsafePointer<Self>,
    dOutput: UnsafePointer<Self>,
    dCell: UnsafeMutablePointer<Self>,
    hidden: Int,
    _ count: Int
  )
  /// One row normalised; the statistics are its mean and inverse deviation.
  static func layerNorm(
    _ y: UnsafeMutablePointer<Self>,
    statistics: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    bias: UnsafePointer<Self>,
    epsilon: Self,
    _ count: Int
  )
  /// The gradients of one normalised row.
  static func layerNormBackward(
    dx: UnsafeMutablePointer<Self>,
    dGain: UnsafeMutablePointer<Self>,
    dBias: UnsafeMutablePointer<Self>,
    dy: UnsafePointer<Self>,
    x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    statistics: UnsafePointer<Self>,
    beta: Self,
    _ count: Int
  )
  /// Softmax of the first `valid` scores in place, zeros after them; returns log sum exp.
  static func softmax(_ scores: UnsafeMutablePointer<Self>, valid: Int, _ count: Int) -> Self
  /// The same softmax from its saved log sum.
  static func softmax(
    _ scores: UnsafeMutablePointer<Self>,
    logSum: Self,
    valid: Int,
    _ count: Int
  )
  /// dp = p (dp - dot).
  static func softmaxBackward(
    _ dp: UnsafeMutablePointer<Self>,
    _ p: UnsafePointer<Self>,
    dot: Self,
    _ count: Int
  )
  /// The nats of the target; the logits become scale (softmax - onehot) unless the scale is 0.
  static func crossEntropy(
    _ logits: UnsafeMutablePointer<Self>,
    target: Int,
    scale: Self,
    _ count: Int
  ) -> Double
  /// One row under a dropout mask.
  static func dropout(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ row: DropoutRow,
    scale: Self,
    _ count: Int
  )
  /// p -= rate (scale g + decay p).
  static func sgd(
    _ p: UnsafeMutablePointer<Self>,
    _ g: UnsafePointer<Self>,
    scale: Self,
    rate: Self,
    decay: Self,
    _ count: Int
  )
  /// One step of AdamW.
  static func adamW(
    _ p: UnsafeMutablePointer<Self>,
    _ m: UnsafeMutablePointer<Self>,
    _ v: UnsafeMutablePointer<Self>,
    _ g: UnsafePointer<Self>,
    _ step: AdamWStep<Self>,
    _ count: Int
  )
}

/// The numbers of one AdamW step, bias corrections included.
///
/// Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2.
public struct AdamWStep<Element: TensorElement>: Sendable {
  /// Multiplies the gradient: the clipping factor.
  public var scale: Element
  /// The decay of the first moment.
  public var beta1: Element
  /// The decay of the second moment.
  public var beta2: Element
  /// The learning rate over 1 - beta1^t.
  public var step: Element
  /// 1 / (1 - beta2^t).
  public var correction2: Element
  /// Added to the root of the second moment.
  public var epsilon: Element
  /// 1 - rate * weight decay, by which parameters shrink.
  public var shrink: Element

  /// The numbers of step `time`, computed in Double.
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
    // Powers by repeated squaring: no libm, the same everywhere.
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
