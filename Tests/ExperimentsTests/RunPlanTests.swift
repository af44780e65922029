import Collation
import Corpora
import Experiments
import LanguageModels
import Noise
import TensorCore
import TestSupport
import Testing
import Training

/// A plan that differs from the defaults everywhere.
private func samplePlan() throws -> RunPlan {
  var training = TrainingRecipe(steps: 77)
  training.learningRate = LearningRate(
    0.25,
    warmup: 3,
    schedule: .decay(factor: 0.5, after: 4, every: 2)
  )
  training.noise = ModelNoiseRates(try #require(NoiseRate("0.125:early:0.5")))
  training.clip = nil
  training.noise[.depth] = NoiseRate("0.2:decay:0:0.5") ?? NoiseRate(.zero)
  training.noise[.keys] = NoiseRate("0:curriculum:0.2:0.1:0.6:0.3") ?? NoiseRate(.zero)
  training.noise.settings.hiddenKeys = 3
  (training.noise.settings.hidesHard, training.noise.settings.blurDeviation) = (true, 1.25)
  training.consistency = 0.5
  training.accumulation = 2
  var group = ParameterGroup(["*.bias", "embedding.*"])
  (group.rule, group.rateFactor, group.isFrozen) = (.sgd, 0.5, true)
  training.groups = [group, ParameterGroup(["head.*"])]
  training.seed = .max
  var files = BatchFiles(["a", "b"])
  (files.format, files.unit, files.isStrict, files.index) = (.npy, .block, true, "rows")
  var plan = RunPlan(
    data: .files(files),
    batches: try CollationRecipe(["rows": "grid", "bpe_dropout": "0.1:late:0.5", "shuffle": false]),
    model: .transformer(
      TransformerConfiguration(vocabulary: 9, columns: 8, layers: 1, heads: 2, context: 4).modern
    ),
    training: training
  )
  (plan.tokenizer, plan.initialBound, plan.initialModel) = ("t.json", 0.05, "m.safetensors")
  (plan.validation, plan.evaluateEvery, plan.saveEvery) = ("held", 5, 7)
  return plan
}

struct RunPlanTests {
  @Test func `a plan is written and read again, whatever it says`() throws {
    let plans = [
      try samplePlan(),
      RunPlan(
        data: .random(tokens: 50),
        batches: CollationRecipe(),
        model: .lstm(LSTMConfiguration(vocabulary: 5, columns: 4, layers: 1, isTied: true)),
        training: TrainingRecipe(steps: 3)
      ),
    ]
    for plan in plans {
      let copy = try RunPlan(Array(plan.description.utf8))
      #expect(copy == plan && copy.description == plan.description)
      #expect(copy.training == plan.training && copy.data == plan.data && copy.model == plan.model)
    }
    #expect(plans[0].differences(from: plans[0]).isEmpty)
  }

  @Test func `a changed plan says where it differs`() throws {
    let plan = try samplePlan()
    let other = try plan.changing {
      $0.seed = 3
      $0.training.steps = 100
      $0.batches = try $0.batches.overridden(by: CollationRecipe(["block_size": 64]))
    }
    #expect(other != plan)
    #expect(
      other.differences(from: plan) == ["seed", "batches.block_size", "training.steps"]
    )
  }

  @Test func `a file that is no plan is refused with its place`() throws {
    let text = try samplePlan().description
    for (part, wrong, place) in [
      ("\"plan\": 1", "\"plan\": 2", "plan"),
      ("\"steps\": 77", "\"steps\": \"x\"", "training.steps"),
      ("\"schedule\": \"decay\"", "\"schedule\": \"x\"", "training.learning_rate.schedule"),
      ("\"rows\": \"grid\"", "\"rwos\": \"grid\"", "rwos"),
    ] {
      #expect(text.contains(part))
      let error = #expect(throws: (any Error).self) {
        try RunPlan(Array(text.replacing(part, with: wrong).utf8))
      }
      #expect("\(error.map { "\($0)" } ?? "")".contains(place))
    }
    #expect(throws: (any Error).self) { try RunPlan(Array("[]".utf8)) }
  }

  @Test func `a plan of random tokens trains without files`() throws {
    let plan = RunPlan(
      data: .random(tokens: 500),
      batches: try CollationRecipe(["batch_size": 4, "block_size": 8]),
      model: .lstm(LSTMConfiguration(vocabulary: 300, columns: 8, layers: 1)),
      training: TrainingRecipe(steps: 3)
    )
    let stream = try plan.open(plan.loadTokenizer(), threads: 1).stream
    let run = try plan.run(on: stream, pool: ComputePool(threads: 1))
    var steps = 0
    while let step = try run.next() {
      steps += 1
      #expect(abs(step.loss - 5.7) < 0.3)
    }
    #expect(steps == 3)
  }
}
