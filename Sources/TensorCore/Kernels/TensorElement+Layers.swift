// SAFETY: pointers are passed on to C unchanged; a method's description states what they must hold.

/// The destinations of a normalised row's gradients: `count` numbers each.
public struct LayerNormGradients<Element: TensorElement> {
  /// The gradient of the row; replaced.
  public let dx: UnsafeMutablePointer<Element>
  /// The gradient of the gain; added to.
  public let dGain: UnsafeMutablePointer<Element>
  /// The gradient of the bias; added to.
  public let dBias: UnsafeMutablePointer<Element>

  /// Creates the destinations from three rows.
  public init(
    dx: UnsafeMutablePointer<Element>,
    dGain: UnsafeMutablePointer<Element>,
    dBias: UnsafeMutablePointer<Element>
  ) {
    (self.dx, self.dGain, self.dBias) = (dx, dGain, dBias)
  }
}

/// The row of one query against a block of keys.
public struct AttentionRow {
  /// The bits of the kept keys; nil if all are kept.
  ///
  /// Bit `first + j` is that of key j. Kernels read up to four bytes past the mask's last bit.
  public let mask: UnsafePointer<UInt64>?
  /// The bit of the first key.
  public let first: Int
  /// The number of keys that the query sees.
  public let valid: Int
  /// The number of keys in the block.
  public let count: Int

  /// Creates a row.
  public init(mask: UnsafePointer<UInt64>?, first: Int, valid: Int, count: Int) {
    (self.mask, self.first, self.valid, self.count) = (mask, first, valid, count)
  }
}

extension TensorElement {
  /// y = GELU(x) in its tanh form.
  public static func gelu(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.gelu(y, x, count)
  }

  /// dx = dy GELU'(x); dx may be dy.
  public static func geluBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.geluBackward(dx, dy, x, count)
  }

  /// y = max(x, 0)^2.
  public static func squaredReLU(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.squaredReLU(y, x, count)
  }

  /// dx = dy 2 max(x, 0); dx may be dy.
  public static func squaredReLUBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.squaredReLUBackward(dx, dy, x, count)
  }

  /// SwiGLU of a row x of `count` gates and as many values.
  public static func swiglu(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.swiglu(y, x, count)
  }

  /// The gradients of gates and values, 2 `count` numbers.
  public static func swigluBackward(
    _ dx: UnsafeMutablePointer<Self>,
    _ dy: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.swigluBackward(dx, dy, x, count)
  }

  /// `count` units of one row of an LSTM step; the gates of one kind are `hidden` apart, and are
  /// replaced by their values.
  public static func lstmForward(
    gates: UnsafeMutablePointer<Self>,
    cellBefore: UnsafePointer<Self>,
    cell: UnsafeMutablePointer<Self>,
    cellTanh: UnsafeMutablePointer<Self>,
    output: UnsafeMutablePointer<Self>,
    hidden: Int,
    _ count: Int
  ) {
    kernels.functions.pointee.lstmForward(gates, cellBefore, cell, cellTanh, output, hidden, count)
  }

  /// The gradients of `count` units of one row of an LSTM step, replacing gates and cell.
  public static func lstmBackward(
    gates: UnsafeMutablePointer<Self>,
    cellBefore: UnsafePointer<Self>,
    cellTanh: UnsafePointer<Self>,
    dOutput: UnsafePointer<Self>,
    dCell: UnsafeMutablePointer<Self>,
    hidden: Int,
    _ count: Int
  ) {
    kernels.functions.pointee
      .lstmBackward(gates, cellBefore, cellTanh, dOutput, dCell, hidden, count)
  }

  /// Normalises one row; the statistics are its mean and inverse deviation.
  public static func layerNorm(
    _ y: UnsafeMutablePointer<Self>,
    statistics: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    bias: UnsafePointer<Self>,
    epsilon: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.layerNorm(y, statistics, x, gain, bias, epsilon, count)
  }

  /// The gradients of one normalised row.
  public static func layerNormBackward(
    _ gradients: LayerNormGradients<Self>,
    dy: UnsafePointer<Self>,
    x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    statistics: UnsafePointer<Self>,
    _ count: Int
  ) {
    let (dx, dGain, dBias) = (gradients.dx, gradients.dGain, gradients.dBias)
    kernels.functions.pointee
      .layerNormBackward(dx, dGain, dBias, dy, x, gain, statistics, 0, count)
  }

  /// Divides one row by its root mean square and multiplies it by the gain; returns the factor.
  public static func rmsNorm(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    epsilon: Self,
    _ count: Int
  ) -> Self {
    kernels.functions.pointee.rmsNorm(y, x, gain, epsilon, count)
  }

  /// The gradients of one such row, adding to the gain's; dx may be dy.
  public static func rmsNormBackward(
    dx: UnsafeMutablePointer<Self>,
    dGain: UnsafeMutablePointer<Self>,
    dy: UnsafePointer<Self>,
    x: UnsafePointer<Self>,
    gain: UnsafePointer<Self>,
    scale: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.rmsNormBackward(dx, dGain, dy, x, gain, scale, count)
  }

  /// Rotates pairs (j, half + j) by angles, backwards if the sign is -1; y may be x.
  public static func rotate(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    cosines: UnsafePointer<Self>,
    sines: UnsafePointer<Self>,
    sign: Self,
    half: Int
  ) {
    kernels.functions.pointee.rotate(y, x, cosines, sines, sign, half)
  }

  /// One row of attention over one block of keys, with a running softmax from block to block.
  ///
  /// - Parameters:
  ///   - scores: Replaced by exp(score - state[0]), and by 0 if they are dropped or not seen.
  ///   - state: The largest score and the sum of exponentials so far; -infinity and 0 before the
  ///     first block.
  ///   - row: The keys.
  /// - Returns: The factor for earlier results.
  public static func attentionRow(
    _ scores: UnsafeMutablePointer<Self>,
    state: UnsafeMutablePointer<Self>,
    _ row: AttentionRow
  ) -> Self {
    kernels.functions.pointee
      .attentionRow(scores, state, row.mask, row.first, row.valid, row.count)
  }

  /// The same row backward: the scores become weights, and dp the gradient of the scores.
  ///
  /// - Parameters:
  ///   - scores: The scores before the softmax.
  ///   - dp: The gradient of the weights.
  ///   - row: The keys.
  ///   - logSum: The log sum of the softmax.
  ///   - dot: The sum of the row's result times its gradient.
  ///   - scale: The factor of kept weights.
  public static func attentionRowBackward(
    _ scores: UnsafeMutablePointer<Self>,
    dp: UnsafeMutablePointer<Self>,
    _ row: AttentionRow,
    logSum: Self,
    dot: Self,
    scale: Self
  ) {
    let (mask, first, valid) = (row.mask, row.first, row.valid)
    kernels.functions.pointee
      .attentionRowBackward(scores, dp, mask, first, logSum, dot, scale, valid, row.count)
  }
}
