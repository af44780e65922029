// SAFETY: pointers are passed on to C unchanged; a method's description states what they must hold.

/// Two rows of logits that predict one target, and what becomes of them.
public struct TwoViewRows<Element: TensorElement> {
  /// The logits of the first view; replaced.
  public let first: UnsafeMutablePointer<Element>
  /// The logits of the second view; replaced.
  public let second: UnsafeMutablePointer<Element>
  /// Room for as many numbers.
  public let scratch: UnsafeMutablePointer<Element>

  /// Creates rows from three pointers.
  public init(
    first: UnsafeMutablePointer<Element>,
    second: UnsafeMutablePointer<Element>,
    scratch: UnsafeMutablePointer<Element>
  ) {
    (self.first, self.second, self.scratch) = (first, second, scratch)
  }
}

extension TensorElement {
  /// y[j] = scale x[columns[j]].
  public static func gather(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    columns: UnsafePointer<Int32>,
    scale: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.gather(y, x, columns, scale, count)
  }

  /// y[columns[j]] += scale x[j]; no column occurs twice.
  public static func scatter(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    columns: UnsafePointer<Int32>,
    scale: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.scatter(y, x, columns, scale, count)
  }

  /// y = beta y + scale x where the mask's bit `first + j` is set, else beta y.
  ///
  /// y is not read if beta is 0. The mask has ``DropoutRow/maskWords(_:)`` words.
  public static func masked(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafePointer<Self>,
    _ mask: UnsafePointer<UInt64>,
    first: Int,
    scale: Self,
    beta: Self,
    _ count: Int
  ) {
    kernels.functions.pointee.masked(y, x, mask, first, scale, beta, count)
  }

  /// The places of the `most` largest of `count` numbers, the largest first, of equal ones the
  /// first.
  ///
  /// - Returns: How many there are: `most`, or `count` if that is less.
  public static func largest(
    _ places: UnsafeMutablePointer<Int32>,
    _ x: UnsafePointer<Self>,
    most: Int,
    _ count: Int
  ) -> Int {
    kernels.functions.pointee.largest(places, x, most, count)
  }

  /// y = the weighted means of x within `reach`, inside the row; weights [reach + 1] from the
  /// middle outwards.
  ///
  /// Transposed, y becomes the gradient of the row from that of the means in x, which is scratch.
  public static func blur(
    _ y: UnsafeMutablePointer<Self>,
    _ x: UnsafeMutablePointer<Self>,
    weights: UnsafePointer<Self>,
    reach: Int,
    isTransposed: Bool,
    _ count: Int
  ) {
    kernels.functions.pointee.blur(y, x, weights, reach, isTransposed ? 1 : 0, count)
  }

  /// The loss of two views of one target: the mean cross-entropy, and the mean of both divergences.
  ///
  /// Unless the scale is 0, the rows become the gradient of scale (cross-entropy + weight
  /// divergence).
  public static func twoViews(
    _ rows: TwoViewRows<Self>,
    target: Int,
    scale: Self,
    weight: Self,
    _ count: Int
  ) -> (nats: Double, divergence: Double) {
    var divergence = 0.0
    let nats = kernels.functions.pointee
      .twoViews(rows.first, rows.second, rows.scratch, target, scale, weight, &divergence, count)
    return (nats, divergence)
  }
}
