import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct ModelTests {
  @Test func `changing a token leaves attention before it bitwise unchanged`() {
    let original: Tensor<Float> = tensor([2, 150, 36], 1)
    let tape = Tape<Float>(pool: pools[1], isRecording: false)
    let before = tape.attention(tape.input(original), heads: 3).value.elements
    for time in [0, 1, 63, 64, 100, 149] {
      var changed = original
      changed.write { qkv in
        for column in 0..<36 { qkv[time * 36 + column] += 0.5 }
      }
      let after = tape.attention(tape.input(changed), heads: 3).value.elements
      let start = time * 12
      #expect(before[..<start].map(\.bitPattern) == after[..<start].map(\.bitPattern))
      #expect(before[start..<start + 12] != after[start..<start + 12])
      #expect(before[(150 * 12)...] == after[(150 * 12)...])
    }
  }

  @Test func `changing an input leaves the LSTM before it bitwise unchanged`() {
    let layer = LSTM<Float>(
      "lstm",
      from: 10,
      hidden: 20,
      initializer: .uniform(bound: 0.5),
      key: NoiseKey(seed: 1, site: .initialization)
    )
    let original: Tensor<Float> = tensor([12, 18, 10], 2)
    func outputs(_ x: Tensor<Float>) -> [Float] {
      let tape = Tape<Float>(pool: pools[1], isRecording: false)
      var state = layer.start(batch: 18)
      return layer(tape.input(x), state: &state, on: tape).value.elements
    }
    let before = outputs(original)
    for time in [0, 5, 11] {
      var changed = original
      changed.write { $0[time * 180 + 17] += 1 }
      let after = outputs(changed)
      #expect(before[..<(time * 360)] == after[..<(time * 360)])
      #expect(before[(time * 360)...] != after[(time * 360)...])
    }
  }

  @Test func `a carried state continues the text`() {
    let layer = LSTM<Double>(
      "lstm",
      from: 4,
      hidden: 5,
      initializer: .uniform(bound: 0.5),
      key: NoiseKey(seed: 1, site: .initialization)
    )
    let x: Tensor<Double> = tensor([6, 3, 4], 3)
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    var (whole, parts) = (layer.start(batch: 3), layer.start(batch: 3))
    let all = layer(tape.input(x), state: &whole, on: tape).value.elements
    var pieces: [Double] = []
    for range in [0..<2, 2..<2, 2..<6] {
      let part = Tensor(
        Array(x.elements[range.lowerBound * 12..<range.upperBound * 12]),
        shape: [range.count, 3, 4]
      )
      pieces += layer(tape.input(part), state: &parts, on: tape).value.elements
    }
    #expect(pieces == all && parts.cell.elements == whole.cell.elements)
  }

  @Test func `a tied weight's gradient is the sum of both uses`() throws {
    let ids = tokens(6, below: 7, 1)
    let targets = tokens(6, below: 7, 2)
    let rows = RowPlacement(.timeMajor, batch: 2, times: 3)
    let value: Tensor<Double> = tensor([7, 4], 3)
    func gradients(_ table: Parameter<Double>, _ head: Parameter<Double>) -> [Double]? {
      let tape = Tape<Double>(pool: pools[0])
      let x = tape.embedding(ids, table: table, rows: rows)
      _ = tape.crossEntropy(x, weight: head, targets: targets, scale: 1)
      tape.backward()
      return table.gradient.tensor?.elements
    }
    let tied = Parameter("tied", value)
    let sum = try #require(gradients(tied, tied))
    let (table, head) = (Parameter("table", value), Parameter("head", value))
    let first = try #require(gradients(table, head))
    let second = try #require(head.gradient.tensor?.elements)
    #expect(zip(sum, zip(first, second)).allSatisfy { abs($0 - $1.0 - $1.1) < 1e-13 })
  }

  @Test func `a second pass adds, a cleared gradient starts anew`() throws {
    let model = SmallModel<Double>()
    _ = model.run(sequences: 0..<3)
    let once = model.parameters.compactMap { $0.gradient.tensor?.elements }
    _ = model.run(sequences: 0..<3)
    let twice = model.parameters.compactMap { $0.gradient.tensor?.elements }
    for (once, twice) in zip(once, twice) {
      #expect(zip(once, twice).allSatisfy { abs(2 * $0 - $1) < 1e-12 })
    }
    for parameter in model.parameters { parameter.gradient.clear() }
    #expect(model.parameters.allSatisfy { $0.gradient.tensor == nil })
    _ = model.run(sequences: 0..<3)
    #expect(model.parameters.compactMap { $0.gradient.tensor?.elements } == once)
    let gradient = model.parameters[0].gradient
    gradient.scale(by: 0.5, on: pools[0])
    #expect(gradient.tensor?.elements == once[0].map { $0 / 2 })
  }

  @Test func `a whole model has the same bits for 1, 2 and 8 threads`() {
    let runs = pools.map { pool in
      let model = SmallModel<Float>()
      let result = model.run(sequences: 0..<9, noise: dropout(0.2), pool: pool)
      return [result.last.elements] + model.parameters.compactMap { $0.gradient.tensor?.elements }
    }
    #expect(runs[0] == runs[1] && runs[0] == runs[2])
  }

  @Test func `first values are a function of seed and name`() {
    let key = NoiseKey(seed: 4, site: .initialization)
    let normal = Initializer.normal(deviation: 0.02)
    let first: Parameter<Float> = normal.parameter("a", [300, 100], key: key)
    let again: Parameter<Float> = normal.parameter("a", [300, 100], key: key)
    let other: Parameter<Float> = normal.parameter("b", [300, 100], key: key)
    #expect(first.value.elements == again.value.elements)
    #expect(first.value.elements != other.value.elements)
    let numbers = first.value.elements.map(Double.init)
    let mean = numbers.reduce(0, +) / 30_000
    let variance = numbers.reduce(0) { $0 + $1 * $1 } / 30_000
    // Six standard errors: 0.02 / sqrt(30000), and sqrt(1.9 / 30000) of the variance.
    #expect(abs(mean) < 6 * 0.02 / 173)
    #expect(abs(variance / 0.0004 - 1) < 6 * 0.008)
    let uniform: Parameter<Float> = Initializer.uniform(bound: 0.1).parameter(
      "u",
      [9, 999],
      key: key
    )
    #expect(uniform.value.elements.allSatisfy { abs($0) <= 0.1 })
    #expect(uniform.value.elements.contains { $0 > 0.099 })
    #expect(uniform.value.elements.contains { $0 < -0.099 })
  }

  @Test func `a tape that does not record gives no gradients`() {
    let tape = Tape<Float>(pool: pools[0], isRecording: false)
    let weight = Parameter<Float>("w", tensor([3, 4], 1))
    let x = tape.input(tensor([2, 4], 2), needsGradient: true)
    let y = tape.linear(x, weight: weight)
    _ = tape.crossEntropy(y, weight: Parameter("h", tensor([5, 3], 3)), targets: [1, 2], scale: 1)
    tape.backward()
    #expect(x.gradient == nil && weight.gradient.tensor == nil)
  }

  @Test func `empty batches have empty results`() {
    let tape = Tape<Float>(pool: pools[1])
    let rows = RowPlacement(.timeMajor, batch: 0, times: 3)
    let table = Parameter<Float>("t", tensor([5, 4], 1))
    let x = tape.embedding([], table: table, rows: rows)
    let y = tape.linear(x, weight: Parameter("w", tensor([3, 4], 1)))
    #expect(y.shape == [3, 0, 3])
    let loss = tape.crossEntropy(x, weight: table, targets: [], scale: 1)
    #expect(loss.nats.isEmpty && loss.total == 0 && loss.mean == 0)
    tape.seed(Tensor(zeros: [3, 0, 3]), at: y)
    tape.backward()
    #expect(table.gradient.tensor?.elements == Array(repeating: 0, count: 20))
  }

  @Test func `what does not fit traps`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      let weight = Parameter<Float>("w", Tensor(zeros: [3, 4]))
      _ = tape.linear(tape.input(Tensor(zeros: [2, 5])), weight: weight)
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      let table = Parameter<Float>("t", Tensor(zeros: [3, 4]))
      let rows = RowPlacement(.timeMajor, batch: 1, times: 1)
      _ = tape.embedding([3], table: table, rows: rows)
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      let weight = Parameter<Float>("w", Tensor(zeros: [3, 4]))
      let x = tape.input(Tensor(zeros: [1, 4]))
      _ = tape.crossEntropy(x, weight: weight, targets: [3], scale: 1)
    }
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let tape = Tape<Float>(pool: ComputePool(threads: 1))
      _ = tape.attention(tape.input(Tensor(zeros: [1, 4, 10])), heads: 2)
    }
  }
}
