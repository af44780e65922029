// Procedure: a long document is cut where that changes nothing, and the tokens of a part are
//   forgotten when they are counted.
// Complexity: O(n); memory for the tokens of 64 KiB of text, and for the longest stretch that
//   cannot be cut.

extension TokenizerEncoder {
  private static let countedPart = 1 << 16

  /// Counts the tokens of a document without keeping them.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document, which determines its noise.
  ///   - options: What to count; offsets are left out.
  /// - Returns: The number of tokens that ``encode(_:number:origin:options:)`` gives.
  /// - Throws: ``UnicodeTextError`` or ``WordTooLong``; ``InvalidData`` for noise that the model
  ///   does not support.
  public mutating func countTokens(
    in document: UnsafeBufferPointer<UInt8>,
    number: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> Int {
    let cuts = DocumentCuts(tokenizer, allowsSpecial: options.allowsSpecial)
    var part = EncodedDocument()
    var (start, count) = (0, 0)
    repeat {
      var options = options
      options.wantsOffsets = false
      let end = cuts.end(ofPartFrom: start, bytes: Self.countedPart, in: document)
      if end < document.count { options.appended = nil }
      do {
        try encode(
          UnsafeBufferPointer(rebasing: document[start..<end]),
          number: number,
          origin: start,
          options: options,
          into: &part
        )
      } catch let error as WordTooLong { throw error.moved(by: start) }
      count += part.ids.count
      start = end
    } while start < document.count
    return count
  }

  /// Counts the tokens of a document without keeping them.
  ///
  /// - Parameters:
  ///   - document: Any bytes.
  ///   - number: The running number of the document, which determines its noise.
  ///   - options: What to count; offsets are left out.
  /// - Returns: The number of tokens that ``encode(_:number:origin:options:)`` gives.
  /// - Throws: ``UnicodeTextError``, ``WordTooLong`` or ``InvalidData``.
  public mutating func countTokens(
    in document: [UInt8],
    number: UInt64 = 0,
    options: EncodingOptions = EncodingOptions()
  ) throws -> Int {
    try document.withUnsafeBufferPointer {
      try countTokens(in: $0, number: number, options: options)
    }
  }
}

extension DocumentCuts {
  /// The end of the part that begins at a position.
  fileprivate func end(
    ofPartFrom start: Int,
    bytes: Int,
    in document: UnsafeBufferPointer<UInt8>
  ) -> Int {
    guard document.count - start > 2 * bytes else { return document.count }
    return first(in: document, from: start + bytes) ?? document.count
  }
}

extension TokenizerEncoder.WordTooLong {
  fileprivate func moved(by bytes: Int) -> Self { Self(offset: offset + bytes, length: length) }
}
