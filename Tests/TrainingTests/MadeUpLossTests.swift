import Collation
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import Testing
import Training

/// A loss that no file of the module knows: each batch is seen twice, with half the weight each.
private struct TwoViews: StepLoss {
  var settings: [(key: String, value: String)] { [("views", "2")] }
  /// How often it was computed.
  var tensors: [(name: String, value: Tensor<Float>)] = [
    ("count", Tensor([0], shape: [1]))
  ]

  mutating func addGradients(of step: inout StepContext<Float>) throws -> Double {
    tensors = [("count", Tensor([tensors[0].value.elements[0] + 1], shape: [1]))]
    var nats = 0.0
    for part in 0..<step.partCount {
      let window = try step.window(ofPart: part)
      // Both views begin where the step before ended.
      let start = step.state(ofPart: part, rows: window.batch)
      for noise in [step.noise, ModelNoise(key: step.noise.key)] {
        let tape = step.tape()
        var state = start
        nats +=
          0.5
          * step.model.loss(
            window,
            state: &state,
            noise: noise,
            scale: 0.5 * step.scale,
            on: tape
          ).total
        tape.backward()
        step.carry(state, fromPart: part)
      }
    }
    return nats
  }
}

/// The plain loss as somebody else writes it.
private struct PlainAgain: StepLoss {
  typealias Element = Float
  var plain = PredictionLoss<Float>()

  mutating func addGradients(of step: inout StepContext<Float>) throws -> Double {
    try plain.addGradients(of: &step)
  }
}

struct MadeUpLossTests {
  private static func run(
    _ shape: Int,
    _ rows: String,
    loss: any StepLoss<Float>,
    noisy: Bool = true
  ) throws -> TrainingRun<Float> {
    var recipe = TrainingSamples.recipe(steps: 8)
    if !noisy { recipe.noise = ModelNoiseRates() }
    recipe.accumulation = 2
    return try TrainingRun(
      TrainingSamples.model(TrainingSamples.shapes[shape]),
      on: TrainingSamples.noisyStream(rows),
      recipe: recipe,
      loss: loss,
      pool: pools[1]
    )
  }

  @Test(arguments: [(0, "contiguous"), (2, "windows")])
  func `a loss that wraps the plain one leaves its bits`(shape: Int, rows: String) throws {
    let runs = try [PredictionLoss<Float>(), PlainAgain()].map { (loss: any StepLoss<Float>) in
      try Self.run(shape, rows, loss: loss)
    }
    for run in runs { try run.advance(8) }
    #expect(runs[0].model.bits == runs[1].model.bits)
    let files = runs.map { $0.checkpoint() }
    #expect(files[0].metadata.map(\.value) == files[1].metadata.map(\.value))
  }

  @Test func `two views of a batch train, are told apart in checkpoints and go on`() throws {
    let whole = try Self.run(2, "windows", loss: TwoViews())
    try whole.advance(8)
    let plain = try Self.run(2, "windows", loss: PredictionLoss<Float>())
    #expect(whole.model.bits != plain.model.bits)

    let part = try Self.run(2, "windows", loss: TwoViews())
    try part.advance(3)
    let file = part.checkpoint()
    #expect(file.tensors.contains { $0.name == "loss.count" })
    #expect(!file.modelPart.tensors.contains { $0.name == "loss.count" })
    let resumed = try Self.run(2, "windows", loss: TwoViews())
    #expect(try resumed.resume(from: file).isEmpty)
    try resumed.advance(5)
    #expect(resumed.model.bits == whole.model.bits)
    let count = resumed.checkpoint().tensors.first { $0.name == "loss.count" }
    #expect(try count?.values(of: Float.self).elements == [8])
    #expect(throws: (any Error).self) { _ = try part.resume(from: plain.checkpoint()) }
  }

  @Test func `two equal views without noise cost what one does`() throws {
    let runs = try [TwoViews(), PlainAgain()].map { (loss: any StepLoss<Float>) in
      try Self.run(0, "contiguous", loss: loss, noisy: false)
    }
    let first = try runs.map { try $0.next()?.loss ?? 0 }
    #expect(abs(first[0] - first[1]) < 1e-5)
  }

  @Test func `the reduction is called once a step with all gradients`() throws {
    let plain = try Self.run(2, "windows", loss: PredictionLoss<Float>())
    let doubled = try Self.run(2, "windows", loss: PredictionLoss<Float>())
    var calls: [Int] = []
    doubled.reduction = { parameters, nats in
      calls.append(parameters.count { $0.gradient.tensor != nil })
      nats *= 2
    }
    let steps = try (plain.advance(3), doubled.advance(3))
    #expect(calls == Array(repeating: doubled.model.parameters.count, count: 3))
    #expect(zip(steps.0, steps.1).allSatisfy { 2 * $0.nats == $1.nats })
    #expect(plain.model.bits == doubled.model.bits)
  }
}
