import UnicodeText

extension TextNormalizer {
  /// The second stage: normalises a stretch.
  ///
  /// - Parameters:
  ///   - stretch: Original text.
  ///   - body: Gets the normalised stretch, which is the same where nothing changes.
  /// - Throws: ``UnicodeTextError``, and what `body` throws.
  func normalize(_ stretch: Stretch, _ body: (Stretch) throws -> Void) throws {
    guard let normalized = try normalize(stretch.text) else { return try body(stretch) }
    try normalized.bytes.withUnsafeBufferPointer {
      try body(Stretch($0, map: normalized.offsets, base: stretch.base))
    }
  }
}

extension SpaceMarking {
  /// The fourth stage: puts marks for spaces.
  ///
  /// - Parameters:
  ///   - stretch: Normalised text.
  ///   - isFirst: Whether it begins its document.
  ///   - body: Gets the marked stretch, which is the same where nothing changes.
  /// - Throws: What `body` throws.
  func mark(_ stretch: Stretch, isFirst: Bool, _ body: (Stretch) throws -> Void) throws {
    guard let marked = marked(stretch.text, from: stretch.map, isFirst: isFirst) else {
      return try body(stretch)
    }
    try marked.bytes.withUnsafeBufferPointer {
      try body(Stretch($0, map: marked.offsets, base: stretch.base))
    }
  }
}
