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

  /// C += A B for some panels of B.
  let multiply:
    @Sendable (
      _ a: UnsafePointer<Element>,
      _ strideA: Int,
      _ rows: Int,
      _ inner: Int,
      _ packed: UnsafePointer<Element>,
      _ columns: Int,
      _ panels: Range<Int>,
      _ c: UnsafeMutablePointer<Element>,
      _ strideC: Int
    ) -> Void
}

extension PackedProduct<Float> {
  init(_ kernel: bpd_product_f32) {
    width = kernel.width
    pack = { packed, b, stride, isTransposed, inner, columns, panels in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.pack(packed, b, stride, isTransposed ? 1 : 0, inner, columns, first, end)
    }
    multiply = { a, strideA, rows, inner, packed, columns, panels, c, strideC in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.multiply(a, strideA, rows, inner, packed, columns, first, end, c, strideC)
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
    multiply = { a, strideA, rows, inner, packed, columns, panels, c, strideC in
      let (first, end) = (panels.lowerBound, panels.upperBound)
      kernel.multiply(a, strideA, rows, inner, packed, columns, first, end, c, strideC)
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
