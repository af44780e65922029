import Glibc
import NeuralLayers
import TensorCore
import Testing

/// A matrix product with a transposed right side, by its definition.
private func rowsTimes(_ x: [Double], _ weight: [Double], inner: Int) -> [Double] {
  stride(from: 0, to: x.count, by: inner).flatMap { row in
    stride(from: 0, to: weight.count, by: inner).map { out in
      (0..<inner).reduce(0) { $0 + x[row + $1] * weight[out + $1] }
    }
  }
}

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

private func agree(_ x: [Double], _ y: [Double]) -> Bool {
  x.count == y.count && zip(x, y).allSatisfy { abs($0 - $1) < 1e-11 * max(1, abs($1)) }
}

/// Each operation against its definition, written with loops over single numbers.
struct ForwardTests {
  let tape = Tape<Double>(pool: pools[1], isRecording: false)

  @Test(arguments: [(1, 1, 1), (3, 1, 4), (1, 5, 1), (20, 33, 17)])
  func `linear`(n: Int, i: Int, o: Int) {
    let (x, w, b) = (tensor([n, i], 1), tensor([o, i], 2), tensor([o], 3)) as Three
    let (weight, bias) = (Parameter("w", w), Parameter("b", b))
    let plain = tape.linear(tape.input(x), weight: weight, bias: bias).value.elements
    let expected = rowsTimes(x.elements, w.elements, inner: i).enumerated().map {
      $1 + b.elements[$0 % o]
    }
    #expect(agree(plain, expected))
    let gelu = tape.linear(tape.input(x), weight: weight, bias: bias, activation: .gelu)
    let rounded = expected.map {
      0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
    }
    #expect(agree(gelu.value.elements, rounded))
  }

  typealias Three = (Tensor<Double>, Tensor<Double>, Tensor<Double>)

  @Test func `embedding adds the row of its time`() {
    let (table, positions, _) = (tensor([7, 3], 1), tensor([5, 3], 2), tensor([1], 3)) as Three
    for order in [RowPlacement.Order.timeMajor, .batchMajor] {
      let rows = RowPlacement(order, batch: 2, times: 3)
      let ids: [Int32] = [6, 0, 3, 3, 1, 2]
      let y = tape.embedding(
        ids,
        table: Parameter("t", table),
        positions: Parameter("p", positions),
        rows: rows
      )
      #expect(y.shape == (order == .timeMajor ? [3, 2, 3] : [2, 3, 3]))
      let expected = ids.enumerated().flatMap { row, id in
        (0..<3).map { column in
          let time = order == .timeMajor ? row / 2 : row % 3
          return table.elements[Int(id) * 3 + column] + positions.elements[time * 3 + column]
        }
      }
      #expect(agree(y.value.elements, expected))
    }
  }

  /// Vocabularies on both sides of the size of a chunk.
  @Test(arguments: [(1, 1), (7, 3), (2500, 40), (40_000, 70)])
  func `cross-entropy`(vocabulary: Int, rows: Int) {
    let (h, w, b) =
      (tensor([rows, 3], 1), tensor([vocabulary, 3], 2), tensor([vocabulary], 3)) as Three
    var targets = tokens(rows, below: UInt32(vocabulary), 4)
    if rows > 1 { targets[rows / 2] = -1 }
    let loss = tape.crossEntropy(
      tape.input(h),
      weight: Parameter("w", w),
      bias: Parameter("b", b),
      targets: targets,
      scale: 1
    )
    let (logits, bias) = (rowsTimes(h.elements, w.elements, inner: 3), b.elements)
    let expected = targets.enumerated().map { row, target -> Double in
      guard target >= 0 else { return 0 }
      let line = (0..<vocabulary).map { logits[row * vocabulary + $0] + bias[$0] }
      return log(line.reduce(0) { $0 + exp($1) }) - line[Int(target)]
    }
    #expect(agree(loss.nats, expected))
    #expect(loss.total == loss.nats.reduce(0, +))
    #expect(loss.count == (rows > 1 ? rows - 1 : 1))
  }

  @Test(arguments: [(1, 1, 1, 1), (3, 2, 4, 5), (4, 20, 3, 6)])
  func `LSTM`(times: Int, batch: Int, inner: Int, hidden: Int) {
    let (x, w, u) =
      (
        tensor([times, batch, inner], 1), tensor([4 * hidden, inner], 2),
        tensor([4 * hidden, hidden], 3)
      ) as Three
    let bias: Tensor<Double> = tensor([4 * hidden], 4)
    var state = LSTMState<Double>(batch: batch, hidden: hidden)
    (state.hidden, state.cell) = (tensor([batch, hidden], 5), tensor([batch, hidden], 6))
    var (h, c) = (state.hidden.elements, state.cell.elements)
    var outputs: [Double] = []
    for time in 0..<times {
      let size = batch * inner
      let input = Array(x.elements[time * size..<(time + 1) * size])
      let fromInput = rowsTimes(input, w.elements, inner: inner)
      let fromState = rowsTimes(h, u.elements, inner: hidden)
      for row in 0..<batch {
        for unit in 0..<hidden {
          func gate(_ number: Int) -> Double {
            let place = number * hidden + unit
            let index = row * 4 * hidden + place
            return fromInput[index] + fromState[index] + bias.elements[place]
          }
          let cell = row * hidden + unit
          c[cell] = logistic(gate(1)) * c[cell] + logistic(gate(0)) * tanh(gate(2))
          h[cell] = logistic(gate(3)) * tanh(c[cell])
        }
      }
      outputs += h
    }
    let result = tape.lstm(
      tape.input(x),
      inputWeight: Parameter("w", w),
      stateWeight: Parameter("u", u),
      bias: Parameter("b", bias),
      state: state
    )
    #expect(agree(result.output.value.elements, outputs))
    #expect(agree(result.state.hidden.elements, h) && agree(result.state.cell.elements, c))
  }

  @Test(arguments: [(1, 1), (1, 9), (5, 2), (40, 33)])
  func `layer norm`(rows: Int, columns: Int) {
    let (x, gain, bias) =
      (tensor([rows, columns], 1), tensor([columns], 2), tensor([columns], 3)) as Three
    let residual: Tensor<Double> = tensor([rows, columns], 4)
    let result = tape.layerNorm(
      tape.input(x),
      residual: tape.input(residual),
      gain: Parameter("g", gain),
      bias: Parameter("b", bias)
    )
    let sum = zip(x.elements, residual.elements).map(+)
    let expected = (0..<rows).flatMap { row -> [Double] in
      let line = sum[row * columns..<(row + 1) * columns]
      let mean = line.reduce(0, +) / Double(columns)
      let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
      return line.enumerated().map {
        ($1 - mean) / (variance + 1e-5).squareRoot() * gain.elements[$0] + bias.elements[$0]
      }
    }
    #expect(agree(result.sum.value.elements, sum))
    #expect(agree(result.normalized.value.elements, expected))
  }

  @Test(arguments: [(1, 1), (1, 9), (5, 2), (40, 33)])
  func `RMS norm`(rows: Int, columns: Int) {
    let (x, gain, residual) =
      (tensor([rows, columns], 1), tensor([columns], 2), tensor([rows, columns], 4)) as Three
    let result = tape.rmsNorm(
      tape.input(x),
      residual: tape.input(residual),
      gain: Parameter("g", gain)
    )
    let sum = zip(x.elements, residual.elements).map(+)
    let expected = (0..<rows).flatMap { row -> [Double] in
      let line = sum[row * columns..<(row + 1) * columns]
      let square = line.reduce(0) { $0 + $1 * $1 } / Double(columns)
      return line.enumerated().map { $1 / (square + 1e-5).squareRoot() * gain.elements[$0] }
    }
    #expect(agree(result.sum.value.elements, sum))
    #expect(agree(result.normalized.value.elements, expected))
  }

  @Test(arguments: [(1, 1, 1, 2), (2, 5, 2, 6), (3, 40, 4, 16)], [false, true])
  func `rotary positions and norms of heads`(extents: (Int, Int, Int, Int), hasGains: Bool) {
    let (batch, times, heads, width) = extents
    let keyHeads = heads % 2 == 0 ? heads / 2 : heads
    let all = heads + 2 * keyHeads
    let (x, g, h) =
      (tensor([batch, times, all * width], 1), tensor([width], 2), tensor([width], 3)) as Three
    let positions = tokens(batch * times, below: 50, 9)
    let y = tape.rotary(
      tape.input(x),
      heads: heads,
      keyHeads: keyHeads,
      gains: hasGains ? (Parameter("q", g), Parameter("k", h)) : nil,
      table: RotaryTable(width: width, positions: 50),
      positions: positions
    )
    var expected = x.elements
    for row in 0..<batch * times {
      for head in 0..<heads + keyHeads {
        let start = (row * all + head) * width
        var line = Array(expected[start..<start + width])
        if hasGains {
          let square = line.reduce(0) { $0 + $1 * $1 } / Double(width)
          let gain = head < heads ? g.elements : h.elements
          line = zip(line, gain).map { $0 / (square + 1e-5).squareRoot() * $1 }
        }
        for j in 0..<width / 2 {
          let angle = Double(positions[row]) / pow(10_000, Double(2 * j) / Double(width))
          let (a, b) = (line[j], line[j + width / 2])
          expected[start + j] = a * cos(angle) - b * sin(angle)
          expected[start + j + width / 2] = b * cos(angle) + a * sin(angle)
        }
      }
    }
    #expect(agree(y.value.elements, expected))
  }

  @Test(arguments: [(1, 1), (3, 7), (20, 64)])
  func `SwiGLU and squared ReLU`(rows: Int, columns: Int) {
    let x: Tensor<Double> = tensor([rows, 2 * columns], 1)
    let all = x.elements.map { 5 * $0 }
    let input = tape.input(Tensor(all, shape: x.shape))
    let gated = (0..<rows).flatMap { row in
      (0..<columns).map { column in
        let gate = all[2 * row * columns + column]
        return gate * logistic(gate) * all[(2 * row + 1) * columns + column]
      }
    }
    #expect(agree(tape.swiglu(input).value.elements, gated))
    #expect(agree(tape.squaredReLU(input).value.elements, all.map { max($0, 0) * max($0, 0) }))
    let broken = tape.input(Tensor([Double.nan, 1], shape: [1, 2]))
    #expect(tape.swiglu(broken).value.elements[0].isNaN)
    #expect(tape.squaredReLU(broken).value.elements[0].isNaN)
  }

  @Test func `selected rows come in the order given`() {
    let x: Tensor<Double> = tensor([2, 3, 4], 1)
    let y = tape.select(tape.input(x), rows: [5, 0, 5]).value
    let rows = x.elements
    #expect(y.shape == [3, 4] && y.elements == Array(rows[20...] + rows[..<4] + rows[20...]))
    #expect(tape.select(tape.input(x), rows: []).shape == [0, 4])
  }
}
