// Source: Hugging Face tokenizers 0.23, Metaspace, and ByteLevel's `add_prefix_space`, which is the
//   same with a space as its mark.
// Complexity: O(n).

/// Replaces every space of a text with a mark and prepends one, so that words carry their space.
public struct SpaceMarking: Hashable, Sendable {
  /// Where a mark is prepended, unless the text begins with one.
  public enum Prepending: String, CaseIterable, Hashable, Sendable {
    /// Before every stretch between added tokens.
    case always
    /// Before the stretch that begins the document.
    case first
    /// Nowhere.
    case never
  }

  /// The mark: U+2581 (▁) in SentencePiece's files, a space in GPT-2's.
  public let mark: String
  /// Where a mark is prepended.
  public let prepending: Prepending

  /// - Parameters:
  ///   - mark: The text that replaces a space.
  ///   - prepending: Where a mark is prepended.
  public init(mark: String, prepending: Prepending) {
    self.mark = mark
    self.prepending = prepending
  }

  /// Marks a text.
  ///
  /// - Parameters:
  ///   - text: Any bytes.
  ///   - map: Maps the text to the original; nil if it is the original.
  ///   - isFirst: Whether the text begins its document.
  ///   - tracksOffsets: Whether the result leads back to the original.
  /// - Returns: The marked text; nil if nothing changes.
  package func mark(
    _ text: UnsafeBufferPointer<UInt8>,
    from map: OffsetMap?,
    isFirst: Bool,
    tracksOffsets: Bool = true
  ) -> NormalizedText? {
    let prefixed = prefix(text, isFirst: isFirst, tracksOffsets: tracksOffsets)
    guard let first = prefixed?.normalized(from: map) else {
      return replaceSpaces(text, tracksOffsets: tracksOffsets)?.normalized(from: map)
    }
    let replaced = first.bytes.withUnsafeBufferPointer {
      replaceSpaces($0, tracksOffsets: tracksOffsets)
    }
    return replaced?.normalized(from: first.offsets) ?? first
  }

  /// The first half of marking: puts a mark before a text; nil if nothing changes.
  package func prefix(
    _ text: UnsafeBufferPointer<UInt8>,
    isFirst: Bool,
    tracksOffsets: Bool
  ) -> RewrittenText? {
    guard prepending == .always || (prepending == .first && isFirst) else { return nil }
    if text.isEmpty || text[0] == 0x20 || text.starts(with: Array(mark.utf8)) { return nil }
    return Prefixing(mark).rewrite(text, tracksOffsets: tracksOffsets)
  }

  /// The second half: replaces the spaces of a text; nil if nothing changes.
  package func replaceSpaces(
    _ text: UnsafeBufferPointer<UInt8>,
    tracksOffsets: Bool
  ) -> RewrittenText? {
    if mark == " " { return nil }
    return RewrittenText(replacing: 0x20, of: text, with: Array(mark.utf8), tracksOffsets)
  }

  /// Replaces marks with spaces, and drops the one before the first word.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of one token.
  ///   - isFirst: Whether the token is the first one.
  /// - Returns: The bytes that the token adds to the text.
  public func unmarked(_ bytes: some Sequence<UInt8>, isFirst: Bool) -> [UInt8] {
    let mark = Array(mark.utf8)
    let bytes = Array(bytes)
    if mark == [0x20] { return bytes }
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position...].starts(with: mark) {
        if !(isFirst && position == 0 && prepending != .never) { result.append(0x20) }
        position += mark.count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }
}
