import UnicodeText

/// A part of a document on its way through the stages of encoding.
struct Stretch {
  /// The text as the previous stages produced it.
  let text: UnsafeBufferPointer<UInt8>
  /// Maps the text to the part of the document that begins at ``base``; nil if the text is that
  /// part.
  let map: OffsetMap?
  /// Where the part of the document that it comes from begins, in bytes.
  let base: Int

  /// Where it begins in the document together with what was removed at its start, in bytes.
  let start: Int

  /// - Parameters:
  ///   - text: Must outlive the stretch.
  ///   - map: Maps the text to the part of the document that begins at `base`.
  ///   - base: Where that part begins in the document, in bytes.
  ///   - start: Where the stretch begins; nil for `base`.
  init(
    _ text: UnsafeBufferPointer<UInt8>,
    map: OffsetMap? = nil,
    base: Int = 0,
    start: Int? = nil
  ) {
    self.text = text
    self.map = map
    self.base = base
    self.start = start ?? base
  }

  /// A range of the text as a stretch of its own.
  func part(_ range: Range<Int>) -> Stretch {
    Stretch(
      UnsafeBufferPointer(rebasing: text[range]),
      map: map?.part(range),
      base: map == nil ? base + range.lowerBound : base,
      start: base
        + (map?.originalRange(of: range, byCharacters: true) ?? range).lowerBound
    )
  }

  /// The range of the document that a range of the text comes from.
  func originalRange(of range: Range<Int>, _ options: EncodingOptions) -> Range<Int> {
    let original =
      map?.originalRange(of: range, byCharacters: options.alignsByCharacters) ?? range
    return base + original.lowerBound..<base + original.upperBound
  }

  /// The offset in the document that an offset of the text comes from.
  func originalStart(of offset: Int) -> Int {
    base + (map?.originalStart(of: offset) ?? offset)
  }
}
