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

struct TrainingRunTests {
  @Test(arguments: TrainingSamples.shapes.indices, ["windows", "contiguous", "documents", "grid"])
  func `1, 2 and 8 threads give the same bits after 20 steps, all noise on`(
    shape: Int,
    rows: String
  ) throws {
    let runs = try pools.map { pool in
      let model = TrainingSamples.model(TrainingSamples.shapes[shape])
      let run = try TrainingRun(
        model,
        on: try TrainingSamples.noisyStream(rows),
        recipe: TrainingSamples.recipe(steps: 20),
        pool: pool
      )
      return (steps: try run.advance(20), bits: model.bits, end: try run.next())
    }
    #expect(runs[0].steps.count == 20 && runs[0].end == nil)
    #expect(runs[0].steps == runs[1].steps && runs[0].steps == runs[2].steps)
    #expect(runs[0].bits == runs[1].bits && runs[0].bits == runs[2].bits)
    #expect(runs[0].steps.allSatisfy { $0.nats.isFinite && !$0.isSkipped && $0.bytes > 0 })
    #expect(runs[0].steps[19].loss < runs[0].steps[0].loss)
  }

  @Test(arguments: TrainingSamples.shapes.indices)
  func `micro-batches add up to the whole batch, dropout on`(shape: Int) throws {
    let losses = try [1, 2, 3, 6].map { parts in
      let model = TrainingSamples.model(TrainingSamples.shapes[shape], of: Double.self)
      var recipe = TrainingSamples.recipe(steps: 8, rule: .sgd)
      recipe.accumulation = parts
      // Rows of documents differ in their number of targets, so parts weigh differently.
      let rows = shape == 0 ? "contiguous" : "documents"
      let stream = try TrainingSamples.noisyStream(rows)
      let run = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[1])
      return (steps: try run.advance(8), values: model.parameters.map(\.value.elements))
    }
    for other in losses.dropFirst() {
      for (own, whole) in zip(other.steps, losses[0].steps) {
        #expect(abs(own.nats - whole.nats) < 1e-9 * whole.nats)
        #expect(abs(own.gradientNorm - whole.gradientNorm) < 1e-9 * whole.gradientNorm)
      }
      for (own, whole) in zip(other.values, losses[0].values) {
        #expect(zip(own, whole).allSatisfy { abs($0 - $1) < 1e-11 })
      }
    }
  }

  @Test(arguments: TrainingSamples.shapes.indices)
  func `a run learns a small text by heart`(shape: Int) throws {
    let model = TrainingSamples.model(TrainingSamples.shapes[shape])
    var recipe = TrainingSamples.recipe(steps: 800)
    (recipe.noise, recipe.weightDecay) = (ModelNoiseRates(), 0)
    recipe.learningRate = LearningRate(0.03, schedule: .cosine(floor: 0.002))
    let text = DocumentStore([Array("the island is the thing and the ünder".utf8)])
    let stream = try TrainingSamples.stream("documents", store: text)
    let run = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[1])
    let steps = try run.advance(800)
    #expect(steps[0].loss > 5 && steps[799].loss < 0.05, "\(steps[799].loss)")
  }

  @Test func `packed documents that are kept apart do not see one another`() throws {
    let stream = try TrainingSamples.stream("packed")
    let batch = try stream.batch(step: 0)
    func nats(apart: Bool) throws -> Double {
      guard case .transformer(var shape) = TrainingSamples.shapes[3] else { return 0 }
      shape.separatesDocuments = apart
      var recipe = TrainingSamples.recipe(steps: 1)
      recipe.noise = ModelNoiseRates()
      let model = TrainingSamples.model(.transformer(shape), of: Double.self)
      return try TrainingRun(model, on: stream, recipe: recipe, pool: pools[0]).advance(1)[0].nats
    }
    let model = TrainingSamples.model(TrainingSamples.shapes[3], of: Double.self)
    // A document begins with the separator before it; a part of one has none, and what it would be
    // predicted from is another document's.
    let separator = TrainingSamples.separator.rawValue
    var targets = batch.targets
    let starts = batch.inputs.indices.filter { place in
      if place % batch.length == 0 || batch.inputs[place] == separator { return true }
      let isNew = batch.documents[place] != batch.documents[place - 1]
      if isNew && batch.inputs[place - 1] != separator { targets[place - 1] = -1 }
      return isNew && batch.inputs[place - 1] != separator
    }
    let bounds = starts + [batch.inputs.count]
    let expected = zip(bounds, bounds.dropFirst()).reduce(0.0) { sum, bound in
      let window = TokenWindow(
        batch.inputs[bound.0..<bound.1].map { Int32($0) },
        targets: Array(targets[bound.0..<bound.1]),
        batch: 1
      )
      var state = model.start(batch: 1)
      let tape = Tape<Double>(pool: pools[0], isRecording: false)
      return sum + model.loss(window, state: &state, on: tape).total
    }
    let (own, mixed) = (try nats(apart: true), try nats(apart: false))
    #expect(bounds.count > batch.rows + 2 && abs(own - expected) < 1e-9 && abs(own - mixed) > 1e-6)
  }

  @Test func `clipping bounds the update, and the norm that is told is the one before`() throws {
    func change(_ clip: Double?) throws -> (norm: Double, moved: Double) {
      let model = TrainingSamples.model(TrainingSamples.shapes[0], of: Double.self)
      let before = model.parameters.flatMap(\.value.elements)
      var recipe = TrainingSamples.recipe(steps: 1, rule: .sgd)
      (recipe.clip, recipe.weightDecay, recipe.learningRate) = (clip, 0, LearningRate(1))
      let stream = try TrainingSamples.stream("windows")
      let run = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[0])
      let norm = try run.advance(1)[0].gradientNorm
      let after = model.parameters.flatMap(\.value.elements)
      return (
        norm, zip(after, before).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      )
    }
    let free = try change(nil)
    #expect(abs(free.moved - free.norm) < 1e-9)
    let bounded = try change(free.norm / 10)
    #expect(bounded.norm == free.norm && abs(bounded.moved - free.norm / 10) < 1e-5 * free.norm)
    let wide = try change(free.norm * 10)
    #expect(wide.moved == free.moved)
  }

  /// The embedding of one token is not a number: a step that meets it must leave no trace.
  @Test(arguments: ["windows", "contiguous"])
  func `a step whose loss is not a number is skipped`(rows: String) throws {
    let poison = 7
    func store() -> DocumentStore {
      DocumentStore(
        (0..<40).map { number in
          Array((number % 20 == 9 ? "the \u{7} and" : "the island is the thing").utf8)
        }
      )
    }
    let model = TrainingSamples.model(TrainingSamples.shapes[0])
    let table = try #require(model.parameter("embedding.weight"))
    var values = table.value.elements
    for column in 0..<24 { values[poison * 24 + column] = .nan }
    table.value = Tensor(values, shape: table.shape)
    let stream = try TrainingSamples.stream(rows, store: store())
    var recipe = TrainingSamples.recipe(steps: 3 * stream.stepCount(epoch: 0))
    recipe.weightDecay = 0
    let run = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[1])
    var skipped = 0
    var before = model.bits
    while let step = try run.next() {
      let batch = try #require(stream.address(ofStep: step.step))
      let inputs = try stream.batch(epoch: batch.epoch, step: batch.step).inputs
      #expect(step.isSkipped == inputs.contains(UInt32(poison)))
      #expect(step.isSkipped == !step.nats.isFinite)
      let after = model.bits
      #expect((after == before) == step.isSkipped)
      before = after
      skipped += step.isSkipped ? 1 : 0
    }
    #expect(skipped > 0 && skipped < recipe.steps && run.skippedSteps == skipped)
  }

  @Test func `a run that has diverged ends with a sentence`() throws {
    let model = TrainingSamples.model(TrainingSamples.shapes[2])
    var recipe = TrainingSamples.recipe(steps: 1000, rule: .sgd)
    (recipe.learningRate, recipe.clip) = (LearningRate(1e30), nil)
    let run = try TrainingRun(
      model,
      on: try TrainingSamples.stream("windows"),
      recipe: recipe,
      pool: pools[0]
    )
    let error = #expect(throws: InvalidData.self) { try run.advance(1000) }
    #expect(error?.message.contains("lower the learning rate") == true)
    #expect(run.skippedSteps == 20)
  }

  @Test func `batches that do not fit the model are refused`() throws {
    func refuse(_ part: String, _ body: () throws -> Void) {
      let error = #expect(throws: InvalidData.self, performing: body)
      #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }
    let recipe = TrainingSamples.recipe(steps: 3)
    let small = TrainingSamples.model(
      .transformer(
        TransformerConfiguration(vocabulary: 403, columns: 8, layers: 1, heads: 1, context: 19)
      )
    )
    refuse("rows of 20 tokens are longer than the model's context of 19") {
      let stream = try TrainingSamples.stream("windows")
      _ = try TrainingRun(small, on: stream, recipe: recipe, pool: pools[0])
    }
    let model = TrainingSamples.model(TrainingSamples.shapes[0])
    refuse("objective: these models find the next token") {
      let stream = try TrainingSamples.stream("windows", more: #", "objective": "masked""#)
      _ = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[0])
    }
    refuse("not give a single batch") {
      let stream = try TrainingSamples.stream("windows", store: DocumentStore())
      _ = try TrainingRun(model, on: stream, recipe: recipe, pool: pools[0])
    }
    let narrow = TrainingSamples.model(
      .lstm(LSTMConfiguration(vocabulary: 300, columns: 8, layers: 1))
    )
    refuse("the model's vocabulary has 300 tokens") {
      let stream = try TrainingSamples.stream("windows")
      try TrainingRun(narrow, on: stream, recipe: recipe, pool: pools[0]).advance(3)
    }
  }
}
