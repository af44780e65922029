import Noise

/// One pass of a run over the data.
struct Epoch {
  let collator: Collator
  let seed: UInt64
  let number: UInt32

  /// The key of the order of its rows.
  var key: NoiseKey { NoiseKey(seed: seed, epoch: number, site: .shuffle) }

  /// The steps that some rows give.
  func steps(ofSamples samples: Int) -> Int {
    let rounding = collator.keepsPartialBatch ? collator.batchSize - 1 : 0
    return (samples + rounding) / collator.batchSize
  }
}

/// The addresses of rows whose number is known before they are made: step to rows, row to its place
/// in the data.
struct RowOrder {
  let sampleCount: Int
  let stepCount: Int
  private let epoch: Epoch
  private let order: IndexPermutation?

  /// Rows in the epoch's order.
  init(_ epoch: Epoch, samples: Int) {
    self.epoch = epoch
    sampleCount = samples
    stepCount = epoch.steps(ofSamples: samples)
    order =
      epoch.collator.isShuffled ? IndexPermutation(count: UInt64(samples), key: epoch.key) : nil
  }

  /// Full batches of rows in the order of the data.
  init(_ epoch: Epoch, steps: Int) {
    self.epoch = epoch
    sampleCount = steps * epoch.collator.batchSize
    stepCount = steps
    order = nil
  }

  /// Batches that another order makes.
  init(_ epoch: Epoch, samples: Int, steps: Int) {
    self.epoch = epoch
    (sampleCount, stepCount) = (samples, steps)
    order = nil
  }

  func moment(ofStep step: Int) -> NoiseContext {
    NoiseContext(
      seed: epoch.seed,
      epoch: epoch.number,
      step: UInt64(epoch.number) * UInt64(stepCount) + UInt64(step),
      total: UInt64(epoch.collator.epochs) * UInt64(stepCount)
    )
  }

  func samples(ofStep step: Int) -> Range<Int> {
    let first = step * epoch.collator.batchSize
    return first..<min(first + epoch.collator.batchSize, sampleCount)
  }

  /// The place in the data of a row.
  func place(ofSample sample: Int) -> Int { order.map { Int($0[UInt64(sample)]) } ?? sample }
}

/// A plan whose rows have a ``RowOrder``.
protocol OrderedPlan: EpochPlan {
  var order: RowOrder { get }
}

extension OrderedPlan {
  var sampleCount: Int { order.sampleCount }
  var stepCount: Int { order.stepCount }

  func hasStep(_ step: Int, with encoder: inout LiveEncoder?) -> Bool { step < stepCount }

  func moment(ofStep step: Int, with encoder: inout LiveEncoder?) -> NoiseContext {
    order.moment(ofStep: step)
  }

  func samples(ofStep step: Int, with encoder: inout LiveEncoder?) -> Range<Int> {
    order.samples(ofStep: step)
  }
}
