import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

struct ActivationDropoutTests {
  let tape = Tape<Float>(pool: pools[1])
  static let key = NoiseKey(seed: 11, epoch: 2, site: .dropout)

  private func ones(_ rows: RowPlacement, columns: Int) -> Variable<Float> {
    let shape = rows.shape(columns: columns)
    return tape.input(Tensor(Array(repeating: 1, count: shape.reduce(1, *)), shape: shape))
  }

  @Test(arguments: [0.001, 0.1, 0.5, 0.65, 0.999])
  func `the rate is exact`(rate: Double) throws {
    let rows = RowPlacement(.timeMajor, batch: 20, times: 35)
    let noise = ActivationDropout(try #require(DropoutRate(rate)), key: Self.key)
    let y = tape.dropout(ones(rows, columns: 650), noise, rows: rows).value.elements
    let dropped = y.count { $0 == 0 }
    #expect(isPlausible(successes: dropped, of: y.count, probability: rate))
    #expect(y.allSatisfy { $0 == 0 || $0 == Float(1 / (1 - rate)) })
  }

  @Test(arguments: [RowPlacement.Order.timeMajor, .batchMajor])
  func `each mask is that of its item and time`(order: RowPlacement.Order) throws {
    let rows = RowPlacement(order, batch: 3, times: 4, firstItem: 1 << 33, firstTime: 70)
    let noise = ActivationDropout(try #require(DropoutRate(0.5)), key: Self.key)
    let y = tape.dropout(ones(rows, columns: 9), noise, rows: rows).value.elements
    for row in 0..<12 {
      let (time, sequence) = order == .timeMajor ? (row / 3, row % 3) : (row % 4, row / 4)
      var stream = RandomStream(
        key: Self.key,
        item: 1 << 33 + UInt64(sequence),
        position: 70 + UInt64(time)
      )
      for column in 0..<9 {
        #expect(y[row * 9 + column] == (stream.happens(BernoulliThreshold(0.5)) ? 0 : 2))
      }
    }
  }

  @Test func `rate 0 is the input itself, rate 1 is nothing`() throws {
    let rows = RowPlacement(.batchMajor, batch: 2, times: 2)
    let x = ones(rows, columns: 5)
    #expect(tape.dropout(x, nil, rows: rows) === x)
    #expect(tape.dropout(x, ActivationDropout(.zero, key: Self.key), rows: rows) === x)
    let all = ActivationDropout(try #require(DropoutRate(1)), key: Self.key)
    #expect(tape.dropout(x, all, rows: rows).value.elements.allSatisfy { $0 == 0 })
  }

  @Test func `an empty batch passes through`() throws {
    let rows = RowPlacement(.timeMajor, batch: 0, times: 4)
    let noise = ActivationDropout(try #require(DropoutRate(0.5)), key: Self.key)
    #expect(tape.dropout(ones(rows, columns: 5), noise, rows: rows).shape == [4, 0, 5])
  }

  /// A whole model with noise in all places: two halves of a batch make the gradient of the whole.
  @Test func `micro-batches leave the masks alone and add up to the big batch`() {
    func gradients(batches: [Range<Int>]) -> [Tensor<Double>] {
      let model = SmallModel<Double>()
      for batch in batches { _ = model.run(sequences: batch, noise: dropout(0.3)) }
      return model.parameters.compactMap(\.gradient.tensor)
    }
    let whole = gradients(batches: [0..<6])
    let halves = gradients(batches: [0..<2, 2..<6])
    #expect(whole.count == SmallModel<Double>().parameters.count && halves.count == whole.count)
    for (whole, halves) in zip(whole, halves) {
      let error = zip(whole.elements, halves.elements).map { abs($0 - $1) }.max() ?? 0
      #expect(error < 1e-13 * Double(whole.count) + 1e-14)
      #expect(whole.elements.contains { abs($0) > 1e-6 })
    }
  }
}
