// Procedure: a batch is cut into micro-batches of consecutive rows. The item of a row is its place
//   in the whole batch of its step, so masks do not depend on the cut.

import Collation
import Files
import LanguageModels
import Noise

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

  /// By it a resumed run knows the data that it began with.
  var digest: UInt64 {
    var digest = Digest()
    for id in inputs { digest.add(UInt64(id)) }
    for id in targets { digest.add(UInt64(UInt32(bitPattern: id))) }
    return digest.value
  }
}
