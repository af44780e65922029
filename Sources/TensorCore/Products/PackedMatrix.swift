// Procedure: the right operand of a product, laid out once as the kernel reads it, so that any
//   number of products share the work: weights over the times of a window, the head over chunks of
//   rows. Where the processor has no kernel, the matrix is copied as it is and BLAS packs it at
//   each product.
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

  /// C += A B on the calling thread, for some panels.
  ///
  /// - Parameters:
  ///   - a: Rows of ``inner`` numbers each.
  ///   - rows: How many.
  ///   - strideA: From one row of A to the next.
  ///   - panels: Which columns are computed; nil for all.
  ///   - c: The first number of the whole result.
  ///   - strideC: From one row of C to the next.
  public func multiply(
    _ a: UnsafePointer<Element>,
    rows: Int,
    strideA: Int,
    panels: Range<Int>? = nil,
    _ c: UnsafeMutablePointer<Element>,
    strideC: Int
  ) {
    let panels = panels ?? 0..<self.panels
    guard rows > 0 && !panels.isEmpty else { return }
    storage.read { packed in
      if let product {
        let (first, end) = (panels.lowerBound, panels.upperBound)
        product.multiply(a, strideA, rows, inner, packed, columns, first, end, c, strideC)
        return
      }
      let range = columns(of: panels)
      let shape = MatrixProduct(
        .plain,
        rows: rows,
        columns: range.count,
        inner: inner,
        strideA: strideA,
        strideB: columns,
        strideC: strideC
      )
      Element.multiply(shape, 1, a, packed + range.lowerBound, 1, c + range.lowerBound)
    }
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
          let (first, end) = (panels.lowerBound, panels.upperBound)
          product.pack(packed, b, stride, isTransposed ? 1 : 0, inner, columns, first, end)
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
}
