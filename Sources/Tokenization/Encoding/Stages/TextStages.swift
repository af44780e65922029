import UnicodeText

extension TextNormalizer {
  /// The second stage: normalises a stretch.
  ///
  /// - Parameters:
  ///   - stretch: Original text.
  ///   - tracksOffsets: Whether the result leads back to it.
  ///   - body: Takes the normalised stretch, which is the original one if nothing changes.
  /// - Throws: ``UnicodeTextError``, and any error of `body`.
  func normalize(
    _ stretch: Stretch,
    tracksOffsets: Bool,
    _ body: (Stretch) throws -> Void
  ) throws {
    guard let normalized = try normalize(stretch.text, tracksOffsets: tracksOffsets) else {
      return try body(stretch)
    }
    try normalized.bytes.withUnsafeBufferPointer {
      try body(Stretch($0, map: normalized.offsets, base: stretch.base))
    }
  }
}
