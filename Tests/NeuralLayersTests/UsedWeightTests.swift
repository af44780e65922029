import NeuralLayers
import TensorCore
import Testing

struct UsedWeightTests {
  private let ids = tokens(6, below: 7, 1)
  private let targets = tokens(6, below: 7, 2)
  private let rows = RowPlacement(.timeMajor, batch: 2, times: 3)

  /// Loss, and gradients, of a tied embedding and head.
  private func run(_ tape: Tape<Double>, _ tied: Parameter<Double>) -> Double {
    let x = tape.embedding(ids, table: tied, rows: rows)
    let loss = tape.crossEntropy(x, weight: tied, targets: targets, scale: 1)
    tape.backward()
    return loss.total
  }

  @Test func `tied weights are derived once, and pulled back once`() throws {
    let (own, scaled) = (tensor([7, 4], 3) as Tensor<Double>, 1.5)
    let (seen, plain) = (
      Parameter("seen", own),
      Parameter("plain", Tensor(own.elements.map { 1.5 * $0 }, shape: [7, 4]))
    )
    let law = ScaledWeight(factor: scaled)
    let tape = Tape<Double>(pool: pools[0])
    tape.see(seen, through: law)
    #expect(run(tape, seen) == run(Tape(pool: pools[0]), plain))
    #expect(law.count.uses == 1 && law.count.pullBacks == 1)
    let expected = try #require(plain.gradient.tensor).elements.map { 1.5 * $0 }
    #expect(seen.gradient.tensor?.elements == expected)
    #expect(seen.value.elements == own.elements)
  }

  @Test func `laws hold on their tape only, and without gradients too`() {
    let tied = Parameter<Double>("tied", tensor([7, 4], 3))
    let plain = run(Tape(pool: pools[0], isRecording: false), tied)
    let tape = Tape<Double>(pool: pools[0], isRecording: false)
    let law = ScaledWeight(factor: 1.5)
    tape.see(tied, through: law)
    #expect(run(tape, tied) != plain)
    #expect(tied.gradient.tensor == nil && law.count.pullBacks == 0)
    #expect(run(Tape(pool: pools[0], isRecording: false), tied) == plain)
  }

  @Test func `a law of factor 1 leaves all bits`() {
    let (plain, seen) = (
      Parameter<Double>("tied", tensor([7, 4], 3)), Parameter<Double>("tied", tensor([7, 4], 3))
    )
    let tape = Tape<Double>(pool: pools[0])
    tape.see(seen, through: ScaledWeight(factor: 1))
    #expect(run(tape, seen) == run(Tape(pool: pools[0]), plain))
    #expect(seen.gradient.tensor?.elements == plain.gradient.tensor?.elements)
  }
}
