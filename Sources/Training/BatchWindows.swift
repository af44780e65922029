// Procedure: a batch is cut into micro-batches of consecutive rows. The item of a row is its index
//   in the whole batch of its step, so masks do not depend on the cut.

package import BytePairEncoding
package import Collation
import Diagnostics
package import LanguageModels
import Noise

extension Batch {
  /// A range of rows as a window for a model.
  ///
  /// - Parameters:
  ///   - rows: Inside `0..<self.rows`.
  ///   - batchSize: The rows of a whole batch.
  ///   - configuration: Of the model: ids must be below its vocabulary.
  ///   - separator: The token between documents; nil where there is none.
  /// - Returns: The window, with the items of its rows.
  /// - Throws: ``InvalidData`` for an id that the model does not have.
  package func window(
    rows: Range<Int>,
    batchSize: Int,
    for configuration: ModelConfiguration,
    separator: TokenID? = nil
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
      bounds: bounds(of: rows, for: configuration, separator)
    )
  }

  /// The boundaries that attention between the tokens of some rows does not cross.
  ///
  /// At documents for a model that separates them; at padding for an encoder; nil where rows are
  /// whole.
  private func bounds(
    of rows: Range<Int>,
    for configuration: ModelConfiguration,
    _ separator: TokenID?
  ) -> [Int32]? {
    guard case .transformer(let shape) = configuration else { return nil }
    let (first, last) = (Int32(rows.lowerBound * length), Int32(rows.upperBound * length))
    if shape.separatesDocuments {
      if shape.isCausal, let separator, !documents.isEmpty {
        return documentBounds(of: rows, from: separator.rawValue)
      }
      return sequenceBounds.filter { (first...last).contains($0) }.map { $0 - first }
    }
    guard !shape.isCausal, lengths[rows].contains(where: { $0 < length }) else { return nil }
    let starts = rows.flatMap { row in
      [row * length]
        + (0 < lengths[row] && lengths[row] < length ? [row * length + lengths[row]] : [])
    }
    return (starts.map { Int32($0) } + [last]).map { $0 - first }
  }

  /// Where documents begin in some rows: at the separator before them, where the rows have it.
  ///
  /// The separator is the target of the last token of a document, and as an input the start of the
  /// next one, so no token is predicted from another document.
  private func documentBounds(of rows: Range<Int>, from separator: UInt32) -> [Int32] {
    let (first, last) = (rows.lowerBound * length, rows.upperBound * length)
    guard first < last else { return [0] }
    let starts = (first..<last).filter { place in
      let column = place % length
      if column == 0 || column == lengths[place / length] { return true }
      if endsDocument(place, separator) { return true }
      return documents[place] != documents[place - 1] && !endsDocument(place - 1, separator)
    }
    return (starts + [last]).map { Int32(truncatingIfNeeded: $0 - first) }
  }

  /// Whether an input is the separator behind a document.
  private func endsDocument(_ place: Int, _ separator: UInt32) -> Bool {
    let (row, column) = place.quotientAndRemainder(dividingBy: length)
    guard column < lengths[row] && inputs[place] == separator else { return false }
    return column + 1 == lengths[row] || documents[place + 1] != documents[place]
  }

  /// The batch for a model that separates documents: without the targets that begin a document and
  /// would be predicted from another one, since no separator stands before them.
  ///
  /// - Parameters:
  ///   - configuration: Of the model.
  ///   - separator: The token between documents; nil where there is none.
  /// - Returns: The batch, with fewer targets where parts of documents stand side by side.
  package func withoutTargetsOfOtherDocuments(
    for configuration: ModelConfiguration,
    separator: TokenID?
  ) -> Batch {
    guard case .transformer(let shape) = configuration, shape.separatesDocuments, shape.isCausal,
      !documents.isEmpty && targetLength == length
    else { return self }
    var batch = self
    for row in 0..<rows {
      let end = row * length + lengths[row]
      for place in row * length..<max(end - 1, row * length)
      where documents[place + 1] != documents[place] && inputs[place] != separator?.rawValue {
        batch.ignoreTarget(at: place)
      }
    }
    return batch
  }

  /// Tells a resumed run whether its data are those that it began with.
  var digest: UInt64 {
    var digest = Digest()
    for id in inputs { digest.add(UInt64(id)) }
    for id in targets { digest.add(UInt64(UInt32(bitPattern: id))) }
    return digest.value
  }
}
