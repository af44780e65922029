// Procedure: a batch is cut into micro-batches of consecutive rows, all of one size except the
//   last. Each has a window, a carried state, and a tape of its own.
// Complexity: O(rows · length) for a window.
// Determinism: masks are functions of step, row and place, so they do not depend on the cut.

import BytePairEncoding
public import Collation
public import LanguageModels
public import NeuralLayers
public import TensorCore

/// The input of one step's loss.
public struct StepContext<Element: TensorElement> {
  /// The model being trained.
  public let model: any LanguageModel<Element>
  /// The rows of the step.
  public let batch: Batch
  /// The number of the step in the run, from 0.
  public let step: Int
  /// The rates and the key of the model's dropout at this step.
  public let noise: ModelNoise
  /// The factor of the sum of nats in the gradient: 1 over the targets of the whole batch.
  public let scale: Double
  /// The number of micro-batches.
  public let partCount: Int

  let pool: ComputePool
  let profile: StepProfile?
  /// The number of rows in a whole batch; the last of an epoch may have fewer.
  let batchSize: Int
  let rowsOfPart: Int
  /// The token between documents.
  let separator: TokenID?
  /// Whether the rows of a step go on where those of the step before ended.
  let carriesState: Bool
  /// The carried state of each micro-batch.
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

  /// Creates a tape.
  ///
  /// - Parameter isRecording: False for computations that need no gradient.
  /// - Returns: The tape to compute on.
  public func tape(isRecording: Bool = true) -> Tape<Element> {
    Tape(pool: pool, isRecording: isRecording, profile: profile)
  }

  /// The state that a micro-batch carries over from the step before.
  ///
  /// - Parameters:
  ///   - part: From 0, below ``partCount``.
  ///   - rows: The number of rows of its window.
  /// - Returns: The state; a new one if nothing is carried over.
  public func state(ofPart part: Int, rows: Int) -> ModelState<Element> {
    states[part] ?? model.start(batch: rows)
  }

  /// Passes a state on to the next step, if rows continue there.
  ///
  /// - Parameters:
  ///   - state: The state after the window.
  ///   - part: The micro-batch, from 0.
  public mutating func carry(_ state: ModelState<Element>, fromPart part: Int) {
    if carriesState { states[part] = state }
  }
}
