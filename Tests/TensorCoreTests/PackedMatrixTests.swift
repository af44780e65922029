import Noise
import TensorCore
import Testing

/// One product with a packed matrix, drawn at random.
private struct RandomProduct<Element: TensorElement> {
  let rows, inner, columns, cut: Int
  let isTransposed: Bool
  let a, b, c: [Element]

  /// Whole numbers where `isExact`, so that no order of sums shows.
  init(seed: UInt64, isExact: Bool) {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
    func numbers(_ count: Int) -> [Element] {
      (0..<count).map { _ in
        isExact
          ? Element(Int(draws.next(below: 9)) - 4)
          : Element(Double(draws.next32()) * 0x1p-31 - 1)
      }
    }
    rows = Int(draws.next(below: 130)) + 1
    inner = Int(draws.next(below: 4) == 0 ? draws.next(below: 600) : draws.next(below: 60))
    columns = Int(draws.next(below: 90)) + 1
    cut = Int(draws.next(below: 8))
    isTransposed = draws.next(below: 2) == 0
    a = numbers(max(rows * inner, 1))
    b = numbers(max(inner * columns, 1))
    c = numbers(rows * columns)
  }

  var expected: [Element] {
    var result = c
    for row in 0..<rows {
      for column in 0..<columns {
        for k in 0..<inner {
          result[row * columns + column] +=
            a[row * inner + k] * b[isTransposed ? column * inner + k : k * columns + column]
        }
      }
    }
    return result
  }

  /// The same by the kernel, in two ranges of panels.
  func result(_ product: PackedProduct<Element>?, on pool: ComputePool) -> [Element] {
    var matrix = PackedMatrix(
      inner: inner,
      columns: columns,
      product: product,
      memory: pool.memory
    )
    matrix.pack(b, stride: isTransposed ? inner : columns, isTransposed: isTransposed, on: pool)
    var result = c
    let cut = min(cut, matrix.panels)
    for panels in [cut..<matrix.panels, 0..<cut] {
      matrix.multiply(
        a,
        rows: rows,
        strideA: inner,
        panels: panels,
        &result,
        strideC: columns
      )
    }
    return result
  }
}

struct PackedMatrixTests {
  private func check<Element: TensorElement>(
    _ products: [PackedProduct<Element>?],
    seeds: Range<UInt64>
  ) {
    for seed in seeds {
      let product = RandomProduct<Element>(seed: seed, isExact: true)
      let expected = product.expected
      for kernel in products {
        #expect(product.result(kernel, on: pools[0]) == expected, "seed \(seed)")
      }
    }
  }

  @Test func `kernels and BLAS agree with the definition, Float`() {
    check([Float.packedProduct, PackedProduct<Float>.wide, nil], seeds: 0..<1500)
  }

  @Test func `kernels and BLAS agree with the definition, Double`() {
    check([Double.packedProduct, nil], seeds: 0..<1000)
  }

  @Test func `the width of the kernel does not show, not even in rounding`() {
    for seed in 0..<500 as Range<UInt64> {
      let product = RandomProduct<Float>(seed: seed, isExact: false)
      let results = [Float.packedProduct, PackedProduct<Float>.wide]
        .map { product.result($0, on: pools[0]).map(\.bitPattern) }
      #expect(results[0] == results[1], "seed \(seed)")
    }
  }

  @Test func `a packed matrix serves many products, and any number of threads pack it`() {
    let (rows, inner, columns) = (300, 400, 1000)
    let (a, b) = (numbers(rows * inner, 1, Float.self), numbers(inner * columns, 2, Float.self))
    let results = pools.map { pool in
      let matrix = pool.pack(b, stride: columns, inner: inner, columns: columns)
      return (0..<2).map { _ in
        var c = [Float](repeating: 0, count: rows * columns)
        matrix.multiply(a, rows: rows, strideA: inner, &c, strideC: columns)
        return c.map(\.bitPattern)
      }
    }
    #expect(Set(results.flatMap { $0 }).count == 1)
  }
}
