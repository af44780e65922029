import CTensorKernels

/// The kernel that multiplies with packed matrices on this processor.
public struct PackedProduct<Element: TensorElement>: Sendable {
  /// How many columns a panel has.
  let width: Int

  /// Packs some panels of a matrix that is stored by rows, or transposed.
  let pack:
    @Sendable (
      _ packed: UnsafeMutablePointer<Element>,
      _ b: UnsafePointer<Element>,
      _ stride: Int,
      _ isTransposed: Bool,
      _ inner: Int,
      _ columns: Int,
      _ panels: Range<Int>
    ) -> Void

  /// C = bias + A B + beta C for some panels of B.
  let multiply:
    @Sendable (
      _ a: LeftOperand<Element>,
      _ inner: Int,
      _ packed: UnsafePointer<Element>,
      _ columns: Int,
      _ panels: Range<Int>,
      _ bias: UnsafePointer<Element>?,
      _ beta: Element,
      _ c: UnsafeMutablePointer<Element>,
      _ strideC: Int
    ) -> Void
}

/// The rows of A in a product, as they lie in memory.
public struct LeftOperand<Element: TensorElement> {
  /// The first number.
  public let start: UnsafePointer<Element>
  /// How many rows the product takes.
  public let rows: Int
  /// From one stored row to the next.
  public let stride: Int
  /// Whether rows of the product are stored columns.
  public let isTransposed: Bool

  /// - Parameters:
  ///   - start: The first number.
  ///   - rows: How many rows the product takes.
  ///   - stride: From one stored row to the next.
  ///   - isTransposed: Whether rows of the product are stored columns.
  public init(
    _ start: UnsafePointer<Element>,
    rows: Int,
    stride: Int,
    isTransposed: Bool = false
  ) {
    self.start = start
    self.rows = rows
    self.stride = stride
    self.isTransposed = isTransposed
  }

  /// A part of the rows.
  func rows(_ range: Range<Int>) -> LeftOperand {
    LeftOperand(
      start + range.lowerBound * (isTransposed ? 1 : stride),
      rows: range.count,
      stride: stride,
      isTransposed: isTransposed
    )
  }
}

extension PackedProduct<Float> {
  init(_ kernel: bpd_product_f32) {
    width = kernel.width
    pack = { packed, b, stride, isTransposed, inner, columns, panels in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.pack(packed, b, stride, isTransposed ? 1 : 0, inner, columns, first, end)
    }
    multiply = { a, inner, packed, columns, panels, bias, beta, c, strideC in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.multiply(
        a.start,
        a.stride,
        a.isTransposed ? 1 : 0,
        a.rows,
        inner,
        packed,
        columns,
        first,
        end,
        bias,
        beta,
        c,
        strideC
      )
    }
  }

  /// The shape of the widest kernel on processors without its registers, for tests.
  package static let wide = bpd_find_wide_product_f32().map { PackedProduct($0.pointee) }
}

extension PackedProduct<Double> {
  init(_ kernel: bpd_product_f64) {
    width = kernel.width
    pack = { packed, b, stride, isTransposed, inner, columns, panels in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.pack(packed, b, stride, isTransposed ? 1 : 0, inner, columns, first, end)
    }
    multiply = { a, inner, packed, columns, panels, bias, beta, c, strideC in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.multiply(
        a.start,
        a.stride,
        a.isTransposed ? 1 : 0,
        a.rows,
        inner,
        packed,
        columns,
        first,
        end,
        bias,
        beta,
        c,
        strideC
      )
    }
  }
}

extension Float {
  /// See ``TensorElement``.
  public static let packedProduct = bpd_find_product_f32().map { PackedProduct($0.pointee) }
}

extension Double {
  /// See ``TensorElement``.
  public static let packedProduct = bpd_find_product_f64().map { PackedProduct($0.pointee) }
}
