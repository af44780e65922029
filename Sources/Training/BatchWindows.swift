// Procedure: a batch is cut into micro-batches of consecutive rows. The item of a row is its index
//   in the whole batch of its step, so masks do not depend on the cut.

import Collation
import Diagnostics
import LanguageModels
import Noise

extension Batch {
  /// A range of rows as a window for a model.
  ///
  /// - Parameters:
  ///   - rows: A range within `0..<self.rows`.
  ///   - batchSize: The number of rows in a whole batch.
  ///   - configuration: The model's; ids must be below its vocabulary.
  /// - Returns: The window, with the items of its rows.
  /// - Throws: ``InvalidData`` for an id that the model does not have.
  func window(
    rows: Range<Int>,
    batchSize: Int,
    for configuration: ModelConfiguration
  ) throws -> TokenWindow {
    let vocabulary = configuration.vocabulary
    let range = rows.lowerBound * length..<rows.upperBound * length
    if let id = inputs[range].max(), Int(id) >= vocabulary {
      throw InvalidData(
        place: "epoch \(epoch), step \(step)",
        "found the token \(id), but the model's vocabulary has \(vocabulary) tokens"
      )
    }
    if let id = targets[range].max(), Int(id) >= vocabulary {
      throw InvalidData(
        place: "epoch \(epoch), step \(step)",
        "found the target \(id), but the model's vocabulary has \(vocabulary) tokens"
      )
    }
    return TokenWindow(
      inputs[range].map { Int32(truncatingIfNeeded: $0) },
      targets: Array(targets[range]),
      batch: rows.count,
      firstItem: UInt64(step) * UInt64(batchSize) + UInt64(firstRow + rows.lowerBound),
      bounds: bounds(of: rows, for: configuration)
    )
  }

  /// The boundaries that attention between the tokens of some rows does not cross.
  ///
  /// These are documents for a model that separates them, and padding for an encoder; nil if rows
  /// are whole.
  private func bounds(of rows: Range<Int>, for configuration: ModelConfiguration) -> [Int32]? {
    guard case .transformer(let shape) = configuration else { return nil }
    let (first, last) = (Int32(rows.lowerBound * length), Int32(rows.upperBound * length))
    if shape.separatesDocuments {
      return sequenceBounds.filter { (first...last).contains($0) }.map { $0 - first }
    }
    guard !shape.isCausal, lengths[rows].contains(where: { $0 < length }) else { return nil }
    let starts = rows.flatMap { row in
      [row * length]
        + (0 < lengths[row] && lengths[row] < length ? [row * length + lengths[row]] : [])
    }
    return (starts.map { Int32($0) } + [last]).map { $0 - first }
  }

  /// A digest by which a resumed run checks that its data have not changed.
  var digest: UInt64 {
    var digest = Digest()
    for id in inputs { digest.add(UInt64(id)) }
    for id in targets { digest.add(UInt64(UInt32(bitPattern: id))) }
    return digest.value
  }
}
