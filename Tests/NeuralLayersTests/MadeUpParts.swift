import NeuralLayers
import TensorCore

/// A law that exists in tests only: the used weight is the parameter times a factor.
struct ScaledWeight<Element: TensorElement>: WeightLaw {
  let factor: Element
  let count = Counter()

  final class Counter { var uses = 0, pullBacks = 0 }

  func use(_ own: Tensor<Element>, on pool: ComputePool) -> Tensor<Element> {
    count.uses += 1
    return scaled(own)
  }

  func pullBack(
    _ gradient: Tensor<Element>,
    to parameter: Parameter<Element>,
    on pool: ComputePool
  ) {
    count.pullBacks += 1
    parameter.gradient.add(scaled(gradient), on: pool)
  }

  private func scaled(_ x: Tensor<Element>) -> Tensor<Element> {
    Tensor(x.elements.map { $0 * factor }, shape: x.shape)
  }
}

/// A loss that exists in tests only: half the squared distance of the logits from a one-hot row.
struct HalfSquares<Element: TensorElement>: RowLoss {
  let targets: [Int32]

  var rows: Int { targets.count }

  func isCounted(_ row: Int) -> Bool { targets[row] >= 0 }

  func fault(vocabulary: Int) -> String? { nil }

  func compare(
    _ row: Int,
    _ logits: UnsafeMutablePointer<Element>,
    scale: Element,
    vocabulary: Int
  ) -> Double {
    logits[Int(targets[row])] -= 1
    let squares = Element.squares(UnsafePointer(logits), vocabulary)
    if scale != 0 { Element.axpby(logits, scale, UnsafePointer(logits), 0, vocabulary) }
    return squares / 2
  }
}

/// Losses and laws as operations, with gradients and threads to be tested like those of all others.
func madeUpCases<E: TensorElement>(isLarge: Bool, _: E.Type) -> [OperationCase<E>] {
  let (rows, h, vocabulary) = isLarge ? (333, 70, 3000) : (12, 5, 11)
  let ids = tokens(rows, below: UInt32(vocabulary), 1)
  var targets = tokens(rows, below: UInt32(vocabulary), 2)
  targets[1] = -1
  let wanted = targets
  let placement = RowPlacement(.timeMajor, batch: 1, times: rows)
  func head(_ name: String, _ loss: some RowLoss<E>) -> OperationCase<E> {
    OperationCase(name, inputs: [[rows, h]], parameters: [[vocabulary, h], [vocabulary]]) {
      tape,
      x,
      p in
      let loss = tape.loss(x[0], weight: p[0], bias: p[1], against: loss, scale: 0.125)
      return ([], loss.total * 0.125)
    }
  }
  let shares = (0..<rows).map { row -> [WeightedTargets<E>.Share] in
    row == 2
      ? [] : [.init(ids[row], 0.6), .init(ids[(row + 1) % rows], 0.3), .init(ids[row], 0.4)]
  }
  // Smoothed: most of a row's share lies on its token.
  let dense = Tensor<E>(
    (0..<rows * vocabulary).map {
      Int(ids[$0 / vocabulary]) == $0 % vocabulary ? 0.7 : 0.3 / E(vocabulary)
    },
    shape: [rows, vocabulary]
  )
  return [
    head("a made-up loss", HalfSquares(targets: wanted)),
    head("weighted targets", WeightedTargets(shares)),
    head(
      "dense targets",
      DenseTargets(dense, counted: (0..<rows).map { $0 != 3 })
    ),
    OperationCase("a made-up law of a tied weight", inputs: [], parameters: [[vocabulary, h]]) {
      tape,
      _,
      p in
      tape.see(p[0], through: ScaledWeight(factor: 1.75))
      let x = tape.embedding(ids, table: p[0], rows: placement)
      return ([], tape.crossEntropy(x, weight: p[0], targets: wanted, scale: 0.5).total * 0.5)
    },
    OperationCase(
      "a made-up law of an LSTM's and a linear map's weights",
      inputs: [[4, 3, h]],
      parameters: [[4 * h, h], [4 * h, h], [4 * h], [3, h], [3]]
    ) { tape, x, p in
      for parameter in p { tape.see(parameter, through: ScaledWeight(factor: 0.8)) }
      let state = LSTMState<E>(batch: 3, hidden: h)
      let y = tape.lstm(x[0], inputWeight: p[0], stateWeight: p[1], bias: p[2], state: state)
      return ([tape.linear(y.output, weight: p[3], bias: p[4])], 0)
    },
  ]
}
