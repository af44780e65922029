// Procedure: a batch is cut into micro-batches of consecutive rows. The item of a row is its place
//   in the whole batch of its step, so masks do not depend on the cut.

import Collation
import Files
import LanguageModels

extension Batch {
  /// Some rows as a window for a model.
  ///
  /// - Parameters:
  ///   - rows: Inside `0..<self.rows`.
  ///   - batchSize: The rows of a whole batch.
  ///   - vocabulary: Ids must be below it.
  /// - Returns: The window, with the items of its rows.
  /// - Throws: ``InvalidData`` for an id that the model does not have.
  func window(rows: Range<Int>, batchSize: Int, vocabulary: Int) throws -> TokenWindow {
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
      firstItem: UInt64(step) * UInt64(batchSize) + UInt64(firstRow + rows.lowerBound)
    )
  }

  /// FNV-1a of inputs and targets: by it a resumed run knows the data that it began with.
  var digest: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: UInt32) { hash = (hash ^ UInt64(word)) &* 0x100_0000_01B3 }
    for id in inputs { add(id) }
    for id in targets { add(UInt32(bitPattern: id)) }
    return hash
  }
}
