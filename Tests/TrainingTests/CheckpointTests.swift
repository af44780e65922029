import Collation
import Corpora
import Diagnostics
import LanguageModels
import Noise
import TensorCore
import TestSupport
import Testing
import Training

struct CheckpointTests {
  private static func run(
    _ shape: Int,
    _ rows: String,
    rule: OptimizerRule = .adamW(),
    accumulation: Int = 1,
    pool: ComputePool = pools[0]
  ) throws -> TrainingRun<Float> {
    var recipe = TrainingSamples.recipe(steps: 20, rule: rule)
    recipe.accumulation = accumulation
    return try TrainingRun(
      TrainingSamples.model(TrainingSamples.shapes[shape]),
      on: try TrainingSamples.noisyStream(rows),
      recipe: recipe,
      pool: pool
    )
  }

  @Test(arguments: [
    (0, "contiguous", OptimizerRule.sgd, 1), (0, "contiguous", .adamW(), 2),
    (1, "grid", .adamW(), 1),
    (2, "grid", .adamW(), 1), (2, "windows", .adamW(), 4), (2, "documents", .sgd, 1),
    (3, "packed", .adamW(), 2),
  ])
  func `a resume at any step of 20 gives the bits of a run without a stop, all noise on`(
    shape: Int,
    rows: String,
    rule: OptimizerRule,
    accumulation: Int
  ) throws {
    let folder = try TemporaryFolder()
    let whole = try Self.run(shape, rows, rule: rule, accumulation: accumulation)
    let steps = try whole.advance(20)
    let bits = whole.model.bits
    let stopped = try Self.run(shape, rows, rule: rule, accumulation: accumulation)
    for stop in 0...20 {
      // The stopped run itself goes on, too: writing a checkpoint must not disturb it.
      if stop > 0 { try stopped.advance(1) }
      try stopped.checkpoint().write(to: folder["checkpoint"])
      let resumed = try Self.run(
        shape,
        rows,
        rule: rule,
        accumulation: accumulation,
        pool: pools[stop % 3]
      )
      let warnings = try resumed.resume(from: Safetensors(reading: folder["checkpoint"]))
      #expect(warnings.isEmpty && resumed.step == stop)
      #expect(try resumed.advance(20) == Array(steps[stop...]))
      #expect(resumed.model.bits == bits)
    }
    #expect(stopped.model.bits == bits)
  }

  @Test func `a checkpoint is a model file, too`() throws {
    let folder = try TemporaryFolder()
    let run = try Self.run(2, "windows")
    try run.advance(3)
    try run.checkpoint(metadata: [("best", "1.5")]).write(to: folder["checkpoint"])
    let file = try Safetensors(reading: folder["checkpoint"])
    #expect(file.metadata("best") == "1.5" && file.metadata("checkpoint.noise") == "1")
    #expect(file.metadata("checkpoint.blas") == BLASInfo.current.coreName)
    let model: any LanguageModel<Float> = try file.modelPart.model(of: Float.self)
    #expect(model.bits == run.model.bits)
  }

  @Test func `other BLAS kernels are told`() throws {
    let run = try Self.run(0, "windows")
    var file = run.checkpoint()
    let index = try #require(file.metadata.firstIndex { $0.key == "checkpoint.blas" })
    file.metadata[index].value = "Elbrus"
    let warnings = try run.resume(from: file)
    #expect(warnings.count == 1 && warnings[0].contains("Elbrus"))
  }

  @Test func `a checkpoint of another run is refused, and the run stays as it was`() throws {
    let source = try Self.run(0, "windows")
    try source.advance(2)
    let file = source.checkpoint()
    func refuse(
      _ part: String,
      _ file: Safetensors,
      _ run: TrainingRun<Float>,
      at location: SourceLocation = #_sourceLocation
    ) {
      let before = run.model.bits
      let error = #expect(throws: InvalidData.self, sourceLocation: location) {
        try run.resume(from: file)
      }
      let text = error?.description ?? ""
      #expect(text.contains(part), "\(text)", sourceLocation: location)
      #expect(run.model.bits == before && run.step == 0, sourceLocation: location)
    }
    func changed(_ key: String, _ value: String) throws -> Safetensors {
      var other = file
      let index = try #require(file.metadata.firstIndex { $0.key == key })
      other.metadata[index].value = value
      return other
    }
    let run = try Self.run(0, "windows")
    refuse("model of another shape", file, try Self.run(1, "windows"))
    refuse("model of another shape", file, try Self.run(2, "windows"))
    refuse("this is no checkpoint", run.model.safetensors(), run)
    refuse("has version '2'; 1 was expected", try changed("checkpoint", "2"), run)
    refuse("version 9 of the noise", try changed("checkpoint.noise", "9"), run)
    refuse("step 21 lies behind the last, 20", try changed("checkpoint.step", "21"), run)
    refuse("no whole number", try changed("checkpoint.step", "-1"), run)
    refuse("no whole number", try changed("checkpoint.updates", "many"), run)
    refuse("batch of step 2 is not the one", try changed("checkpoint.step", "3"), run)
    refuse("batch of step 1 is not the one", file, try Self.run(0, "contiguous"))
    refuse("with optimizer 'adamW", file, try Self.run(0, "windows", rule: .sgd))
    refuse("with accumulation '1'", file, try Self.run(0, "windows", accumulation: 2))
    let other = try TrainingRun(
      TrainingSamples.model(TrainingSamples.shapes[0]),
      on: try TrainingSamples.stream("windows", store: TrainingSamples.store(seed: 6)),
      recipe: TrainingSamples.recipe(steps: 20),
      pool: pools[0]
    )
    refuse("batch of step 1 is not the one", file, other)
    let part = file.removing { $0 == "optimizer.square.head.bias" }
    refuse("there is no tensor 'optimizer.square.head.bias'", part, run)
    refuse("there is no tensor 'head.bias'", file.removing { $0 == "head.bias" }, run)
    var reshaped = file.removing { $0 == "optimizer.mean.head.bias" }
    reshaped.append("optimizer.mean.head.bias", Tensor<Float>(zeros: [5]))
    refuse("found the shape [5]", reshaped, run)
  }
}
