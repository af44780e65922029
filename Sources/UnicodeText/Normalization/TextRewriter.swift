import CUnicode

/// One pass of a normaliser over a text.
package protocol TextRewriter: Sendable {
  /// Rewrites a text.
  ///
  /// - Parameters:
  ///   - text: Any bytes; those that are not UTF-8 stay.
  ///   - tracksOffsets: Whether the result leads back to the text.
  /// - Returns: The new text; nil if nothing changes.
  /// - Throws: ``UnicodeTextError`` or `InvalidData`, as the pass says.
  func rewrite(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) throws -> RewrittenText?
}

/// A text as a pass has rewritten it, with the runs that lead back.
package struct RewrittenText {
  /// The new text.
  package internal(set) var bytes: [UInt8] = []
  /// Whether the layers are kept.
  let tracksOffsets: Bool
  /// Whole changed runs, for offsets that cover every byte.
  var layer = OffsetMap.Layer()
  /// The runs of single characters, for offsets as in Hugging Face tokenizers.
  var characterLayer = OffsetMap.Layer()

  package init(tracksOffsets: Bool) { self.tracksOffsets = tracksOffsets }

  /// A text with one byte replaced everywhere, such as the space, as most files do.
  ///
  /// Nil if the byte does not occur.
  ///
  /// - Parameters:
  ///   - byte: Below 0x80.
  ///   - text: Any bytes.
  ///   - content: Not empty.
  ///   - tracksOffsets: Whether the result leads back to the text.
  init?(
    replacing byte: UInt8,
    of text: UnsafeBufferPointer<UInt8>,
    with content: [UInt8],
    _ tracksOffsets: Bool
  ) {
    guard let base = text.baseAddress else { return nil }
    let count = bpd_count_byte(base, text.count, byte)
    if count == 0 { return nil }
    self.tracksOffsets = tracksOffsets
    let length = text.count + count * (content.count - 1)
    var starts = [Int](repeating: 0, count: tracksOffsets ? count : 0)
    bytes = content.withUnsafeBufferPointer { content in
      starts.withUnsafeMutableBytes { starts in
        // The kernel writes up to eight bytes behind the last.
        Array(unsafeUninitializedCapacity: length + 8) { bytes, written in
          // SAFETY: the text with its replacements has this length, and there are as many
          // replacements as starts.
          written = bpd_replace_byte(
            base,
            text.count,
            byte,
            content.baseAddress,
            content.count,
            bytes.baseAddress,
            tracksOffsets ? starts.baseAddress?.assumingMemoryBound(to: Int64.self) : nil
          )
        }
      }
    }
    if tracksOffsets {
      layer = OffsetMap.Layer(
        OffsetMap.Replacements(starts: starts, length: content.count, end: length)
      )
      characterLayer = layer
    }
  }

  /// Appends bytes that stay as they are.
  package mutating func keep(_ part: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: part)
    guard tracksOffsets else { return }
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
    guard tracksOffsets else { return }
    let count = replacement.count
    layer.append(original: original, transformed: count, changed: true)
    let last = min(aligned ?? original, original)
    if last < original {
      characterLayer.append(original: original - last, transformed: 0, changed: true)
    }
    characterLayer.append(original: last, transformed: count, changed: true)
  }

  /// Appends another rewritten text.
  package mutating func append(_ next: RewrittenText) {
    bytes += next.bytes
    guard tracksOffsets else { return }
    layer.append(next.layer)
    characterLayer.append(next.characterLayer)
  }

  /// The text with offsets in the original.
  ///
  /// - Parameter map: Maps the text that was rewritten to the original; nil if it is the original.
  /// - Returns: The text with its map.
  package func normalized(from map: OffsetMap?) -> NormalizedText {
    let map = map ?? OffsetMap([], characters: [])
    return NormalizedText(
      bytes: bytes,
      offsets: tracksOffsets ? map.appending(layer, characters: characterLayer) : map
    )
  }
}
