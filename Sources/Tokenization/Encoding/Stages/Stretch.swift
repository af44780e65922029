import UnicodeText

/// A part of a document on its way through the stages of encoding.
struct Stretch {
  /// The text as the stages before have made it.
  let text: UnsafeBufferPointer<UInt8>
  /// Leads from the text to the part of the document that begins at ``base``; nil where the text is
  /// that part.
  let map: OffsetMap?
  /// Where it begins in the document, in bytes.
  let base: Int

  /// - Parameters:
  ///   - text: Must stay in place.
  ///   - map: Leads from the text to the part of the document that begins at `base`.
  ///   - base: Where it begins in the document, in bytes.
  init(_ text: UnsafeBufferPointer<UInt8>, map: OffsetMap? = nil, base: Int = 0) {
    self.text = text
    self.map = map
    self.base = base
  }

  /// Some bytes of the text.
  func part(_ range: Range<Int>) -> Stretch {
    Stretch(
      UnsafeBufferPointer(rebasing: text[range]),
      map: map?.part(range),
      base: map == nil ? base + range.lowerBound : base
    )
  }

  /// Where some bytes of the text come from in the document.
  func originalRange(of range: Range<Int>, _ options: EncodingOptions) -> Range<Int> {
    let original =
      map?.originalRange(of: range, byCharacters: options.alignsByCharacters) ?? range
    return base + original.lowerBound..<base + original.upperBound
  }

  /// Where a byte of the text comes from in the document.
  func originalStart(of offset: Int) -> Int {
    base + (map?.originalStart(of: offset) ?? offset)
  }
}
