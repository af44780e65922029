// Procedure: a step takes the next batch. Its loss accumulates the gradients of the micro-batches,
//   each scaled by 1 over the targets of the whole batch; then the reduction runs, gradients are
//   clipped by their norm, and the optimizer updates the parameters. If the loss or the norm is not
//   finite, parameters, moments and the number of updates stay, and the carried state is reset.
//   Contiguous rows carry a state from step to step, which is reset in each epoch.
// Complexity: three times the operations of the forward pass, and O(parameters).
// Determinism: a function of model, batches and recipe. Results are bitwise identical for any
//   number of threads, and for a run that was stopped after any step and resumed from its
//   checkpoint.

public import Collation
import Diagnostics
import Execution
public import LanguageModels
public import NeuralLayers
import Noise
public import TensorCore

/// A training run, step by step.
public final class TrainingRun<Element: TensorElement> {
  /// The number of consecutive skipped steps that ends a run with an error.
  public static var skipLimit: Int { 20 }

  /// The model being trained.
  public let model: any LanguageModel<Element>
  /// The batches it learns from.
  public let stream: BatchStream
  /// How it is trained.
  public let recipe: TrainingRecipe
  /// The number of completed steps.
  public internal(set) var step = 0
  /// The number of steps skipped because loss or gradients were not finite.
  public internal(set) var skippedSteps = 0

  /// Takes a lap for each operation of each step; nil for no profile.
  public var profile: StepProfile?

  /// Called once per step between the last backward pass and the optimizer; nil for none.
  ///
  /// Several processes that share each batch add up their gradients and nats here.
  public var reduction: Reduction?

  /// Modifies the gradients of the parameters, and the sum of nats.
  public typealias Reduction = (_ of: [Parameter<Element>], _ nats: inout Double) throws -> Void

  let optimizer: Optimizer<Element>
  /// The carried state of each micro-batch, for contiguous rows.
  var states: [ModelState<Element>?]
  /// The epoch of the states.
  var epoch: UInt32 = 0
  /// The batch of the last step, whose digest a checkpoint stores.
  var lastBatch: Batch?
  private let pool: ComputePool
  /// The computation of each step.
  var loss: any StepLoss<Element>
  private var skippedInARow = 0
  private var batches: SlotRing<Batch>?

  /// Creates a run at its first step.
  ///
  /// - Parameters:
  ///   - model: Updated by every step.
  ///   - stream: Causal batches, or masked ones for an encoder.
  ///   - recipe: How to train.
  ///   - loss: The computation of each step; nil for that of the recipe.
  ///   - pool: Runs the computation.
  /// - Throws: ``InvalidData`` if rows are longer than the model's context, if the model cannot
  ///   learn from the batches, or if there are none.
  public init(
    _ model: any LanguageModel<Element>,
    on stream: BatchStream,
    recipe: TrainingRecipe,
    loss: (any StepLoss<Element>)? = nil,
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
    try recipe.check(for: model)
    guard stream.collator.tokenBudget == nil else {
      throw InvalidData("training takes batches of equally many rows: batch_size, not max_tokens")
    }
    guard stream.address(ofStep: 0) != nil else {
      throw InvalidData("these data do not give a single batch")
    }
    self.model = model
    self.stream = stream
    self.recipe = recipe
    self.loss = loss ?? recipe.loss(of: Element.self)
    self.pool = pool
    states = Array(repeating: nil, count: recipe.accumulation)
    optimizer = Optimizer(
      recipe.rule,
      weightDecay: recipe.weightDecay,
      parameters: model.parameters,
      groups: recipe.groups
    )
  }

  /// Runs the next step.
  ///
  /// - Returns: The figures of the step; nil at the end of the run.
  /// - Throws: Any error of making the batch; ``InvalidData`` for an id that the model does not
  ///   have, and after ``skipLimit`` skipped steps in a row.
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

  /// Restarts the batches at the current step.
  func restartBatches() { batches = nil }

  private func train(on batch: Batch) throws -> TrainingStep {
    if batch.epoch != epoch {
      epoch = batch.epoch
      forgetStates()
    }
    let key = NoiseKey(seed: recipe.seed, epoch: batch.epoch, site: .dropout)
    let noise = recipe.noise.noise(atStep: UInt64(step), of: UInt64(recipe.steps), key: key)
    let batch = batch.withoutTargetsOfOtherDocuments(
      for: model.configuration,
      separator: stream.collator.separator
    )
    let targets = batch.targetCount
    let size = stream.collator.batchSize
    let part = (size + recipe.accumulation - 1) / recipe.accumulation
    var context = StepContext(
      model: model,
      batch: batch,
      step: step,
      noise: noise,
      scale: targets > 0 ? 1 / Double(targets) : 0,
      partCount: (batch.rows + part - 1) / part,
      pool: pool,
      profile: profile,
      batchSize: size,
      rowsOfPart: part,
      separator: stream.collator.separator,
      carriesState: stream.collator.rows == .contiguous,
      states: states
    )
    // The context owns the states meanwhile, so that no layer's state is copied.
    forgetStates()
    var nats = try loss.addGradients(of: &context)
    states = context.states
    try reduction?(model.parameters, &nats)
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
