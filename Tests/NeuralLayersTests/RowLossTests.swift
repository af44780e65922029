import NeuralLayers
import TensorCore
import TestSupport
import Testing

struct RowLossTests {
  private static let (rows, columns, vocabulary) = (9, 4, 37)
  private let targets: [Int32] = tokens(rows, below: UInt32(vocabulary), 4)

  /// Nats, and the gradients of hidden state, weight and bias.
  private func run(_ loss: some RowLoss<Double>) -> (nats: [Double], gradients: [[Double]]) {
    let tape = Tape<Double>(pool: pools[1])
    let hidden = tape.input(tensor([Self.rows, Self.columns], 1), needsGradient: true)
    let weight = Parameter<Double>("w", tensor([Self.vocabulary, Self.columns], 2))
    let bias = Parameter<Double>("b", tensor([Self.vocabulary], 3))
    let cost = tape.loss(hidden, weight: weight, bias: bias, against: loss, scale: 0.5)
    #expect(cost.count == (0..<Self.rows).count { loss.isCounted($0) })
    let gradients = [hidden.gradient?.tensor, weight.gradient.tensor, bias.gradient.tensor]
    return (cost.nats, gradients.map { $0?.elements ?? [] })
  }

  private func agree(_ x: [Double], _ y: [Double]) -> Bool {
    x.count == y.count && !x.isEmpty && zip(x, y).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func `one-hot rows cost what their tokens cost`() {
    var dense = Tensor<Double>(zeros: [Self.rows, Self.vocabulary])
    dense.write { dense in
      for (row, target) in targets.enumerated() { dense[row * Self.vocabulary + Int(target)] = 1 }
    }
    let right = run(TokenTargets(targets))
    let others = [
      run(DenseTargets(dense)), run(WeightedTargets(targets.map { [.init($0, 1)] })),
    ]
    for own in others {
      #expect(agree(own.nats, right.nats))
      for (own, right) in zip(own.gradients, right.gradients) { #expect(agree(own, right)) }
    }
  }

  @Test func `rows without a target cost nothing and have no gradient`() {
    var some = targets
    (some[0], some[5]) = (-1, -1)
    let shares = some.map { $0 < 0 ? [] : [WeightedTargets<Double>.Share($0, 1)] }
    let runs = [run(TokenTargets(some)), run(WeightedTargets(shares))]
    for own in runs {
      #expect(own.nats[0] == 0 && own.nats[5] == 0 && own.nats[1] > 0)
      #expect(own.gradients[0][..<4].allSatisfy { $0 == 0 })
    }
  }

  @Test func `shares are weights`() {
    let mixed = run(WeightedTargets(targets.map { [.init($0, 0.25), .init(3, 0.75)] })).nats
    let (own, third) = (
      run(TokenTargets(targets)).nats, run(TokenTargets(targets.map { _ in 3 })).nats
    )
    #expect(agree(mixed, zip(own, third).map { 0.25 * $0 + 0.75 * $1 }))
  }

  @Test func `targets that do not fit are named`() {
    let wrong = Int32(Self.vocabulary)
    #expect(TokenTargets<Double>([0, wrong]).fault(vocabulary: 37)?.contains("target 37") == true)
    #expect(WeightedTargets<Double>([[.init(-1, 1)]]).fault(vocabulary: 37) != nil)
    #expect(WeightedTargets<Double>([[.init(1, .nan)]]).fault(vocabulary: 37) != nil)
    #expect(DenseTargets<Double>(Tensor(zeros: [2, 5])).fault(vocabulary: 37) != nil)
    #expect(TokenTargets<Double>([-1, 36]).fault(vocabulary: 37) == nil)
  }
}
