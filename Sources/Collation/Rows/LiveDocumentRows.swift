import Corpora

/// Documents of a text, a row each, encoded anew in every epoch.
struct LiveDocumentRows: RowSource {
  private let text: LiveText
  /// The documents that have at least one byte.
  private let numbers: [Int]

  init(_ text: LiveText) {
    self.text = text
    numbers = (0..<text.store.count).filter { !text.store.ranges[$0].isEmpty }
  }

  var liveText: LiveText? { text }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    let order = RowOrder(epoch, samples: numbers.count)
    return Plan(order: order, text: text, numbers: numbers, collator: epoch.collator)
  }

  private struct Plan: OrderedPlan {
    let order: RowOrder
    let text: LiveText
    let numbers: [Int]
    let collator: Collator

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      let document = numbers[order.place(ofSample: sample)]
      if text.store.fieldCount > 1 { row.document = UInt32(truncatingIfNeeded: document) }
      if !text.store.labels.isEmpty { row.label = text.store.labels[document] }
      try encoder.lend { encoder in
        let noise = encoder.noise(collator, at: moment)
        try encoder.encode(document, of: text, noise, into: &row)
      }
      if !collator.objective.kind.keepsFields { row.joinSegments() }
      row.cut(toFit: collator)
    }
  }
}
