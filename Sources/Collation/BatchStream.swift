// Source: stateless addressing as in Grain's index_shuffle; the order is that of IndexPermutation.
// Procedure: row r of step s is sample s · batchSize + r of the epoch. The epoch's order maps the
//   sample to a window, document or run of text; the sample itself is the item of all noise on the
//   row.
// Complexity: O(1) for the address of a batch, O(rows · length) to make it.
// Determinism: a batch is a pure function of (data, collator, seed, epoch, step, rows).

import Corpora
import Noise
import Tokenization

/// All batches of a run, with random access: any step of any epoch, in any order, on any thread.
public struct BatchStream: Sendable {
  /// How documents become batches.
  public let collator: Collator
  /// The run's seed.
  public let seed: UInt64
  let source: any RowSource

  init(_ source: any RowSource, collator: Collator, seed: UInt64) {
    collator.checkSizes()
    self.source = source
    self.collator = collator
    self.seed = seed
  }

  /// The rows of an epoch.
  func plan(epoch: UInt32) -> any EpochPlan {
    source.plan(Epoch(collator: collator, seed: seed, number: epoch))
  }

  /// How documents were packed; nil for rows of other kinds.
  public var packing: PackedRows? { (source as? BestFitRows)?.packing }

  /// Whether the data know their documents, so that batches name them.
  public var hasDocuments: Bool { source.hasDocuments }

  /// The number of steps of an epoch.
  ///
  /// Epochs can differ with shifted windows, by one step, and in rows of the kind `concatenated`,
  /// whose text is all encoded at the first call.
  public func stepCount(epoch: UInt32) -> Int { plan(epoch: epoch).stepCount }

  /// The number of rows of a step.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below ``stepCount(epoch:)``.
  /// - Returns: At least 1.
  public func rowCount(epoch: UInt32 = 0, step: Int) -> Int {
    var encoder = source.liveText.map { LiveEncoder($0.tokenizer, cacheCapacity: 0) }
    return plan(epoch: epoch).samples(ofStep: step, with: &encoder).count
  }

  /// The epoch of a step of the run, and the step in that epoch, for resuming.
  ///
  /// Complexity: O(epochs) with shifted windows and in rows of the kind `concatenated`, else O(1).
  ///
  /// - Parameter step: From 0.
  /// - Returns: nil where there are no data.
  public func address(ofStep step: Int) -> (epoch: UInt32, step: Int)? {
    precondition(step >= 0, "a step must be at least 0, but is \(step)")
    var epoch: UInt32 = 0
    var rest = step
    if !collator.shiftsWindows && collator.rows != .concatenated {
      let count = stepCount(epoch: 0)
      guard count > 0, let number = UInt32(exactly: step / count) else { return nil }
      return (number, step % count)
    }
    var empty = 0
    while true {
      let count = stepCount(epoch: epoch)
      if rest < count { return (epoch, rest) }
      empty = count == 0 ? empty + 1 : 0
      if empty > 64 || epoch == .max { return nil }
      rest -= count
      epoch += 1
    }
  }

  /// One batch.
  ///
  /// A loop should keep a ``BatchBuilder`` instead.
  ///
  /// - Parameters:
  ///   - epoch: The pass over the data.
  ///   - step: Below ``stepCount(epoch:)``.
  ///   - rows: Which rows of the batch; nil for all.
  /// - Returns: The batch, or the asked rows of it.
  /// - Throws: ``FileError``, ``InvalidData``, ``UnicodeTextError``, from where the data are.
  public func batch(epoch: UInt32 = 0, step: Int, rows: Range<Int>? = nil) throws -> Batch {
    var builder = BatchBuilder(self)
    return try builder.batch(epoch: epoch, step: step, rows: rows)
  }
}
