// Source: Hugging Face tokenizers 0.23, Metaspace, and ByteLevel's `add_prefix_space`, which is the
//   same with a space as its mark.
// Complexity: O(n).

import CUnicode

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
  ///   - isFirst: Whether the text begins its document.
  ///   - tracksOffsets: Whether the result leads back to the text.
  /// - Returns: The marked text; nil if nothing changes.
  package func mark(
    _ text: UnsafeBufferPointer<UInt8>,
    isFirst: Bool,
    tracksOffsets: Bool = true
  ) -> RewrittenText? {
    guard let base = text.baseAddress, !text.isEmpty else { return nil }
    let mark = Array(mark.utf8)
    var result = RewrittenText(tracksOffsets: tracksOffsets)
    var position = 0
    let mayPrepend = prepending == .always || (prepending == .first && isFirst)
    if mayPrepend && text[0] != 0x20 && !text.starts(with: mark) {
      // The mark belongs to the first character.
      // SAFETY: the text is not empty, and the decoder reads no more than it is given.
      position = Int(bpd_decode_utf8(base, text.count).length)
      result.replace(position, with: mark + text[..<position])
    } else if mark == [0x20] {
      return nil
    }
    var kept = position
    while mark != [0x20] && position < text.count {
      if text[position] == 0x20 {
        result.keep(UnsafeBufferPointer(rebasing: text[kept..<position]))
        result.replace(1, with: mark)
        kept = position + 1
      }
      position += 1
    }
    result.keep(UnsafeBufferPointer(rebasing: text[kept...]))
    return result
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
