import Glibc
import NeuralLayers
import Noise
import TensorCore
import Testing
import Training

/// AdamW as algorithm 2 of its paper has it, number by number.
private struct LiteralAdamW {
  let beta1 = 0.9
  let beta2 = 0.95
  let epsilon = 1e-8
  var mean: [Double]
  var square: [Double]
  var time = 0

  init(count: Int) {
    mean = Array(repeating: 0, count: count)
    square = mean
  }

  mutating func step(_ values: inout [Double], _ gradient: [Double], rate: Double, decay: Double) {
    time += 1
    for index in values.indices {
      mean[index] = beta1 * mean[index] + (1 - beta1) * gradient[index]
      square[index] = beta2 * square[index] + (1 - beta2) * gradient[index] * gradient[index]
      let corrected = mean[index] / (1 - pow(beta1, Double(time)))
      let root = (square[index] / (1 - pow(beta2, Double(time)))).squareRoot()
      values[index] -= rate * (corrected / (root + epsilon) + decay * values[index])
    }
  }
}

struct OptimizerTests {
  private static func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 0)
    return (0..<count).map { _ in Double(draws.next(below: 2001)) / 1000 - 1 }
  }

  /// Gives a parameter a gradient by the only way there is: a loss whose gradient it is.
  private static func put(_ gradient: [Double], at parameter: Parameter<Double>) {
    // y = x W^T with the unit matrix x gives dW^T = dy.
    let (rows, columns) = (parameter.shape[0], parameter.shape[1])
    let tape = Tape<Double>(pool: pools[0])
    var unit = [Double](repeating: 0, count: columns * columns)
    for index in 0..<columns { unit[index * columns + index] = 1 }
    let y = tape.linear(
      tape.input(Tensor(unit, shape: [columns, columns])),
      weight: parameter,
      bias: nil
    )
    let seed = (0..<columns).flatMap { column in
      (0..<rows).map { gradient[$0 * columns + column] }
    }
    tape.seed(Tensor(seed, shape: [columns, rows]), at: y)
    tape.backward()
  }

  @Test func `AdamW is the paper's, with decay and scale, over many steps`() {
    var values = Self.numbers(35, 1)
    let parameter = Parameter("w", Tensor<Double>(values, shape: [5, 7]))
    let optimizer = Optimizer(
      .adamW(beta1: 0.9, beta2: 0.95),
      weightDecay: 0.1,
      parameters: [parameter]
    )
    var literal = LiteralAdamW(count: 35)
    for step in 0..<50 {
      let gradient = Self.numbers(35, 100 + UInt64(step))
      let rate = 0.01 / Double(step + 1)
      Self.put(gradient, at: parameter)
      let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(optimizer.gradientNorm(on: pools[1]) - norm) < 1e-12)
      optimizer.step(rate: rate, scale: 0.5, on: pools[1])
      literal.step(&values, gradient.map { $0 * 0.5 }, rate: rate, decay: 0.1)
      #expect(optimizer.gradientNorm(on: pools[1]) == 0, "gradients are cleared")
    }
    for (own, expected) in zip(parameter.value.elements, values) {
      #expect(abs(own - expected) < 1e-12)
    }
  }

  @Test func `SGD follows the gradient, and only matrices decay`() {
    let values = Self.numbers(6, 1)
    let matrix = Parameter("w", Tensor<Double>(values, shape: [2, 3]))
    let vector = Parameter("b", Tensor<Double>([1, 2], shape: [2]))
    let optimizer = Optimizer(.sgd, weightDecay: 0.5, parameters: [matrix, vector])
    let gradient = Self.numbers(6, 2)
    Self.put(gradient, at: matrix)
    let tape = Tape<Double>(pool: pools[0])
    let y = tape.linear(
      tape.input(Tensor(zeros: [1, 3])),
      weight: matrix,
      bias: vector
    )
    tape.seed(Tensor([3, 4], shape: [1, 2]), at: y)
    tape.backward()
    optimizer.step(rate: 0.1, scale: 2, on: pools[0])
    for index in 0..<6 {
      let expected = values[index] - 0.1 * (2 * gradient[index] + 0.5 * values[index])
      #expect(abs(matrix.value.elements[index] - expected) < 1e-15)
    }
    #expect(zip(vector.value.elements, [0.4, 1.2]).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func `a parameter without a gradient stays as it is`() {
    let values = Self.numbers(6, 1)
    let parameter = Parameter("w", Tensor<Double>(values, shape: [2, 3]))
    let optimizer = Optimizer(.adamW(), weightDecay: 0.5, parameters: [parameter])
    optimizer.step(rate: 1, on: pools[0])
    #expect(parameter.value.elements == values)
  }
}
