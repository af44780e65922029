import CTensorKernels

// SAFETY: pointers go on to C as they came; ``TransformerKernels`` says what they must hold. `Float` and
// `Double` differ by the names of the type and of the functions only.

/// The kernels of attention, and of newer transformer blocks, for one number type.
///
/// Pointers must hold as many elements as the kernel's declaration says.
public protocol TransformerKernels {
  /// One row of attention over one block of keys; returns the factor of earlier results.
  static func attentionRow(
    _ scores: UnsafeMutablePointer<Self>,
    state: UnsafeMutablePointer<Self>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    valid: Int,
    _ count: Int
  ) -> Self
  /// The same row backward: the scores become weights, dp the gradient of the scores.
  static func attentionRowBackward(
    _ scores: UnsafeMutablePointer<Self>,
    dp: UnsafeMutablePointer<Self>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    logSum: Self,
    dot: Self,
    scale: Self,
    valid: Int,
    _ count: Int
  )
  /// One row over the root of its mean square; returns the factor.
  static func rmsNorm(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    epsilon: Self,
    _ count: Int
  ) -> Self
  /// The gradients of one such row; dx may be dy.
  static func rmsNormBackward(
    dx: UnsafeMutablePointer<Self>,
    dGain: UnsafeMutablePointer<Self>,
    dy: UnsafePointer<Self>,
    x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    scale: Self,
    _ count: Int
  )
  /// Pairs (j, half + j) turned by angles, back where the sign is -1; y may be x.
  static func rotate(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    cosines: UnsafePointer<Self>,
    sines: UnsafePointer<Self>,
    sign: Self,
    half: Int
  )
  /// SwiGLU of one row of `count` gates and as many values.
  static func swiglu(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// The gradients of both halves.
  static func swigluBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  )
  /// max(x, 0)^2 of each element.
  static func squaredReLU(_ y: UnsafeMutablePointer<Self>, _ x: UnsafePointer<Self>, _ count: Int)
  /// Its gradient times dy.
  static func squaredReLUBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  )
}

extension Float: TransformerKernels {
  /// See ``TransformerKernels``.
  public static func attentionRow(
    _ scores: UnsafeMutablePointer<Float>,
    state: UnsafeMutablePointer<Float>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    valid: Int,
    _ count: Int
  ) -> Float {
    bpd_attention_row_f32(scores, state, mask, first, valid, count)
  }

  /// See ``TransformerKernels``.
  public static func attentionRowBackward(
    _ scores: UnsafeMutablePointer<Float>,
    dp: UnsafeMutablePointer<Float>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    logSum: Float,
    dot: Float,
    scale: Float,
    valid: Int,
    _ count: Int
  ) {
    bpd_attention_row_backward_f32(scores, dp, mask, first, logSum, dot, scale, valid, count)
  }

  /// See ``TransformerKernels``.
  public static func rmsNorm(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    gain: UnsafePointer<Float>,
    epsilon: Float,
    _ count: Int
  ) -> Float {
    bpd_rms_norm_f32(y, x, gain, epsilon, count)
  }

  /// See ``TransformerKernels``.
  public static func rmsNormBackward(
    dx: UnsafeMutablePointer<Float>,
    dGain: UnsafeMutablePointer<Float>,
    dy: UnsafePointer<Float>,
    x: UnsafePointer<Float>,
    gain: UnsafePointer<Float>,
    scale: Float,
    _ count: Int
  ) {
    bpd_rms_norm_backward_f32(dx, dGain, dy, x, gain, scale, count)
  }

  /// See ``TransformerKernels``.
  public static func rotate(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    cosines: UnsafePointer<Float>,
    sines: UnsafePointer<Float>,
    sign: Float,
    half: Int
  ) {
    bpd_rotate_f32(y, x, cosines, sines, sign, half)
  }

  /// See ``TransformerKernels``.
  public static func swiglu(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_swiglu_f32(y, x, count)
  }

  /// See ``TransformerKernels``.
  public static func swigluBackward(
    _ dx: UnsafeMutablePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_swiglu_backward_f32(dx, dy, x, count)
  }

  /// See ``TransformerKernels``.
  public static func squaredReLU(
    _ y: UnsafeMutablePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_squared_relu_f32(y, x, count)
  }

  /// See ``TransformerKernels``.
  public static func squaredReLUBackward(
    _ dx: UnsafeMutablePointer<Float>,
    _ dy: UnsafePointer<Float>,
    _ x: UnsafePointer<Float>,
    _ count: Int
  ) {
    bpd_squared_relu_backward_f32(dx, dy, x, count)
  }
}

extension Double: TransformerKernels {
  /// See ``TransformerKernels``.
  public static func attentionRow(
    _ scores: UnsafeMutablePointer<Double>,
    state: UnsafeMutablePointer<Double>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    valid: Int,
    _ count: Int
  ) -> Double {
    bpd_attention_row_f64(scores, state, mask, first, valid, count)
  }

  /// See ``TransformerKernels``.
  public static func attentionRowBackward(
    _ scores: UnsafeMutablePointer<Double>,
    dp: UnsafeMutablePointer<Double>,
    mask: UnsafePointer<UInt64>?,
    first: Int,
    logSum: Double,
    dot: Double,
    scale: Double,
    valid: Int,
    _ count: Int
  ) {
    bpd_attention_row_backward_f64(scores, dp, mask, first, logSum, dot, scale, valid, count)
  }

  /// See ``TransformerKernels``.
  public static func rmsNorm(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    gain: UnsafePointer<Double>,
    epsilon: Double,
    _ count: Int
  ) -> Double {
    bpd_rms_norm_f64(y, x, gain, epsilon, count)
  }

  /// See ``TransformerKernels``.
  public static func rmsNormBackward(
    dx: UnsafeMutablePointer<Double>,
    dGain: UnsafeMutablePointer<Double>,
    dy: UnsafePointer<Double>,
    x: UnsafePointer<Double>,
    gain: UnsafePointer<Double>,
    scale: Double,
    _ count: Int
  ) {
    bpd_rms_norm_backward_f64(dx, dGain, dy, x, gain, scale, count)
  }

  /// See ``TransformerKernels``.
  public static func rotate(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    cosines: UnsafePointer<Double>,
    sines: UnsafePointer<Double>,
    sign: Double,
    half: Int
  ) {
    bpd_rotate_f64(y, x, cosines, sines, sign, half)
  }

  /// See ``TransformerKernels``.
  public static func swiglu(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_swiglu_f64(y, x, count)
  }

  /// See ``TransformerKernels``.
  public static func swigluBackward(
    _ dx: UnsafeMutablePointer<Double>,
    _ dy: UnsafePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_swiglu_backward_f64(dx, dy, x, count)
  }

  /// See ``TransformerKernels``.
  public static func squaredReLU(
    _ y: UnsafeMutablePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_squared_relu_f64(y, x, count)
  }

  /// See ``TransformerKernels``.
  public static func squaredReLUBackward(
    _ dx: UnsafeMutablePointer<Double>,
    _ dy: UnsafePointer<Double>,
    _ x: UnsafePointer<Double>,
    _ count: Int
  ) {
    bpd_squared_relu_backward_f64(dx, dy, x, count)
  }
}
