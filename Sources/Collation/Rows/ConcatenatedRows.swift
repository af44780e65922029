import Noise

/// Rows of concatenated text: known only as far as the text before them has been encoded.
struct ConcatenatedRows: RowSource {
  private let concatenated: ConcatenatedText

  init(_ text: ConcatenatedText) { concatenated = text }

  var liveText: LiveText? { concatenated.text }

  func plan(_ epoch: Epoch) -> any EpochPlan {
    Plan(rows: concatenated.epoch(epoch.number), epoch: epoch)
  }

  private struct Plan: EpochPlan {
    let rows: ConcatenatedEpoch
    let epoch: Epoch

    private var batchSize: Int { epoch.collator.batchSize }

    var sampleCount: Int { rows.rowCount }

    var stepCount: Int { epoch.steps(ofSamples: rows.rowCount) }

    func hasStep(_ step: Int, with encoder: inout LiveEncoder?) -> Bool {
      let (first, isHuge) = step.multipliedReportingOverflow(by: batchSize)
      guard !isHuge, first < .max - batchSize else { return false }
      let count = encoder.lend { rows.rowCount(upTo: first + batchSize, with: &$0) } ?? 0
      return count - first >= (epoch.collator.keepsPartialBatch ? 1 : batchSize)
    }

    func moment(ofStep step: Int, with encoder: inout LiveEncoder?) throws -> NoiseContext {
      let moment = try encoder.lend { try rows.moment(ofRow: step * batchSize, with: &$0) }
      return moment ?? rows.firstMoment
    }

    func samples(ofStep step: Int, with encoder: inout LiveEncoder?) -> Range<Int> {
      let first = step * batchSize
      let end = encoder.lend { rows.rowCount(upTo: first + batchSize, with: &$0) }
      return first..<(end ?? first)
    }

    func read(
      _ sample: Int,
      at moment: NoiseContext,
      with encoder: inout LiveEncoder?,
      into row: inout Row
    ) throws {
      try encoder.lend { try rows.read(sample, with: &$0, into: &row) }
      row.cut(toFit: epoch.collator)
    }
  }
}
