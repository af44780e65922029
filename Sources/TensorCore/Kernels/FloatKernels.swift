import COpenBLAS
import CTensorKernels

// SAFETY: pointers go on to C as they came; `TensorElement` says what they must hold. `Float` and
// `Double` have a file each, which differ by the names of the type and of the functions only.

extension Float: TensorElement {
  /// One BLAS call.
  public static func multiply(
    _ product: MatrixProduct,
    _ scale: Float,
    _ a: UnsafePointer<Float>,
    _ b: UnsafePointer<Float>,
    _ beta: Float,
    _ c: UnsafeMutablePointer<Float>
  ) {
    OpenBLAS.functions.sgemm(
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
  public static func exp(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int)
  {
    bpd_exp_f32(y, x, count)
  }

  /// See ``TensorElement``.
  public static func sigmoid(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_sigmoid_f32(y, x, count)
  }

  /// See ``TensorElement``.
  public static func tanh(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int)
  {
    bpd_tanh_f32(y, x, count)
  }

  /// See ``TensorElement``.
  public static func axpby(
    _ y: UnsafeMutablePointer<Float>,
    _ a: Float,
    _ x: UnsafePointer<Float>,
    _ b: Float,
    _ count: Int
  ) {
    bpd_axpby_f32(y, a, x, b, count)
  }

  /// See ``TensorElement``.
  public static func dot(
    _ x: UnsafePointer<Float>,
    _ y: UnsafePointer<Float>,
    _ count: Int
  ) -> Float {
    bpd_dot_f32(x, y, count)
  }

  /// See ``TensorElement``.
  public static func squares(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    bpd_squares_f32(x, count)
  }

  /// See ``TensorElement``.
  public static func gelu(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ count: Int)
  {
    bpd_gelu_f32(y, x, count)
  }

  /// See ``TensorElement``.
  public static func geluBackward(
    _ dx: UnsafeMutablePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_gelu_backward_f32(dx, dy, x, count)
  }

  /// See ``TensorElement``.
  public static func lstmForward(
    gates: UnsafeMutablePointer<Float>,
    cellBefore: UnsafePointer<Float>,
    cell: UnsafeMutablePointer<Float>,
    cellTanh: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>,
    hidden: Int,
    _ count: Int
  ) {
    bpd_lstm_forward_f32(gates, cellBefore, cell, cellTanh, output, hidden, count)
  }

  /// See ``TensorElement``.
  public static func lstmBackward(
    gates: UnsafeMutablePointer<Float>,
    cellBefore: UnsafePointer<Float>,
    cellTanh: UnsafePointer<Float>,
    dOutput: UnsafePointer<Float>,
    dCell: UnsafeMutablePointer<Float>,
    hidden: Int,
    _ count: Int
  ) {
    bpd_lstm_backward_f32(gates, cellBefore, cellTanh, dOutput, dCell, hidden, count)
  }

  /// See ``TensorElement``.
  public static func layerNorm(
    _ y: UnsafeMutablePointer<Float>,
    statistics: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    gain: UnsafePointer<Float>,
    bias: UnsafePointer<Float>,
    epsilon: Float,
    _ count: Int
  ) {
    bpd_layer_norm_f32(y, statistics, x, gain, bias, epsilon, count)
  }

  /// See ``TensorElement``.
  public static func layerNormBackward(
    dx: UnsafeMutablePointer<Float>,
    dGain: UnsafeMutablePointer<Float>,
    dBias: UnsafeMutablePointer<Float>,
    dy: UnsafePointer<Float>,
    x: UnsafePointer<Float>,
    gain: UnsafePointer<Float>,
    statistics: UnsafePointer<Float>,
    beta: Float,
    _ count: Int
  ) {
    bpd_layer_norm_backward_f32(dx, dGain, dBias, dy, x, gain, statistics, beta, count)
  }

  /// See ``TensorElement``.
  public static func softmax(
    _ scores: UnsafeMutablePointer<Float>,
    valid: Int,
    _ count: Int
  ) -> Float {
    bpd_softmax_f32(scores, valid, count)
  }

  /// See ``TensorElement``.
  public static func softmax(
    _ scores: UnsafeMutablePointer<Float>,
    logSum: Float,
    valid: Int,
    _ count: Int
  ) {
    bpd_softmax_again_f32(scores, logSum, valid, count)
  }

  /// See ``TensorElement``.
  public static func softmaxBackward(
    _ dp: UnsafeMutablePointer<Float>,
    _ p: UnsafePointer<Float>,
    dot: Float,
    _ count: Int
  ) {
    bpd_softmax_backward_f32(dp, p, dot, count)
  }

  /// See ``TensorElement``.
  public static func crossEntropy(
    _ logits: UnsafeMutablePointer<Float>,
    target: Int,
    scale: Float,
    _ count: Int
  ) -> Double {
    bpd_cross_entropy_f32(logits, target, scale, count)
  }

  /// See ``TensorElement``.
  public static func dropout(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ row: DropoutRow,
    scale: Float,
    _ count: Int
  ) {
    bpd_dropout_f32(y, x, row.key, row.item, row.position, row.threshold, scale, count)
  }

  /// See ``TensorElement``.
  public static func sgd(
    _ p: UnsafeMutablePointer<Float>,
    _ g: UnsafePointer<Float>,
    scale: Float,
    rate: Float,
    decay: Float,
    _ count: Int
  ) {
    bpd_sgd_f32(p, g, scale, rate, decay, count)
  }

  /// See ``TensorElement``.
  public static func adamW(
    _ p: UnsafeMutablePointer<Float>,
    _ m: UnsafeMutablePointer<Float>,
    _ v: UnsafeMutablePointer<Float>,
    _ g: UnsafePointer<Float>,
    _ step: AdamWStep<Float>,
    _ count: Int
  ) {
    bpd_adamw_f32(
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
