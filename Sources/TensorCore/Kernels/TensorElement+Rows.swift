// SAFETY: pointers are passed on to C unchanged; a method's description states what they must hold.

extension TensorElement {
  /// y = exp(x), element by element; y may be x.
  public static func exp(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.exp(y, x, count)
  }

  /// y = 1 / (1 + exp(-x)), element by element; y may be x.
  public static func sigmoid(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.sigmoid(y, x, count)
  }

  /// y = tanh(x), element by element; y may be x.
  public static func tanh(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.tanh(y, x, count)
  }

  /// y = a x + b y; y is not read if b is 0.
  public static func axpby(
    _ y: UnsafeMutablePointer<Self>,
    _ a: Self,
    _ x: UnsafePointer<Self>,
    _ b: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.axpby(y, a, x, b, count)
  }

  /// The sum of products, over sixteen fixed lanes.
  public static func dot(
    _ x: UnsafePointer<Self>,
    _ y: UnsafePointer<Self>,
    _ count: Int
  ) -> Self {
    kernels.functions.pointee.dot(x, y, count)
  }

  /// The sum of squares, in Double.
  public static func squares(_ x: UnsafePointer<Self>, _ count: Int) -> Double {
    kernels.functions.pointee.squares(x, count)
  }

  /// Softmax of the first `valid` of `count` scores in place, zeros after them; returns log sum
  /// exp.
  public static func softmax(
    _ scores: UnsafeMutablePointer<Self>,
    valid: Int,
    _ count: Int
  ) -> Self {
    kernels.functions.pointee.softmax(scores, valid, count)
  }

  /// The nats of the target among `count` logits, which become scale (softmax - onehot) unless the
  /// scale is 0.
  public static func crossEntropy(
    _ logits: UnsafeMutablePointer<Self>,
    target: Int,
    scale: Self,
    _ count: Int
  ) -> Double {
    kernels.functions.pointee.crossEntropy(logits, target, scale, count)
  }

  /// y = scale x where the row's mask keeps an element, else 0; y may be x.
  public static func dropout(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ row: DropoutRow,
    scale: Self,
    _ count: Int
  ) {
    let (item, position) = (row.item, row.position)
    kernels.functions.pointee.dropout(y, x, row.key, item, position, row.threshold, scale, count)
  }

  /// p -= rate (scale g + decay p).
  public static func sgd(
    _ p: UnsafeMutablePointer<Self>,
    _ g: UnsafePointer<Self>,
    scale: Self,
    rate: Self,
    decay: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.sgd(p, g, scale, rate, decay, count)
  }

  /// One step of AdamW: m and v, the moments of the gradient g, and the parameters p are updated.
  public static func adamW(
    _ p: UnsafeMutablePointer<Self>,
    _ m: UnsafeMutablePointer<Self>,
    _ v: UnsafeMutablePointer<Self>,
    _ g: UnsafePointer<Self>,
    _ step: AdamWStep<Self>,
    _ count: Int
  ) {
    kernels.functions.pointee.adamW(
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
