// Procedure: both element types have the same kernels under different names. A table holds those of
//   one type, and one generic method per kernel calls through it.
// Complexity: a call costs a few nanoseconds more than a C call; kernels process whole rows.

import COpenBLAS
import CTensorKernels

/// The kernels of one element type.
public struct KernelTable<Element: TensorElement>: @unchecked Sendable {
  // SAFETY of `@unchecked Sendable`: the memory that the pointer refers to never changes.

  /// A pointer, because reading a struct of functions would copy them all.
  let functions: UnsafePointer<KernelFunctions<Element>>

  init(_ functions: KernelFunctions<Element>) {
    // SAFETY: one table for each type, which lives as long as the process.
    let table = UnsafeMutablePointer<KernelFunctions<Element>>.allocate(capacity: 1)
    table.initialize(to: functions)
    self.functions = UnsafePointer(table)
  }
}

/// The functions of a table, as declared in the headers of CTensorKernels.
struct KernelFunctions<Element: TensorElement>: Sendable {
  typealias Out = UnsafeMutablePointer<Element>
  typealias In = UnsafePointer<Element>
  /// y = f(x).
  typealias Map = @Sendable (_ y: Out, _ x: In, _ count: Int) -> Void
  /// dx = dy f'(x).
  typealias Slope = @Sendable (_ dx: Out, _ dy: In, _ x: In, _ count: Int) -> Void
  /// CBLAS's gemm, row-major or not, with the transpositions of A and B.
  typealias Product =
    (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Element, In, Int32, In,
      Int32, Element, Out, Int32
    ) -> Void

  /// Opens OpenBLAS on its first call.
  let product: @Sendable () -> Product

  let exp: Map
  let sigmoid: Map
  let tanh: Map
  let gelu: Map
  let squaredReLU: Map
  let swiglu: Map
  let geluBackward: Slope
  let squaredReLUBackward: Slope
  let swigluBackward: Slope

  let axpby: @Sendable (Out, Element, In, Element, Int) -> Void
  let dot: @Sendable (In, In, Int) -> Element
  let squares: @Sendable (In, Int) -> Double
  let lstmForward: @Sendable (Out, In, Out, Out, Out, Int, Int) -> Void
  let lstmBackward: @Sendable (Out, In, In, In, Out, Int, Int) -> Void
  let layerNorm: @Sendable (Out, Out, In, In, In, Element, Int) -> Void
  let layerNormBackward: @Sendable (Out, Out, Out, In, In, In, In, Element, Int) -> Void
  let rmsNorm: @Sendable (Out, In, In, Element, Int) -> Element
  let rmsNormBackward: @Sendable (Out, Out, In, In, In, Element, Int) -> Void
  let rotate: @Sendable (Out, In, In, In, Element, Int) -> Void
  let softmax: @Sendable (Out, Int, Int) -> Element
  let crossEntropy: @Sendable (Out, Int, Element, Int) -> Double
  let attentionRow: @Sendable (Out, Out, UnsafePointer<UInt64>?, Int, Int, Int) -> Element
  let attentionRowBackward:
    @Sendable (
      Out, Out, UnsafePointer<UInt64>?, Int, Element, Element, Element, Int, Int
    ) -> Void
  let dropout: @Sendable (Out, In, UInt64, UInt64, UInt64, UInt64, Element, Int) -> Void
  let gather: @Sendable (Out, In, UnsafePointer<Int32>, Element, Int) -> Void
  let scatter: @Sendable (Out, In, UnsafePointer<Int32>, Element, Int) -> Void
  let masked: @Sendable (Out, In, UnsafePointer<UInt64>, Int, Element, Element, Int) -> Void
  let largest: @Sendable (UnsafeMutablePointer<Int32>, In, Int, Int) -> Int
  let blur: @Sendable (Out, Out, In, Int, Int32, Int) -> Void
  let twoViews:
    @Sendable (Out, Out, Out, Int, Element, Element, UnsafeMutablePointer<Double>, Int) -> Double
  let sgd: @Sendable (Out, In, Element, Element, Element, Int) -> Void
  let adamW:
    @Sendable (
      Out, Out, Out, In, Element, Element, Element, Element, Element, Element, Element, Int
    ) -> Void
}
