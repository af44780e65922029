import NeuralLayers
import TensorCore
import Testing

struct GradientTests {
  static let names = operationCases(isLarge: false, Double.self).map(\.name)

  /// Every element of every input and parameter, by central differences of four points, whose error
  /// is of fourth order.
  @Test(arguments: names)
  func `gradients agree with finite differences`(name: String) throws {
    let cases = operationCases(isLarge: false, Double.self)
    let operation = try #require(cases.first { $0.name == name })
    let (inputs, parameters) = (operation.makeInputs(), operation.makeParameters())
    let analytic = operation.run(inputs, parameters, on: pools[0]).gradients
    #expect(analytic.count == inputs.count + parameters.count)
    for (index, gradient) in analytic.enumerated() {
      let gradient = try #require(gradient)
      var (error, size) = (0.0, 0.0)
      // The first 120 elements, and 80 spread over the rest.
      let step = max((gradient.count - 120) / 80, 1)
      let spread = stride(from: 120, to: gradient.count, by: step)
      for element in Array(0..<min(120, gradient.count)) + Array(spread) {
        func loss(_ difference: Double) -> Double {
          var (inputs, parameters) = (inputs, parameters)
          if index < inputs.count {
            inputs[index].write { $0[element] += difference }
          } else {
            let parameter = parameters[index - inputs.count]
            var value = parameter.value
            value.write { $0[element] += difference }
            parameters[index - inputs.count] = Parameter(parameter.name, value)
          }
          return operation.run(inputs, parameters, on: pools[0], backward: false).loss
        }
        let e = 1e-3
        let near = (loss(e) - loss(-e)) / (2 * e)
        let far = (loss(2 * e) - loss(-2 * e)) / (4 * e)
        let numeric = (4 * near - far) / 3
        let own = gradient.read { $0[element] }
        error += (own - numeric) * (own - numeric)
        size += numeric * numeric
      }
      #expect(size > 0, "the gradient of value \(index) is zero")
      let relative = (error / max(size, 1e-300)).squareRoot()
      #expect(relative < 1e-7, "value \(index): relative error \(relative)")
    }
  }

  /// Extents at which every operation is cut into shards, along a random direction for each value.
  @Test(arguments: names)
  func `sharded gradients agree with finite differences`(name: String) throws {
    let cases = operationCases(isLarge: true, Double.self)
    let operation = try #require(cases.first { $0.name == name })
    let (inputs, parameters) = (operation.makeInputs(), operation.makeParameters())
    let analytic = operation.run(inputs, parameters, on: pools[1]).gradients
    for (index, gradient) in analytic.enumerated() {
      let gradient = try #require(gradient)
      let direction: Tensor<Double> = tensor(gradient.shape, 400 + UInt64(index))
      func loss(_ distance: Double) -> Double {
        var (inputs, parameters) = (inputs, parameters)
        func move(_ value: Tensor<Double>) -> Tensor<Double> {
          let moved = zip(value.elements, direction.elements).map { $0 + distance * $1 }
          return Tensor(moved, shape: value.shape)
        }
        if index < inputs.count {
          inputs[index] = move(inputs[index])
        } else {
          let parameter = parameters[index - inputs.count]
          parameters[index - inputs.count] = Parameter(parameter.name, move(parameter.value))
        }
        return operation.run(inputs, parameters, on: pools[1], backward: false).loss
      }
      let e = 2e-5
      let near = (loss(e) - loss(-e)) / (2 * e)
      let far = (loss(2 * e) - loss(-2 * e)) / (4 * e)
      let numeric = (4 * near - far) / 3
      let own = zip(gradient.elements, direction.elements).reduce(0) { $0 + $1.0 * $1.1 }
      let relative = abs(own - numeric) / abs(numeric)
      #expect(relative < 1e-7, "value \(index): \(own), but by differences \(numeric)")
    }
  }
}

struct ThreadTests {
  @Test(arguments: GradientTests.names)
  func `1, 2 and 8 threads give the same bits, forward and backward`(name: String) throws {
    func check<Element: TensorElement>(_: Element.Type) throws {
      let cases = operationCases(isLarge: true, Element.self)
      let operation = try #require(cases.first { $0.name == name })
      let runs = pools.map {
        operation.run(operation.makeInputs(), operation.makeParameters(), on: $0)
      }
      // Numbers that are equal here have equal bits but for the sign of zero.
      for run in runs.dropFirst() {
        #expect(run.loss == runs[0].loss)
        #expect(run.bits == runs[0].bits)
      }
      #expect(runs[0].bits.allSatisfy { $0.allSatisfy(\.isFinite) })
    }
    try check(Float.self)
    try check(Double.self)
  }
}
