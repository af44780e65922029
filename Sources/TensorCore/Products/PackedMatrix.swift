// Procedure: the right operand of a product, laid out once in the order in which the kernel reads
//   it, so that many products share the packing: weights over the times of a window, the head over
//   chunks of rows. If the processor has no kernel, the matrix is copied unchanged and BLAS packs
//   it for each product.
// Complexity: inner * columns numbers, the columns rounded up to a panel.
// Determinism: an element of a product does not depend on how rows and panels are divided.

/// A matrix of inner x columns, packed as the right operand of products.
public struct PackedMatrix<Element: TensorElement>: Sendable {
  /// The dimension that products sum over.
  public let inner: Int
  /// The columns of products.
  public let columns: Int
  /// The number of columns in a panel.
  let width: Int
  /// Nil if BLAS computes the products; the copy is then stored by rows.
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

  /// The number of panels.
  public var panels: Int { (columns + width - 1) / width }

  /// The columns that a range of panels covers.
  ///
  /// - Parameter panels: A range within 0..<``panels``.
  /// - Returns: Columns of the matrix.
  public func columns(of panels: Range<Int>) -> Range<Int> {
    min(panels.lowerBound * width, columns)..<min(panels.upperBound * width, columns)
  }

  /// C += A B on the calling thread, for a range of panels.
  ///
  /// - Parameters:
  ///   - a: Rows of ``inner`` numbers each.
  ///   - rows: The number of rows.
  ///   - strideA: The distance between rows of A, in elements.
  ///   - panels: The panels of columns to compute; nil for all.
  ///   - c: The first number of the whole result.
  ///   - strideC: The distance between rows of C, in elements.
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
      // SAFETY: shards write disjoint panels or, without a kernel, disjoint columns.
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
  ///   - stride: The distance between stored rows, in elements.
  ///   - isTransposed: Whether it is stored as columns x inner.
  ///   - inner: The dimension that products sum over.
  ///   - columns: The columns of products.
  /// - Returns: A copy, which does not follow later changes of the matrix.
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
