import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing
import Training

/// Encoders learn from masked batches.
struct EncoderTests {
  private static let masked = #", "objective": "masked", "mlm_probability": "0.15""#

  private func run(
    _ rows: String,
    steps: Int = 20,
    pool: ComputePool = pools[1]
  ) throws -> TrainingRun<Float> {
    try TrainingRun(
      TrainingSamples.model(TrainingSamples.encoder),
      on: try TrainingSamples.stream(rows, more: Self.masked),
      recipe: TrainingSamples.recipe(steps: steps),
      pool: pool
    )
  }

  @Test(arguments: ["windows", "documents", "grid"])
  func `1, 2 and 8 threads give the same bits after 20 steps, all noise on`(rows: String) throws {
    let runs = try pools.map { pool in
      let run = try run(rows, pool: pool)
      return (steps: try run.advance(20), bits: run.model.bits)
    }
    #expect(runs[0].steps.count == 20)
    #expect(runs[0].steps == runs[1].steps && runs[0].steps == runs[2].steps)
    #expect(runs[0].bits == runs[1].bits && runs[0].bits == runs[2].bits)
    #expect(runs[0].steps.allSatisfy { $0.nats.isFinite && !$0.isSkipped })
  }

  @Test func `a resume gives the bits of a run without a stop`() throws {
    let folder = try TemporaryFolder()
    let whole = try run("documents")
    let steps = try whole.advance(20)
    let stopped = try run("documents")
    try stopped.advance(7)
    try stopped.checkpoint().write(to: folder["checkpoint"])
    let resumed = try run("documents")
    _ = try resumed.resume(from: Safetensors(reading: folder["checkpoint"]))
    #expect(try resumed.advance(20) == Array(steps[7...]))
    #expect(resumed.model.bits == whole.model.bits)
  }

  @Test func `what is hidden is found better and better, and measured the same each time`() throws {
    let run = try run("windows", steps: 150)
    let text = try TokenStream(
      encoding: TrainingSamples.store(40, seed: 9),
      tokenizer: TrainingSamples.tokenizer(),
      separator: TrainingSamples.separator,
      threads: 1
    )
    func measure() throws -> [Evaluation] {
      try pools.map { try run.model.evaluateMasked(text, collator: run.stream.collator, pool: $0) }
    }
    let before = try measure()
    try run.advance(150)
    let after = try measure()
    #expect(after[0] == after[1] && after[0] == after[2])
    #expect(before[0].tokens == after[0].tokens && before[0].bytes == after[0].bytes)
    // 15 % of the ordinary tokens.
    let share = Double(after[0].tokens) / Double(text.count)
    #expect(share > 0.08 && share < 0.2 && after[0].bytes > 0)
    #expect(after[0].loss < before[0].loss - 0.5, "\(before[0].loss) nats became \(after[0].loss)")
  }

  @Test func `padding is not seen`() throws {
    let stream = try TrainingSamples.stream("documents", more: #", "objective": "masked""#)
    let model = TrainingSamples.model(TrainingSamples.encoder, of: Double.self)
    let run = try TrainingRun(
      model,
      on: stream,
      recipe: {
        var recipe = TrainingSamples.recipe(steps: 1)
        recipe.noise = ModelNoiseRates()
        return recipe
      }(),
      pool: pools[0]
    )
    let batch = try stream.batch(step: 0)
    #expect(Set(batch.lengths).count > 1)
    // Row by row, without its padding.
    let nats = (0..<batch.rows).reduce(0.0) { sum, row in
      let places = row * batch.length..<row * batch.length + batch.lengths[row]
      if places.isEmpty { return sum }
      let window = TokenWindow(
        batch.inputs[places].map { Int32($0) },
        targets: Array(batch.targets[places]),
        batch: 1
      )
      var state = model.start(batch: 1)
      let tape = Tape<Double>(pool: pools[0], isRecording: false)
      return sum + model.loss(window, state: &state, on: tape).total
    }
    let step = try #require(try run.next())
    #expect(abs(step.nats - nats) < 1e-9)
  }

  @Test func `batches of another objective are refused`() throws {
    let recipe = TrainingSamples.recipe(steps: 3)
    let error = #expect(throws: InvalidData.self) {
      try TrainingRun(
        TrainingSamples.model(TrainingSamples.encoder),
        on: try TrainingSamples.stream("windows"),
        recipe: recipe,
        pool: pools[0]
      )
    }
    #expect(error?.description.contains("it must be masked") == true)
  }

  @Test func `documents that are kept apart are measured as if alone`() throws {
    let model = TrainingSamples.model(TrainingSamples.shapes[3], of: Double.self)
    let separator = TrainingSamples.separator
    let store = DocumentStore(["the thing", "is", "and the island"].map { Array($0.utf8) })
    let tokenizer = try TrainingSamples.tokenizer()
    let text = try TokenStream(
      encoding: store,
      tokenizer: tokenizer,
      separator: separator,
      threads: 1
    )
    let whole = try model.evaluate(text, start: separator, pool: pools[0])
    var (ids, bytes): ([UInt32], [UInt32]) = ([], [])
    try text.read(0..<text.count, into: &ids, byteCounts: &bytes)
    // A separator is the last target of a document, and the first input of the next.
    var nats = 0.0
    var inputs = [Int32(separator.rawValue)]
    for id in ids {
      var state = model.start(batch: 1)
      let window = TokenWindow(
        inputs,
        targets: inputs.dropLast().map { _ in -1 } + [Int32(id)],
        batch: 1
      )
      let tape = Tape<Double>(pool: pools[0], isRecording: false)
      nats += model.loss(window, state: &state, on: tape).total
      if Int32(id) == Int32(separator.rawValue) { inputs = [] }
      inputs.append(Int32(id))
    }
    #expect(text.count < 20 && abs(whole.nats - nats) < 1e-9)
  }
}
