/// A number type that tensors can hold: `Float` for training, `Double` for checking gradients.
///
/// Its kernels are a table of C functions; the methods of this protocol's extensions call them, on
/// rows of raw memory. The callers are operations, which have checked shapes: pointers must hold as
/// many elements as a method's description states.
public protocol TensorElement: BinaryFloatingPoint & Sendable {
  /// The kernels of CTensorKernels and the product of OpenBLAS for this type.
  static var kernels: KernelTable<Self> { get }

  /// Multiplies with packed matrices; nil if this processor leaves all products to BLAS.
  static var packedProduct: PackedProduct<Self>? { get }
}

extension Float: TensorElement {
  /// The functions of 32-bit numbers.
  public static let kernels = KernelTable<Float>(.float)
}

extension Double: TensorElement {
  /// The functions of 64-bit numbers.
  public static let kernels = KernelTable<Double>(.double)
}
