// Procedure: a batch is cut into micro-batches of consecutive rows, all of one size but the last.
//   Each has a window, a state that it carries on, and a tape of its own.
// Complexity: O(rows · length) for a window.
// Determinism: masks are functions of step, row and place, so they do not depend on the cut.

import BytePairEncoding
public import Collation
public import LanguageModels
public import NeuralLayers
public import TensorCore

/// All that the loss of one step is computed from.
public struct StepContext<Element: TensorElement> {
  /// What is trained.
  public let model: any LanguageModel<Element>
  /// The rows of the step.
  public let batch: Batch
  /// The number of the step in the run, from 0.
  public let step: Int
  /// The rates and the key of the dropout inside the model at this step.
  public let noise: ModelNoise
  /// What the sum of nats is multiplied by in the gradient: 1 over the targets of the whole batch.
  public let scale: Double
  /// The number of micro-batches.
  public let partCount: Int

  let pool: ComputePool
  let profile: StepProfile?
  /// The rows of a whole batch, of which the last of an epoch may have fewer.
  let batchSize: Int
  let rowsOfPart: Int
  /// The token between documents.
  let separator: TokenID?
  /// Whether the rows of a step go on where those of the step before ended.
  let carriesState: Bool
  /// What the rows of each micro-batch carry on.
  var states: [ModelState<Element>?]

  /// The rows of a micro-batch.
  ///
  /// - Parameter part: From 0, below ``partCount``.
  /// - Returns: The window, with the items of its rows.
  /// - Throws: ``InvalidData`` for an id that the model does not have.
  public func window(ofPart part: Int) throws -> TokenWindow {
    let first = part * rowsOfPart
    let rows = first..<min(first + rowsOfPart, batch.rows)
    return try batch.window(
      rows: rows,
      batchSize: batchSize,
      for: model.configuration,
      separator: separator
    )
  }

  /// Makes a tape.
  ///
  /// - Parameter isRecording: False for what needs no gradient.
  /// - Returns: The tape to compute on.
  public func tape(isRecording: Bool = true) -> Tape<Element> {
    Tape(pool: pool, isRecording: isRecording, profile: profile)
  }

  /// Looks up what the rows of a micro-batch carry on from the step before.
  ///
  /// - Parameters:
  ///   - part: From 0, below ``partCount``.
  ///   - rows: The rows of its window.
  /// - Returns: The state; a new one where nothing is carried on.
  public func state(ofPart part: Int, rows: Int) -> ModelState<Element> {
    states[part] ?? model.start(batch: rows)
  }

  /// Hands a state on to the next step, where rows go on there.
  ///
  /// - Parameters:
  ///   - state: Behind the window.
  ///   - part: The micro-batch, from 0.
  public mutating func carry(_ state: ModelState<Element>, fromPart part: Int) {
    if carriesState { states[part] = state }
  }
}
