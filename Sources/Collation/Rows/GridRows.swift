/// The rows of a ``TextGrid``, encoded anew in every epoch.
struct GridRows: RowSource {
  private let grid: TextGrid

  init(_ grid: TextGrid) { self.grid = grid }

  var liveText: LiveText? { grid.text }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    Plan(order: RowOrder(epoch, samples: grid.count), grid: grid, collator: epoch.collator)
  }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    let grid: TextGrid
    let collator: Collator

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let number = order.place(ofSample: sample)
      try encoder.lend { encoder in
        let noise = encoder.noise(collator, at: moment)
        try grid.encode(number, noise, with: &encoder, into: &row)
      }
      row.cut(toFit: collator)
    }
  }
}
