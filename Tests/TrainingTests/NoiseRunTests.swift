import Collation
import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing
import Training

/// Whole runs under each kind of noise that is asked for by name.
struct NoiseRunTests {
  struct Case: Sendable, CustomStringConvertible {
    let shape: Int
    let rates: [(NoisePlace, String)]
    var headSamples = 1
    var consistency = 0.0

    var description: String { rates.map { "\($0.0)=\($0.1)" }.joined(separator: " ") }
  }

  static let cases = [
    Case(shape: 0, rates: [(.locked, "0.4"), (.weights, "0.3:decay:0:0.9")]),
    Case(shape: 0, rates: [(.recurrent, "0.3"), (.head, "0.3")], headSamples: 3),
    Case(shape: 0, rates: [(.cutInputs, "0.5"), (.cutStates, "0.5:late:0.3"), (.cutHead, "0.5")]),
    Case(shape: 1, rates: [(.cutHead, "0:curriculum:0.2:0.3:0.6:0.6"), (.cutInputs, "0.3")]),
    Case(shape: 0, rates: [(.locked, "0.4"), (.cutStates, "0.3")], consistency: 0.5),
    Case(shape: 2, rates: [(.depth, "0.4"), (.path, "0.5:linear:0:1"), (.inner, "0.2")]),
    Case(shape: 2, rates: [(.keys, "0.4"), (.blur, "0.6"), (.cutHead, "0.4")], headSamples: 2),
    Case(shape: 3, rates: [(.depth, "0.3"), (.keys, "0.3"), (.blur, "0.5")], consistency: 1),
  ]

  private static func run(
    _ noise: Case,
    accumulation: Int = 1,
    pool: ComputePool = pools[0],
    isOff: Bool = false
  ) throws -> TrainingRun<Float> {
    var recipe = TrainingSamples.recipe(steps: 10)
    for (place, rate) in noise.rates {
      recipe.noise[place] = isOff ? NoiseRate(.zero) : try #require(NoiseRate(rate))
    }
    if !isOff {
      recipe.noise.settings.headSamples = noise.headSamples
      recipe.consistency = noise.consistency
    }
    recipe.accumulation = accumulation
    return try TrainingRun(
      TrainingSamples.model(TrainingSamples.shapes[noise.shape]),
      on: TrainingSamples.noisyStream(noise.shape < 2 ? "contiguous" : "documents"),
      recipe: recipe,
      pool: pool
    )
  }

  @Test(arguments: cases)
  func `a run resumed at any step ends with the bits of one without a stop`(noise: Case) throws {
    let folder = try TemporaryFolder()
    let whole = try Self.run(noise, accumulation: 2)
    let steps = try whole.advance(10)
    #expect(steps.allSatisfy { $0.nats.isFinite && !$0.isSkipped })
    let stopped = try Self.run(noise, accumulation: 2)
    for stop in 0...10 {
      if stop > 0 { try stopped.advance(1) }
      try stopped.checkpoint().write(to: folder["checkpoint"])
      let resumed = try Self.run(noise, accumulation: 2, pool: pools[stop % 3])
      #expect(try resumed.resume(from: Safetensors(reading: folder["checkpoint"])).isEmpty)
      #expect(try resumed.advance(10) == Array(steps[stop...]))
      #expect(resumed.model.bits == whole.model.bits)
    }
    // Another rate is another run.
    let file = whole.checkpoint()
    #expect(throws: InvalidData.self) {
      try Self.run(noise, accumulation: 2, isOff: true).resume(from: file)
    }
  }

  @Test(arguments: cases)
  func `with its rates at 0 a run is the plain one, bit by bit`(noise: Case) throws {
    let off = try Self.run(noise, isOff: true)
    let plain = try Self.run(Case(shape: noise.shape, rates: []))
    let steps = try (off.advance(3), plain.advance(3))
    #expect(steps.0 == steps.1 && off.model.bits == plain.model.bits)
    let files = [off, plain].map { $0.checkpoint() }
    #expect(files[0].metadata.map(\.value) == files[1].metadata.map(\.value))
    let on = try Self.run(noise)
    try on.advance(3)
    #expect(on.model.bits != plain.model.bits)
  }

  @Test func `blocks that every step leaves out keep values and moments`() throws {
    var recipe = TrainingSamples.recipe(steps: 4)
    recipe.noise[.depth] = NoiseRate(dropoutRate(1))
    let model = TrainingSamples.model(TrainingSamples.shapes[2])
    let before = Dictionary(
      uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.elements) }
    )
    let run = try TrainingRun(
      model,
      on: TrainingSamples.stream("windows"),
      recipe: recipe,
      pool: pools[0]
    )
    try run.advance(4)
    let file = run.checkpoint()
    for parameter in model.parameters {
      let isBlock = parameter.name.hasPrefix("blocks.")
      #expect((parameter.value.elements == before[parameter.name]) == isBlock)
      for moment in ["mean", "square"] {
        let tensor = file.tensors.first { $0.name == "optimizer.\(moment).\(parameter.name)" }
        let values = try tensor?.values(of: Float.self).elements ?? [1]
        #expect(values.allSatisfy { $0 == 0 } == isBlock, "\(parameter.name)")
      }
    }
  }

  @Test func `consistency without noise is the plain run to rounding`() throws {
    func run(_ consistency: Double) throws -> [TrainingStep] {
      var recipe = TrainingSamples.recipe(steps: 5)
      (recipe.noise, recipe.consistency) = (ModelNoiseRates(), consistency)
      return try TrainingRun(
        TrainingSamples.model(TrainingSamples.shapes[2], of: Double.self),
        on: TrainingSamples.stream("windows"),
        recipe: recipe,
        pool: pools[1]
      ).advance(5)
    }
    for (plain, two) in zip(try run(0), try run(0.8)) {
      #expect(abs(plain.nats - two.nats) < 1e-9 * plain.nats)
      #expect(abs(plain.gradientNorm - two.gradientNorm) < 1e-9)
    }
  }

  @Test func `noise that a model does not have, or that excludes each other, is refused`() throws {
    func refuse(_ part: String, _ shape: Int, _ change: (inout TrainingRecipe) -> Void) throws {
      var recipe = TrainingSamples.recipe(steps: 4)
      change(&recipe)
      let stream = try TrainingSamples.stream("windows")
      let error = #expect(throws: InvalidData.self) {
        _ = try TrainingRun(
          TrainingSamples.model(TrainingSamples.shapes[shape]),
          on: stream,
          recipe: recipe,
          pool: pools[0]
        )
      }
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
    let half = NoiseRate(dropoutRate(0.5), schedule: .late(from: 0.5))
    try refuse("no place 'depth' for noise; it has embedding, layers", 0) {
      $0.noise[.depth] = half
    }
    try refuse("no place 'locked'", 2) { $0.noise[.locked] = half }
    try refuse("recurrent and at cut-states exclude", 0) {
      ($0.noise[.recurrent], $0.noise[.cutStates]) = (half, half)
    }
    try refuse("two views exclude", 0) {
      ($0.consistency, $0.noise.settings.headSamples) = (1, 2)
    }
    try refuse("head_samples must lie in 1.0...64.0", 0) { $0.noise.settings.headSamples = 0 }
    try refuse("weight of consistency", 0) { $0.consistency = -1 }
  }
}
