import CTensorKernels

/// The kernel that multiplies with packed matrices on this processor.
public struct PackedProduct<Element: TensorElement>: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: both are C functions without state.

  /// The number of columns in a panel.
  let width: Int

  /// Packs a range of panels of a matrix that is stored by rows, or transposed; the arguments are
  /// those of `bpd_product_f32.pack`.
  let pack: Pack

  /// C += A B for a range of panels of B; the arguments are those of `bpd_product_f32.multiply`.
  let multiply: Multiply

  typealias Pack =
    (
      _ packed: UnsafeMutablePointer<Element>,
      _ b: UnsafePointer<Element>,
      _ stride: Int,
      _ isTransposed: Int32,
      _ inner: Int,
      _ columns: Int,
      _ first: Int,
      _ end: Int
    ) -> Void

  typealias Multiply =
    (
      _ a: UnsafePointer<Element>,
      _ strideA: Int,
      _ rows: Int,
      _ inner: Int,
      _ packed: UnsafePointer<Element>,
      _ columns: Int,
      _ first: Int,
      _ end: Int,
      _ c: UnsafeMutablePointer<Element>,
      _ strideC: Int
    ) -> Void
}

extension PackedProduct<Float> {
  /// The widest kernel's shape for processors without its registers; for tests.
  package static let wide = bpd_find_wide_product_f32().map {
    PackedProduct(width: $0.pointee.width, pack: $0.pointee.pack, multiply: $0.pointee.multiply)
  }
}

extension Float {
  /// See ``TensorElement``.
  public static let packedProduct = bpd_find_product_f32().map {
    PackedProduct(width: $0.pointee.width, pack: $0.pointee.pack, multiply: $0.pointee.multiply)
  }
}

extension Double {
  /// See ``TensorElement``.
  public static let packedProduct = bpd_find_product_f64().map {
    PackedProduct(width: $0.pointee.width, pack: $0.pointee.pack, multiply: $0.pointee.multiply)
  }
}
