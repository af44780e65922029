// Source: subword-nmt 0.3.8 (apply_bpe.py, process_line): what surrounds a line stays, spaces
//   between words become one, and the separator stands behind each piece that does not end a word.
// Procedure: pieces are cut out of the document by their offsets, so that a character without a
//   token is written as itself.
// Complexity: O(length of the document).

/// Writes a document cut into pieces, from which deleting the separators and the spaces behind them
/// gives the text back.
struct SeparatedPieces {
  let separator: [UInt8]

  /// Appends a document and a line feed, unless it ends with one.
  ///
  /// - Parameters:
  ///   - offsets: The ranges of its tokens, in order.
  ///   - document: The document.
  ///   - output: Grows by the pieces.
  func append(
    _ offsets: [Range<Int>],
    of document: UnsafeBufferPointer<UInt8>,
    to output: inout [UInt8]
  ) {
    var position = 0
    for (index, range) in offsets.enumerated() {
      if index > 0, range.lowerBound == position {
        output += separator
        output.append(0x20)
      } else {
        appendGap(document[position..<max(range.lowerBound, position)], index == 0, to: &output)
      }
      output += document[range]
      position = range.upperBound
    }
    output += document[position...]
    if document.last != 0x0A { output.append(0x0A) }
  }

  private func appendGap(
    _ gap: Slice<UnsafeBufferPointer<UInt8>>,
    _ isFirst: Bool,
    to output: inout [UInt8]
  ) {
    if isFirst || gap.contains(0x0A) { output += gap } else { output.append(0x20) }
  }
}
