// Procedure: a step takes the next batch, adds up the gradients of its micro-batches, each scaled by 1
//   over the targets of the whole batch, clips them by their norm, and lets the optimizer go. Where
//   loss or norm is not finite, parameters, moments and the number of updates stay as they are and the
//   carried state begins anew. With contiguous rows the state goes from step to step, and begins anew
//   in each epoch.
// Complexity: three times the operations of the forward pass, and O(parameters).
// Determinism: a function of model, batches and recipe: the same bits for any number of threads, and
//   for a run that was stopped after any step and went on from its checkpoint.

public import Collation
import Diagnostics
import Execution
public import LanguageModels
public import NeuralLayers
import Noise
public import TensorCore

/// What one step of training did.
public struct TrainingStep: Hashable, Sendable {
  /// The number of the step in the run, from 0.
  public let step: Int
  /// The pass over the data.
  public let epoch: UInt32
  /// How many tokens were to be predicted.
  public let targets: Int
  /// The bytes of text that they stand for; 0 where that is not known.
  public let bytes: Int
  /// -ln of the probability of the targets, summed.
  public let nats: Double
  /// The norm of all gradients together, before clipping.
  public let gradientNorm: Double
  /// The learning rate.
  public let learningRate: Double
  /// Whether nothing was changed, because loss or gradients were not finite.
  public let isSkipped: Bool

  /// Nats of a target on average.
  public var loss: Double { targets > 0 ? nats / Double(targets) : 0 }
}

extension ModelConfiguration {
  /// Refuses batches that a model of this kind does not learn from.
  fileprivate func check(_ objective: any Objective) throws {
    let target = isCausal ? TrainingTarget.nextToken : .maskedTokens
    guard type(of: objective).target != target else { return }
    let names = CollationKinds.builtIn.objectives.filter { $0.target == target }.flatMap {
      $0.names
    }
    let front = names.dropLast().joined(separator: ", ")
    let list = front.isEmpty ? names.joined() : "\(front) or \(names[names.count - 1])"
    throw InvalidData(
      place: "objective",
      isCausal
        ? "these models find the next token: it must be \(list)"
        : "an encoder finds tokens that are hidden: it must be \(list)"
    )
  }
}

/// A training run, step by step.
public final class TrainingRun<Element: TensorElement> {
  /// Runs end with an error when this many steps in a row were skipped.
  public static var skipLimit: Int { 20 }

  /// What is trained.
  public let model: any LanguageModel<Element>
  /// What it learns from.
  public let stream: BatchStream
  /// How.
  public let recipe: TrainingRecipe
  /// The number of steps done.
  public internal(set) var step = 0
  /// How many of them were skipped, because loss or gradients were not finite.
  public internal(set) var skippedSteps = 0

  /// Gets a lap for each operation of each step, where somebody asks where the time goes.
  public var profile: StepProfile?

  let optimizer: Optimizer<Element>
  /// What the rows of each micro-batch carry on, for contiguous rows.
  var states: [ModelState<Element>?]
  /// The epoch that the states belong to.
  var epoch: UInt32 = 0
  /// What the last step was trained on, by which a checkpoint knows its data.
  var lastBatch: Batch?
  private let pool: ComputePool
  private var skippedInARow = 0
  private var batches: SlotRing<Batch>?

  /// A run at its first step.
  ///
  /// - Parameters:
  ///   - model: Changed by every step.
  ///   - stream: Causal batches, or masked ones for an encoder.
  ///   - recipe: Everything else.
  ///   - pool: Computes.
  /// - Throws: ``InvalidData`` where rows are longer than the model's context, where the batches are
  ///   not what the model learns from, or where there are none.
  public init(
    _ model: any LanguageModel<Element>,
    on stream: BatchStream,
    recipe: TrainingRecipe,
    pool: ComputePool
  ) throws {
    precondition(recipe.accumulation >= 1, "a batch has at least one part")
    if let context = model.context, stream.collator.longestRow > context {
      throw InvalidData(
        "rows of \(stream.collator.longestRow) tokens are longer than the model's context of "
          + "\(context)"
      )
    }
    try model.configuration.check(stream.collator.objective)
    guard stream.collator.tokenBudget == nil else {
      throw InvalidData("training takes batches of equally many rows: batch_size, not max_tokens")
    }
    guard stream.address(ofStep: 0) != nil else {
      throw InvalidData("these data do not give a single batch")
    }
    self.model = model
    self.stream = stream
    self.recipe = recipe
    self.pool = pool
    states = Array(repeating: nil, count: recipe.accumulation)
    optimizer = Optimizer(
      recipe.rule,
      weightDecay: recipe.weightDecay,
      parameters: model.parameters
    )
  }

  /// Makes the next step.
  ///
  /// - Returns: What it did; nil where the run is at its end.
  /// - Throws: What making the batch throws; ``InvalidData`` for an id that the model does not have,
  ///   and where ``skipLimit`` steps in a row were skipped.
  public func next() throws -> TrainingStep? {
    guard step < recipe.steps else { return nil }
    let ring = batches ?? stream.prefetched(stepsOfRun: step..<recipe.steps)
    batches = ring
    profile?.start()
    guard let batch = try ring.next() else { return nil }
    profile?.lap("waiting for batches")
    let done = try train(on: batch)
    step += 1
    lastBatch = batch
    guard done.isSkipped else {
      skippedInARow = 0
      return done
    }
    skippedSteps += 1
    skippedInARow += 1
    if skippedInARow == Self.skipLimit {
      throw InvalidData(
        place: "step \(done.step)",
        "loss or gradients have not been finite for \(skippedInARow) steps: lower the learning "
          + "rate, or clip gradients at a smaller norm"
      )
    }
    return done
  }

  /// Takes batches from the present step on.
  func restartBatches() { batches = nil }

  private func train(on batch: Batch) throws -> TrainingStep {
    if batch.epoch != epoch {
      epoch = batch.epoch
      forgetStates()
    }
    let key = NoiseKey(seed: recipe.seed, epoch: batch.epoch, site: .dropout)
    let noise = recipe.noise.noise(atStep: UInt64(step), of: UInt64(recipe.steps), key: key)
    let targets = batch.targetCount
    let size = stream.collator.batchSize
    let part = (size + recipe.accumulation - 1) / recipe.accumulation
    var nats = 0.0
    for (index, first) in stride(from: 0, to: batch.rows, by: part).enumerated() {
      let window = try batch.window(
        rows: first..<min(first + part, batch.rows),
        batchSize: size,
        for: model.configuration
      )
      let tape = Tape<Element>(pool: pool, profile: profile)
      var state = states[index] ?? model.start(batch: window.batch)
      nats +=
        model.loss(
          window,
          state: &state,
          noise: noise,
          scale: targets > 0 ? 1 / Double(targets) : 0,
          on: tape
        ).total
      tape.backward()
      if stream.collator.rows == .contiguous { states[index] = state }
    }
    let norm = optimizer.gradientNorm(on: pool)
    let rate = recipe.learningRate.rate(atStep: step, of: recipe.steps)
    profile?.lap("gradient norm")
    let isFinite = nats.isFinite && norm.isFinite
    if isFinite {
      let scale = recipe.clip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
      optimizer.step(rate: rate, scale: scale, on: pool)
    } else {
      optimizer.clear()
      forgetStates()
    }
    profile?.lap("optimizer")
    return TrainingStep(
      step: step,
      epoch: batch.epoch,
      targets: targets,
      bytes: batch.targetByteCount,
      nats: nats,
      gradientNorm: norm,
      learningRate: rate,
      isSkipped: !isFinite
    )
  }

  private func forgetStates() { states = Array(repeating: nil, count: states.count) }
}
