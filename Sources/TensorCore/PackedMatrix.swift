// Procedure: the right operand of a product, laid out once as the kernel reads it, so that any number of
//   products share the work: weights over the times of a window, the head over chunks of rows. Where the
//   processor has no kernel, the matrix is copied as it is and BLAS packs it at each product.
// Complexity: inner * columns numbers, the columns rounded up to a panel.
// Determinism: an element of a product does not depend on how rows and panels are cut.

/// A matrix of inner x columns, packed as the right operand of products.
public struct PackedMatrix<Element: TensorElement>: Sendable {
  /// The dimension that products sum over.
  public let inner: Int
  /// The columns of products.
  public let columns: Int
  /// How many columns a panel has.
  let width: Int
  /// Nil where BLAS computes: then the copy lies by rows.
  private let product: PackedProduct<Element>?
  private var storage: Tensor<Element>

  package init(
    inner: Int,
    columns: Int,
    product: PackedProduct<Element>?,
    memory: TensorMemory
  ) {
    self.inner = inner
    self.columns = columns
    self.product = product
    width = product?.width ?? 16
    let panels = (columns + width - 1) / width
    storage = Tensor(
      uninitialized: [inner, product == nil ? columns : panels * width],
      memory: memory
    )
  }

  /// How many panels of columns there are.
  public var panels: Int { (columns + width - 1) / width }

  /// The columns that some panels stand for.
  ///
  /// - Parameter panels: At most all.
  /// - Returns: Columns of the matrix.
  public func columns(of panels: Range<Int>) -> Range<Int> {
    min(panels.lowerBound * width, columns)..<min(panels.upperBound * width, columns)
  }

  /// C = bias + A B + beta C on the calling thread, for some panels; C is not read where beta is 0.
  ///
  /// - Parameters:
  ///   - a: The rows, of ``inner`` numbers each.
  ///   - panels: Which columns are computed; nil for all.
  ///   - bias: A number for each column.
  ///   - beta: 0 or 1.
  ///   - c: The first number of the whole result.
  ///   - strideC: From one row of C to the next.
  public func multiply(
    _ a: LeftOperand<Element>,
    panels: Range<Int>? = nil,
    bias: UnsafePointer<Element>? = nil,
    beta: Element,
    _ c: UnsafeMutablePointer<Element>,
    strideC: Int
  ) {
    let panels = panels ?? 0..<self.panels
    guard a.rows > 0 && !panels.isEmpty else { return }
    storage.read { packed in
      if let product {
        product.multiply(a, inner, packed, columns, panels, bias, beta, c, strideC)
      } else {
        multiplyByBLAS(a, packed, panels: panels, bias: bias, beta: beta, c, strideC: strideC)
      }
    }
  }

  private func multiplyByBLAS(
    _ a: LeftOperand<Element>,
    _ b: UnsafePointer<Element>,
    panels: Range<Int>,
    bias: UnsafePointer<Element>?,
    beta: Element,
    _ c: UnsafeMutablePointer<Element>,
    strideC: Int
  ) {
    let (first, count) = (columns(of: panels).lowerBound, columns(of: panels).count)
    if let bias {
      for row in 0..<a.rows {
        Element.axpby(c + row * strideC + first, 1, bias + first, beta, count)
      }
    }
    let product = MatrixProduct(
      a.isTransposed ? .transposedA : .plain,
      rows: a.rows,
      columns: count,
      inner: inner,
      strideA: a.stride,
      strideB: columns,
      strideC: strideC
    )
    Element.multiply(product, 1, a.start, b + first, bias == nil ? beta : 1, c + first)
  }

  package mutating func pack(
    _ b: UnsafePointer<Element>,
    stride: Int,
    isTransposed: Bool,
    on pool: ComputePool
  ) {
    let (inner, columns, product, panels, matrix) = (inner, columns, product, panels, self)
    let shards = RowShards(rows: panels, cost: inner * width)
    storage.write { packed in
      // SAFETY: shards write the panels, or without a kernel the columns, that are their own.
      pool.run(shards: shards.count) { shard in
        let panels = shards[shard]
        if let product {
          product.pack(packed, b, stride, isTransposed, inner, columns, panels)
        } else {
          for column in matrix.columns(of: panels) {
            for row in 0..<inner {
              packed[row * columns + column] =
                isTransposed ? b[column * stride + row] : b[row * stride + column]
            }
          }
        }
      }
    }
  }
}

extension ComputePool {
  /// Packs the right operand of products.
  ///
  /// - Parameters:
  ///   - b: The matrix.
  ///   - stride: From one stored row to the next.
  ///   - isTransposed: Whether it is stored as columns x inner.
  ///   - inner: The dimension that products sum over.
  ///   - columns: The columns of products.
  /// - Returns: A copy, which later changes of the matrix do not reach.
  public func pack<Element: TensorElement>(
    _ b: UnsafePointer<Element>,
    stride: Int,
    isTransposed: Bool = false,
    inner: Int,
    columns: Int
  ) -> PackedMatrix<Element> {
    var matrix = PackedMatrix(
      inner: inner,
      columns: columns,
      product: product(of: Element.self),
      memory: memory
    )
    matrix.pack(b, stride: stride, isTransposed: isTransposed, on: self)
    return matrix
  }

  /// C = bias + A B + beta C in parallel; C is not read where beta is 0.
  ///
  /// - Parameters:
  ///   - a: The rows.
  ///   - b: The packed matrix.
  ///   - bias: A number for each column.
  ///   - beta: 0 or 1.
  ///   - c: The first number of the result.
  ///   - strideC: From one row of C to the next; nil where they lie together.
  public func multiply<Element: TensorElement>(
    _ a: LeftOperand<Element>,
    _ b: PackedMatrix<Element>,
    bias: UnsafePointer<Element>? = nil,
    beta: Element,
    _ c: UnsafeMutablePointer<Element>,
    strideC: Int? = nil
  ) {
    let strideC = strideC ?? b.columns
    let grid = ProductGrid(rows: a.rows, panels: b.panels, inner: b.inner, width: b.width)
    // SAFETY: blocks of C do not overlap.
    run(shards: grid.down * grid.across) { shard in
      let (down, across) = (shard / grid.across, shard % grid.across)
      let rows = a.rows * down / grid.down..<a.rows * (down + 1) / grid.down
      let panels = b.panels * across / grid.across..<b.panels * (across + 1) / grid.across
      let line = c + rows.lowerBound * strideC
      b.multiply(a.rows(rows), panels: panels, bias: bias, beta: beta, line, strideC: strideC)
    }
  }
}

/// How a product with a packed matrix is cut into shards.
///
/// A shard of few rows would read all of B for little work, one of few panels pack all rows for little.
struct ProductGrid {
  let down: Int
  let across: Int

  init(rows: Int, panels: Int, inner: Int, width: Int) {
    let operations = 2.0 * Double(rows) * Double(panels * width) * Double(inner)
    let wanted = max(Int(min(operations / Self.operationsPerShard, Self.mostShards)), 1)
    down = max(min(wanted, rows / Self.leastRows), 1)
    across = max(min(wanted / down, panels), 1)
  }

  private static let operationsPerShard = 2e6
  private static let mostShards = 16.0
  private static let leastRows = 96
}
