import CTensorKernels
import Glibc
import TensorCore
import Testing

/// The largest distance of an approximation from the truth, in units of the truth's last place.
private func worstError<Element: TensorElement>(
  _ inputs: [Element],
  _ kernel: (UnsafeMutablePointer<Element>, UnsafePointer<Element>, Int) -> Void,
  _ truth: (Element) -> Double
) -> Double {
  var results = [Element](repeating: 0, count: inputs.count)
  kernel(&results, inputs, inputs.count)
  return zip(inputs, results).map { x, y in
    let exact = truth(x)
    let unit = Double(max(Element(abs(exact)), Element.leastNormalMagnitude).ulp)
    return abs(Double(y) - exact) / unit
  }.max() ?? 0
}

private func grid<Element: TensorElement>(
  _ low: Double,
  _ high: Double,
  _: Element.Type
)
  -> [Element]
{
  let count = 400_003
  return (0...count).map { Element(low + (high - low) * Double($0) / Double(count)) }
    + (0...200).flatMap { exponent -> [Element] in
      let small = Element(scalbn(1.37, -exponent / 2))
      return [small, -small]
    }.filter { $0 >= Element(low) && $0 <= Element(high) }
}

struct KernelAccuracyTests {
  @Test func `exp is within 3 units of the last place`() {
    #expect(worstError(grid(-87, 88.2, Float.self), Float.exp) { exp(Double($0)) } <= 3)
    #expect(worstError(grid(-708, 709.3, Double.self), Double.exp) { exp($0) } <= 3)
  }

  @Test func `the logistic function is within 3 units of the last place`() {
    #expect(
      worstError(grid(-87, 200, Float.self), Float.sigmoid) { 1 / (1 + exp(-Double($0))) } <= 3
    )
    #expect(worstError(grid(-700, 800, Double.self), Double.sigmoid) { 1 / (1 + exp(-$0)) } <= 3)
  }

  @Test func `tanh is within 4 units of the last place`() {
    #expect(worstError(grid(-100, 100, Float.self), Float.tanh) { tanh(Double($0)) } <= 4)
    #expect(worstError(grid(-3, 3, Float.self), Float.tanh) { tanh(Double($0)) } <= 4)
    #expect(worstError(grid(-100, 100, Double.self), Double.tanh) { tanh($0) } <= 4)
    #expect(worstError(grid(-1, 1, Double.self), Double.tanh) { tanh($0) } <= 4)
  }

  @Test func `extremes`() {
    let inputs: [Float] = [-.infinity, -1e30, -88, 0, 89, 1e30, .infinity, .nan]
    var y = [Float](repeating: 7, count: inputs.count)
    Float.exp(&y, inputs, inputs.count)
    #expect(y.dropLast() == [0, 0, 0, 1, .infinity, .infinity, .infinity])
    #expect(y[7].isNaN)
    Float.sigmoid(&y, inputs, inputs.count)
    #expect(y[0] == 0 && y[1] == 0 && y[3] == 0.5 && y[5] == 1 && y[6] == 1 && y[7].isNaN)
    Float.tanh(&y, inputs, inputs.count)
    #expect(y[0] == -1 && y[1] == -1 && y[3] == 0 && y[5] == 1 && y[6] == 1 && y[7].isNaN)
    let wide: [Double] = [-.infinity, -1e300, 0, 1e300, .infinity, .nan]
    var z = [Double](repeating: 7, count: wide.count)
    Double.exp(&z, wide, wide.count)
    #expect(z.dropLast() == [0, 0, 1, .infinity, .infinity] && z[5].isNaN)
    Double.tanh(&z, wide, wide.count)
    #expect(z.dropLast() == [-1, -1, 0, 1, 1] && z[5].isNaN)
  }

  @Test func `an empty row is left alone`() {
    var y: [Float] = [3]
    Float.exp(&y, y, 0)
    #expect(y == [3] && Float.dot(y, y, 0) == 0 && Float.squares(y, 0) == 0)
  }
}
