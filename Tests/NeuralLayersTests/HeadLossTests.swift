import Glibc
import NeuralLayers
import TensorCore
import Testing

/// The gradients of the head where its rows do not fit into one chunk.
struct HeadLossTests {
  static let (vocabulary, rows, columns) = (60_000, 80, 2)

  private let hidden: Tensor<Double> = tensor([rows, columns], 1)
  private let weight: Tensor<Double> = tensor([vocabulary, columns], 2)
  private let bias: Tensor<Double> = tensor([vocabulary], 3)
  private let targets = tokens(rows, below: UInt32(vocabulary), 4)

  private struct Gradients {
    var hidden = [Double](repeating: 0, count: rows * columns)
    var weight = [Double](repeating: 0, count: vocabulary * columns)
    var bias = [Double](repeating: 0, count: vocabulary)
  }

  /// By the definition, token by token.
  private func expected(scale: Double) -> Gradients {
    let (h, w, b) = (hidden.elements, weight.elements, bias.elements)
    var result = Gradients()
    for row in 0..<Self.rows {
      let logits = (0..<Self.vocabulary).map {
        h[2 * row] * w[2 * $0] + h[2 * row + 1] * w[2 * $0 + 1] + b[$0]
      }
      let sum = logits.reduce(0) { $0 + exp($1) }
      for token in 0..<Self.vocabulary {
        let hit = token == Int(targets[row]) ? 1.0 : 0
        let slope = scale * (exp(logits[token]) / sum - hit)
        result.bias[token] += slope
        for column in 0..<2 {
          result.hidden[2 * row + column] += slope * w[2 * token + column]
          result.weight[2 * token + column] += slope * h[2 * row + column]
        }
      }
    }
    return result
  }

  private func agree(_ x: [Double]?, _ y: [Double], factor: Double) -> Bool {
    guard let x, x.count == y.count else { return false }
    return zip(x, y).allSatisfy { abs($0 - factor * $1) < 1e-13 }
  }

  @Test func `chunks hand out the gradient of the whole, once for each loss`() {
    let expected = expected(scale: 0.25)
    for losses in 1...2 {
      let tape = Tape<Double>(pool: pools[1])
      let input = tape.input(hidden, needsGradient: true)
      let (table, row) = (Parameter("w", weight), Parameter("b", bias))
      for _ in 0..<losses {
        _ = tape.crossEntropy(input, weight: table, bias: row, targets: targets, scale: 0.25)
      }
      let factor = Double(losses)
      #expect(agree(input.gradient?.tensor?.elements, expected.hidden, factor: factor))
      #expect(agree(table.gradient.tensor?.elements, expected.weight, factor: factor))
      #expect(agree(row.gradient.tensor?.elements, expected.bias, factor: factor))
    }
  }

  @Test func `a logit that is no number makes a loss that is none`() {
    for wrong in [Double.nan, .infinity] {
      var broken = hidden
      broken.write { $0[7] = wrong }
      let tape = Tape<Double>(pool: pools[0])
      let loss = tape.crossEntropy(
        tape.input(broken),
        weight: Parameter("w", weight),
        targets: targets,
        scale: 1
      )
      #expect(loss.nats[3].isNaN && loss.total.isNaN && loss.nats[2].isFinite)
    }
  }
}
