/// One pass of a normaliser over a text.
package protocol TextRewriter: Sendable {
  /// Rewrites a text.
  ///
  /// - Parameter text: Any bytes; those that are not UTF-8 stay.
  /// - Returns: The new text; nil if nothing changes.
  /// - Throws: ``UnicodeTextError`` or `InvalidData`, as the pass says.
  func rewrite(_ text: UnsafeBufferPointer<UInt8>) throws -> RewrittenText?
}

/// A text as a pass has rewritten it, with the runs that lead back.
package struct RewrittenText {
  /// The new text.
  package internal(set) var bytes: [UInt8] = []
  /// Whole changed runs, for offsets that cover every byte.
  var layer = OffsetMap.Layer()
  /// The runs of single characters, for offsets as in Hugging Face tokenizers.
  var characterLayer = OffsetMap.Layer()

  package init() {}

  /// Appends bytes that stay as they are.
  package mutating func keep(_ part: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: part)
    layer.append(original: part.count, transformed: part.count, changed: false)
    characterLayer.append(original: part.count, transformed: part.count, changed: false)
  }

  /// Appends a replacement of the next bytes.
  ///
  /// - Parameters:
  ///   - original: The number of bytes that are replaced.
  ///   - replacement: Empty to delete them.
  ///   - aligned: How many of the last original bytes the replacement belongs to in Hugging Face's
  ///     alignment; nil for all.
  package mutating func replace(
    _ original: Int,
    with replacement: some Collection<UInt8>,
    aligned: Int? = nil
  ) {
    bytes.append(contentsOf: replacement)
    let count = replacement.count
    layer.append(original: original, transformed: count, changed: true)
    let last = min(aligned ?? original, original)
    if last < original {
      characterLayer.append(original: original - last, transformed: 0, changed: true)
    }
    characterLayer.append(original: last, transformed: count, changed: true)
  }
}
