import Noise
import TensorCore
import Testing

/// The definition, with sums in Double.
private func oracle(
  _ product: MatrixProduct,
  _ a: [Double],
  _ b: [Double],
  _ beta: Double,
  _ c: [Double]
) -> [Double] {
  var result = c
  for row in 0..<product.rows {
    for column in 0..<product.columns {
      var sum = 0.0
      for inner in 0..<product.inner {
        let left =
          product.form == .transposedA
          ? a[inner * product.strideA + row] : a[row * product.strideA + inner]
        let right =
          product.form == .transposedB
          ? b[column * product.strideB + inner] : b[inner * product.strideB + column]
        sum += left * right
      }
      let place = row * product.strideC + column
      result[place] = sum + (beta == 0 ? 0 : beta * c[place])
    }
  }
  return result
}

struct MatrixProductTests {
  static let shapes: [(Int, Int, Int)] = [
    (1, 1, 1), (1, 7, 5), (7, 1, 5), (5, 7, 0), (3, 2, 9), (20, 80, 20), (130, 260, 90),
    (9, 1000, 200), (1000, 9, 200), (257, 255, 128),
  ]

  @Test(arguments: shapes, [MatrixProduct.Form.plain, .transposedA, .transposedB])
  func `agrees with the definition`(shape: (Int, Int, Int), form: MatrixProduct.Form) {
    let (rows, columns, inner) = shape
    let widthA = form == .transposedA ? rows : inner
    let widthB = form == .transposedB ? inner : columns
    for padding in [0, 3] {
      let product = MatrixProduct(
        form,
        rows: rows,
        columns: columns,
        inner: inner,
        strideA: widthA + padding,
        strideB: widthB + padding,
        strideC: columns + padding
      )
      let a = numbers((widthA + padding) * max(rows, inner) + 1, 1, Double.self)
      let b = numbers((widthB + padding) * max(columns, inner) + 1, 2, Double.self)
      let c = numbers((columns + padding) * rows, 3, Double.self)
      for beta in [0.0, 1, 0.5] {
        let expected = oracle(product, a, b, beta, c)
        var results: [[Double]] = []
        for pool in pools {
          var result = c
          pool.multiply(product, a, b, beta: beta, &result)
          results.append(result)
        }
        let worst = zip(results[0], expected).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 1e-11)
        #expect(results.allSatisfy { $0.map(\.bitPattern) == results[0].map(\.bitPattern) })
      }
    }
  }

  @Test func `an unread result may hold anything`() {
    var c: [Float] = [.nan, .infinity]
    let product = MatrixProduct(.plain, rows: 1, columns: 2, inner: 1)
    pools[0].multiply(product, [2], [3, 4], beta: 0, &c)
    #expect(c == [6, 8])
  }

  @Test func `float products give the same bits for 1, 2 and 8 threads`() {
    for (rows, columns, inner) in [(20, 800, 200), (400, 800, 200), (100, 10_000, 200)] {
      let a = numbers(rows * inner, 4, Float.self)
      let b = numbers(columns * inner, 5, Float.self)
      let product = MatrixProduct(.transposedB, rows: rows, columns: columns, inner: inner)
      let results = pools.map { pool in
        var c = [Float](repeating: 0, count: rows * columns)
        pool.multiply(product, a, b, beta: 0, &c)
        return c.map(\.bitPattern)
      }
      #expect(results[0] == results[1] && results[0] == results[2])
    }
  }

  @Test func `shards cover the whole in order`() {
    for count in [0, 1, 15, 63, 64, 1000, 1037] {
      for parts in 1...17 {
        let ranges = (0..<parts).map { shardRange(count, parts: parts, index: $0) }
        #expect(ranges.flatMap { Array($0) } == Array(0..<count))
      }
    }
  }
}
