import Glibc
import TensorCore
import Testing

struct UpdateKernelTests {
  @Test func `SGD is its formula`() {
    let (p, g) = (numbers(100, 1, Double.self), numbers(100, 2, Double.self))
    var q = p
    Double.sgd(&q, g, scale: 0.5, rate: 0.1, decay: 0.01, 100)
    let expected = zip(p, g).map { $0 - 0.1 * (0.5 * $1 + 0.01 * $0) }
    #expect(zip(q, expected).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func `ten steps of AdamW are those of the paper's algorithm`() {
    var p = numbers(100, 1, Double.self)
    var (m, v) = ([Double](repeating: 0, count: 100), [Double](repeating: 0, count: 100))
    var (expected, first, second) = (p, m, v)
    for time in 1...10 {
      let g = numbers(100, UInt64(time), Double.self)
      let step = AdamWStep<Double>(rate: 0.01, decay: 0.1, scale: 0.5, time: time)
      Double.adamW(&p, &m, &v, g, step, 100)
      for index in g.indices {
        let gradient = 0.5 * g[index]
        first[index] = 0.9 * first[index] + 0.1 * gradient
        second[index] = 0.999 * second[index] + 0.001 * gradient * gradient
        let mean = first[index] / (1 - pow(0.9, Double(time)))
        let square = second[index] / (1 - pow(0.999, Double(time)))
        expected[index] -= 0.01 * (mean / (square.squareRoot() + 1e-8) + 0.1 * expected[index])
      }
    }
    #expect(zip(p, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }
}
