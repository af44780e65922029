// Source: row-major GEMM, C = A B + beta C, with A or B given transposed.
// Procedure: the result is cut into a grid of blocks by its shape; each block is one BLAS call over
//   the whole inner dimension.
// Complexity: 2 * rows * columns * inner operations; every block packs its own panels, so blocks
//   are as square as their number allows.
// Determinism: the grid is a function of (rows, columns, inner) and BLAS runs on one thread.

import COpenBLAS

/// The shape of one matrix product, and how its operands lie in memory.
public struct MatrixProduct: Hashable, Sendable {
  /// Which operand is stored transposed.
  public enum Form: Sendable {
    /// A is rows x inner, B is inner x columns.
    case plain
    /// A is rows x inner, B is columns x inner: activations times weights.
    case transposedB
    /// A is inner x rows, B is inner x columns: gradients of weights.
    case transposedA
  }

  /// Which operand is stored transposed.
  public let form: Form
  /// The rows of the result.
  public let rows: Int
  /// The columns of the result.
  public let columns: Int
  /// The dimension that is summed over.
  public let inner: Int
  /// The distance between stored rows of A, in elements.
  public let strideA: Int
  /// The distance between stored rows of B, in elements.
  public let strideB: Int
  /// The distance between rows of C, in elements.
  public let strideC: Int

  /// A product of contiguous matrices, or of parts of wider ones if strides are given.
  ///
  /// - Parameters:
  ///   - form: Which operand is stored transposed.
  ///   - rows: The rows of the result.
  ///   - columns: The columns of the result.
  ///   - inner: The dimension that is summed over.
  ///   - strideA: At least the width of A as stored.
  ///   - strideB: At least the width of B as stored.
  ///   - strideC: At least the width of C.
  public init(
    _ form: Form,
    rows: Int,
    columns: Int,
    inner: Int,
    strideA: Int? = nil,
    strideB: Int? = nil,
    strideC: Int? = nil
  ) {
    let widthA = form == .transposedA ? rows : inner
    let widthB = form == .transposedB ? inner : columns
    self.form = form
    self.rows = rows
    self.columns = columns
    self.inner = inner
    // BLAS requires a stride of at least 1 even for an empty matrix.
    self.strideA = max(strideA ?? widthA, 1)
    self.strideB = max(strideB ?? widthB, 1)
    self.strideC = max(strideC ?? columns, 1)
    precondition(
      self.strideA >= widthA && self.strideB >= widthB && self.strideC >= columns,
      "strides \(self.strideA), \(self.strideB), \(self.strideC) must be at least the widths "
        + "\(widthA), \(widthB), \(columns)"
    )
  }

  /// The number of blocks down and across the result.
  var grid: (down: Int, across: Int) {
    let operations = 2.0 * Double(rows) * Double(columns) * Double(inner)
    let wanted = Int(min(operations / Self.operationsPerBlock, Self.maximumBlocks))
    guard wanted >= 2 else { return (1, 1) }
    // The number of column blocks with the squarest blocks, each at least 32 wide and 8 high.
    var best = (down: 1, across: 1)
    var bestCost = Double.infinity
    for across in 1...wanted where columns >= 32 * across || across == 1 {
      let down = max(min(wanted / across, rows / 8), 1)
      guard down * across * 2 > wanted || across == 1 else { continue }
      let perimeter = Double(rows) / Double(down) + Double(columns) / Double(across)
      let cost = perimeter * Double(wanted) / Double(down * across)
      if cost < bestCost {
        bestCost = cost
        best = (down, across)
      }
    }
    return best
  }

  static let operationsPerBlock = 3e6
  static let maximumBlocks = 8.0

  /// The offsets of a block's operands, and the block's own product.
  func block(row: Range<Int>, column: Range<Int>) -> (a: Int, b: Int, c: Int, MatrixProduct) {
    let a = form == .transposedA ? row.lowerBound : row.lowerBound * strideA
    let b = form == .transposedB ? column.lowerBound * strideB : column.lowerBound
    let product = MatrixProduct(
      form,
      rows: row.count,
      columns: column.count,
      inner: inner,
      strideA: strideA,
      strideB: strideB,
      strideC: strideC
    )
    return (a, b, row.lowerBound * strideC + column.lowerBound, product)
  }
}

/// Cuts 0..<count into nearly equal ranges, at multiples of 16 if they are long.
///
/// - Parameters:
///   - count: The length of the whole.
///   - parts: The number of ranges; some are empty if the count is small.
///   - index: The index of the range.
/// - Returns: The range; all ranges together cover the whole in order.
public func shardRange(_ count: Int, parts: Int, index: Int) -> Range<Int> {
  func bound(_ index: Int) -> Int {
    let exact = count * index / parts
    return index == parts || count < 64 * parts ? exact : exact / 16 * 16
  }
  return bound(index)..<bound(index + 1)
}

extension TensorElement {
  /// C = scale A B + beta C on one thread, with the product's transpositions, in one BLAS call.
  ///
  /// The pointers must hold what the product's extents and strides imply; C is not read if beta is
  /// 0.
  public static func multiply(
    _ product: MatrixProduct,
    _ scale: Self,
    _ a: UnsafePointer<Self>,
    _ b: UnsafePointer<Self>,
    _ beta: Self,
    _ c: UnsafeMutablePointer<Self>
  ) {
    kernels.functions.pointee.product()(
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
}

extension ComputePool {
  /// C = bias + A B + beta C; C is not read if beta is 0.
  ///
  /// BLAS computes it; if one B meets several A, ``pack(_:stride:isTransposed:inner:columns:)`` it
  /// once. The pointers must hold what the product's extents and strides imply.
  public func multiply<Element: TensorElement>(
    _ product: MatrixProduct,
    _ a: UnsafePointer<Element>,
    _ b: UnsafePointer<Element>,
    bias: UnsafePointer<Element>? = nil,
    beta: Element,
    _ c: UnsafeMutablePointer<Element>
  ) {
    guard product.rows > 0 && product.columns > 0 else { return }
    if let bias {
      forRows(product.rows, cost: product.columns) { rows in
        for row in rows {
          Element.axpby(c + row * product.strideC, 1, bias, beta, product.columns)
        }
      }
    }
    let (grid, beta) = (product.grid, bias == nil ? beta : 1)
    run(shards: grid.down * grid.across) { shard in
      let block = product.block(
        row: shardRange(product.rows, parts: grid.down, index: shard / grid.across),
        column: shardRange(product.columns, parts: grid.across, index: shard % grid.across)
      )
      // SAFETY: offsets lie inside the operands, and blocks of C do not overlap.
      Element.multiply(block.3, 1, a + block.a, b + block.b, beta, c + block.c)
    }
  }
}
