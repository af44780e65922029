import CTensorKernels
import TensorCore
import Testing

/// The kernels of noise: the same bits from every clone, and what their definitions say.
struct NoiseKernelTests {
  @Test(arguments: KernelCloneTests.counts)
  func `dispatched and plain kernels give the same bits, Float`(n: Int) {
    let (x, y) = (numbers(4 * n, 1, Float.self), numbers(4 * n, 2, Float.self))
    let mask = numbers(2 * n + 40, 3, Double.self).map(\.bitPattern)
    let columns = (0..<n).map { Int32(n - 1 - $0) }
    func all(isPlain: Bool) -> [[UInt32]] {
      var (a, b, c, d, e, f, g, h) = (x, y, x, y, x, x, x, y)
      var (scratch, places, divergence) = (x, [Int32](repeating: 0, count: 5), 0.0)
      (isPlain ? bpd_gather_f32_plain : bpd_gather_f32)(&a, y, columns, 1.5, n)
      (isPlain ? bpd_scatter_f32_plain : bpd_scatter_f32)(&b, x, columns, 1.5, n)
      let masked = isPlain ? bpd_masked_f32_plain : bpd_masked_f32
      masked(&c, y, mask, 3, 1.5, 0, n)
      masked(&d, x, mask, 5, 1.5, 0.5, n)
      _ = (isPlain ? bpd_largest_f32_plain : bpd_largest_f32)(&places, x, 5, n)
      let blur = isPlain ? bpd_blur_f32_plain : bpd_blur_f32
      blur(&e, &f, [1, 0.6, 0.2], 2, 0, n)
      blur(&f, &e, [1, 0.6, 0.2], 2, 1, n)
      let views = isPlain ? bpd_two_views_f32_plain : bpd_two_views_f32
      let nats = n > 0 ? views(&g, &h, &scratch, n / 2, 0.3, 0.7, &divergence, n) : 0
      return [a, b, c, d, e, f, g, h, [Float(nats), Float(divergence)]]
        .map { $0.map(\.bitPattern) } + [places.map { UInt32(bitPattern: $0) }]
    }
    #expect(all(isPlain: false) == all(isPlain: true))
  }

  @Test(arguments: KernelCloneTests.counts)
  func `each does what its definition says`(n: Int) {
    let (x, y) = (numbers(n, 5, Double.self), numbers(n, 6, Double.self))
    let words = numbers(n + 40, 3, Double.self).map(\.bitPattern)
    func isKept(_ bit: Int) -> Bool { words[bit / 64] >> UInt64(bit % 64) & 1 == 1 }
    var out = x
    Double.masked(&out, y, words, first: 3, scale: 2, beta: 0.5, n)
    #expect(out == x.indices.map { 0.5 * x[$0] + (isKept(3 + $0) ? 2 * y[$0] : 0) })
    Double.masked(&out, y, words, first: 1, scale: 2, beta: 0, n)
    #expect(out == x.indices.map { isKept(1 + $0) ? 2 * y[$0] : 0 })
    let columns = (0..<n).filter { isKept($0) }.map { Int32($0) }
    var part = [Double](repeating: 0, count: columns.count)
    Double.gather(&part, x, columns: columns, scale: 3, columns.count)
    #expect(part == columns.map { 3 * x[Int($0)] })
    out = y
    Double.scatter(&out, part, columns: columns, scale: 2, columns.count)
    #expect(out == y.indices.map { isKept($0) ? y[$0] + 2 * (3 * x[$0]) : y[$0] })
    for most in [0, 1, 3, n, n + 2] {
      var places = [Int32](repeating: -1, count: max(most, 1))
      // Many equal numbers: of these the first ones count.
      let coarse = x.map { ($0 * 3).rounded() }
      let found = Double.largest(&places, coarse, most: most, n)
      let sorted = coarse.indices.sorted {
        coarse[$0] > coarse[$1] || coarse[$0] == coarse[$1] && $0 < $1
      }
      #expect(
        found == min(most, n) && places.prefix(found).map { Int($0) } == sorted.prefix(found) + []
      )
    }
    for reach in [0, 1, 2, 5] {
      let weights = (0...reach).map { 1 / Double(1 + $0 * $0) }
      func mean(_ row: [Double], _ j: Int) -> (sum: Double, weight: Double) {
        row.indices.filter { abs($0 - j) <= reach }.reduce((0, 0)) {
          let weight = weights[abs($1 - j)]
          return ($0.0 + weight * row[$1], $0.1 + weight)
        }
      }
      var (blurred, source) = (y, x)
      Double.blur(&blurred, &source, weights: weights, reach: reach, isTransposed: false, n)
      let expected = x.indices.map { mean(x, $0).sum / mean(x, $0).weight }
      #expect(zip(blurred, expected).allSatisfy { abs($0 - $1) < 1e-14 } && source == x)
      // The transposed map is the adjoint: <Bx, y> = <x, B'y>.
      var (gradient, means) = (x, y)
      Double.blur(&gradient, &means, weights: weights, reach: reach, isTransposed: true, n)
      let left = zip(expected, y).reduce(0) { $0 + $1.0 * $1.1 }
      let right = zip(x, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(left - right) < 1e-12 * Double(n + 1))
    }
  }

  @Test func `two views agree with their definition, and their order does not count`() {
    for n in [1, 2, 17, 400] {
      let (x, y) = (numbers(n, 5, Double.self), numbers(n, 6, Double.self))
      func softmax(_ x: [Double]) -> [Double] {
        var (row, all) = (x.map { 9 * $0 }, x)
        Double.exp(&all, row, n)
        let sum = all.reduce(0, +)
        row = all.map { $0 / sum }
        return row
      }
      func views(
        _ x: [Double],
        _ y: [Double],
        scale: Double
      ) -> ([Double], [Double], Double, Double) {
        var (a, b, scratch) = (x.map { 9 * $0 }, y.map { 9 * $0 }, x)
        let result = a.withUnsafeMutableBufferPointer { a in
          b.withUnsafeMutableBufferPointer { b in
            scratch.withUnsafeMutableBufferPointer { scratch in
              guard let a = a.baseAddress, let b = b.baseAddress, let s = scratch.baseAddress else {
                return (nats: 0.0, divergence: 0.0)
              }
              let rows = TwoViewRows(first: a, second: b, scratch: s)
              return Double.twoViews(rows, target: n / 2, scale: scale, weight: 0.6, n)
            }
          }
        }
        return (a, b, result.nats, result.divergence)
      }
      let (p, q) = (softmax(x), softmax(y))
      let logs = zip(p, q).map { (-Self.log($0.0), -Self.log($0.1)) }
      let divergence = zip(zip(p, q), logs).reduce(0.0) {
        $0 + 0.5 * ($1.0.0 - $1.0.1) * ($1.1.1 - $1.1.0)
      }
      let own = views(x, y, scale: 0.3)
      #expect(abs(own.2 - (logs[n / 2].0 + logs[n / 2].1) / 2) < 1e-10)
      #expect(abs(own.3 - divergence) < 1e-10 && own.3 >= -1e-15)
      let swapped = views(y, x, scale: 0.3)
      #expect(swapped.0 == own.1 && swapped.1 == own.0 && swapped.3 == own.3)
      let same = views(x, x, scale: 0.3)
      #expect(same.3 == 0 && same.0 == same.1)
      let plain = views(x, y, scale: 0)
      #expect(zip(plain.0, p).allSatisfy { abs($0 - $1) < 1e-14 } && plain.2 == own.2)
    }
  }

  /// ln by Newton's method on the kernel's exp.
  private static func log(_ x: Double) -> Double {
    var y = 0.0
    for _ in 0..<200 {
      var power = 0.0
      Double.exp(&power, [y], 1)
      y += 2 * (x - power) / (x + power)
    }
    return y
  }
}
