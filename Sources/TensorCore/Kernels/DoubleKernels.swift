import COpenBLAS
import CTensorKernels

// SAFETY: pointers go on to C as they came; `TensorElement` says what they must hold. `Float` and
// `Double` have a file each, which differ by the names of the type and of the functions only.

extension Double: TensorElement {
  /// One BLAS call.
  public static func multiply(
    _ product: MatrixProduct,
    _ scale: Double,
    _ a: UnsafePointer<Double>,
    _ b: UnsafePointer<Double>,
    _ beta: Double,
    _ c: UnsafeMutablePointer<Double>
  ) {
    OpenBLAS.functions.dgemm(
      CblasRowMajor,
      product.form == .transposedA ? CblasTrans : CblasNoTrans,
      product.form == .transposedB ? CblasTrans : CblasNoTrans,
      Int32(product.rows),
      Int32(product.columns),
      Int32(product.inner),
      scale,
      a,
      Int32(product.strideA),
      b,
      Int32(product.strideB),
      beta,
      c,
      Int32(product.strideC)
    )
  }

  /// See ``TensorElement``.
  public static func exp(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_exp_f64(y, x, count)
  }

  /// See ``TensorElement``.
  public static func sigmoid(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_sigmoid_f64(y, x, count)
  }

  /// See ``TensorElement``.
  public static func tanh(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_tanh_f64(y, x, count)
  }

  /// See ``TensorElement``.
  public static func axpby(
    _ y: UnsafeMutablePointer<Double>,
    _ a: Double,
    _ x: UnsafePointer<Double>,
    _ b: Double,
    _ count: Int
  ) {
    bpd_axpby_f64(y, a, x, b, count)
  }

  /// See ``TensorElement``.
  public static func dot(
    _ x: UnsafePointer<Double>,
    _ y: UnsafePointer<Double>,
    _ count: Int
  ) -> Double {
    bpd_dot_f64(x, y, count)
  }

  /// See ``TensorElement``.
  public static func squares(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    bpd_squares_f64(x, count)
  }

  /// See ``TensorElement``.
  public static func gelu(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_gelu_f64(y, x, count)
  }

  /// See ``TensorElement``.
  public static func geluBackward(
    _ dx: UnsafeMutablePointer<Double>,
    _ dy: UnsafePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_gelu_backward_f64(dx, dy, x, count)
  }

  /// See ``TensorElement``.
  public static func lstmForward(
    gates: UnsafeMutablePointer<Double>,
    cellBefore: UnsafePointer<Double>,
    cell: UnsafeMutablePointer<Double>,
    cellTanh: UnsafeMutablePointer<Double>,
    output: UnsafeMutablePointer<Double>,
    hidden: Int,
    _ count: Int
  ) {
    bpd_lstm_forward_f64(gates, cellBefore, cell, cellTanh, output, hidden, count)
  }

  /// See ``TensorElement``.
  public static func lstmBackward(
    gates: UnsafeMutablePointer<Double>,
    cellBefore: UnsafePointer<Double>,
    cellTanh: UnsafePointer<Double>,
    dOutput: UnsafePointer<Double>,
    dCell: UnsafeMutablePointer<Double>,
    hidden: Int,
    _ count: Int
  ) {
    bpd_lstm_backward_f64(gates, cellBefore, cellTanh, dOutput, dCell, hidden, count)
  }

  /// See ``TensorElement``.
  public static func layerNorm(
    _ y: UnsafeMutablePointer<Double>,
    statistics: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    gain: UnsafePointer<Double>,
    bias: UnsafePointer<Double>,
    epsilon: Double,
    _ count: Int
  ) {
    bpd_layer_norm_f64(y, statistics, x, gain, bias, epsilon, count)
  }

  /// See ``TensorElement``.
  public static func layerNormBackward(
    dx: UnsafeMutablePointer<Double>,
    dGain: UnsafeMutablePointer<Double>,
    dBias: UnsafeMutablePointer<Double>,
    dy: UnsafePointer<Double>,
    x: UnsafePointer<Double>,
    gain: UnsafePointer<Double>,
    statistics: UnsafePointer<Double>,
    beta: Double,
    _ count: Int
  ) {
    bpd_layer_norm_backward_f64(dx, dGain, dBias, dy, x, gain, statistics, beta, count)
  }

  /// See ``TensorElement``.
  public static func softmax(
    _ scores: UnsafeMutablePointer<Double>,
    valid: Int,
    _ count: Int
  ) -> Double {
    bpd_softmax_f64(scores, valid, count)
  }

  /// See ``TensorElement``.
  public static func softmax(
    _ scores: UnsafeMutablePointer<Double>,
    logSum: Double,
    valid: Int,
    _ count: Int
  ) {
    bpd_softmax_again_f64(scores, logSum, valid, count)
  }

  /// See ``TensorElement``.
  public static func softmaxBackward(
    _ dp: UnsafeMutablePointer<Double>,
    _ p: UnsafePointer<Double>,
    dot: Double,
    _ count: Int
  ) {
    bpd_softmax_backward_f64(dp, p, dot, count)
  }

  /// See ``TensorElement``.
  public static func crossEntropy(
    _ logits: UnsafeMutablePointer<Double>,
    target: Int,
    scale: Double,
    _ count: Int
  ) -> Double {
    bpd_cross_entropy_f64(logits, target, scale, count)
  }

  /// See ``TensorElement``.
  public static func dropout(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ row: DropoutRow,
    scale: Double,
    _ count: Int
  ) {
    bpd_dropout_f64(y, x, row.key, row.item, row.position, row.threshold, scale, count)
  }

  /// See ``TensorElement``.
  public static func sgd(
    _ p: UnsafeMutablePointer<Double>,
    _ g: UnsafePointer<Double>,
    scale: Double,
    rate: Double,
    decay: Double,
    _ count: Int
  ) {
    bpd_sgd_f64(p, g, scale, rate, decay, count)
  }

  /// See ``TensorElement``.
  public static func adamW(
    _ p: UnsafeMutablePointer<Double>,
    _ m: UnsafeMutablePointer<Double>,
    _ v: UnsafeMutablePointer<Double>,
    _ g: UnsafePointer<Double>,
    _ step: AdamWStep<Double>,
    _ count: Int
  ) {
    bpd_adamw_f64(
      p,
      m,
      v,
      g,
      step.scale,
      step.beta1,
      step.beta2,
      step.step,
      step.correction2,
      step.epsilon,
      step.shrink,
      count
    )
  }
}
