import BytePairEncoding
public import Tokenization

/// The bytes of every token in one array, by which ids are read as text.
public struct TokenTexts: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]

  /// The texts of a tokenizer's tokens.
  public init(_ tokenizer: Tokenizer) {
    var bytes: [UInt8] = []
    starts =
      [0]
      + (0..<tokenizer.vocabularySize).map { id in
        bytes += tokenizer.bytes(of: TokenID(id))
        return bytes.count
      }
    self.bytes = bytes
  }

  /// Appends the byte count of each token, where the tokens spell a text, so that nothing was
  /// normalised.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - text: The text that they may spell.
  ///   - end: The byte count of the last token, where it is a separator and not of the text; nil
  ///     otherwise.
  ///   - counts: Gets a count for each token, or stays as it is.
  /// - Returns: Whether the tokens spell the text.
  func appendCounts(
    of ids: [UInt32],
    _ text: ArraySlice<UInt8>,
    _ end: Int?,
    to counts: inout [UInt32]
  ) -> Bool {
    let first = counts.count
    // SAFETY: the buffers are read during the call only, below their counts.
    let isText = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe starts.withUnsafeBufferPointer { starts in
        unsafe text.withUnsafeBufferPointer { text in
          var place = 0
          for id in ids.dropLast(end == nil ? 0 : 1) {
            guard Int(id) + 1 < starts.count else { return false }
            let start = unsafe starts[Int(id)]
            let length = unsafe starts[Int(id) + 1] - start
            guard length <= text.count - place else { return false }
            for index in 0..<length {
              if unsafe bytes[start + index] != text[place + index] { return false }
            }
            counts.append(UInt32(truncatingIfNeeded: length))
            place += length
          }
          return place == text.count
        }
      }
    }
    guard isText else {
      counts.removeLast(counts.count - first)
      return false
    }
    if let end { counts.append(UInt32(end)) }
    return true
  }

  /// The bytes of a token; none for an id that there is not.
  public subscript(id: UInt32) -> ArraySlice<UInt8> {
    Int(id) + 1 < starts.count ? bytes[starts[Int(id)]..<starts[Int(id) + 1]] : []
  }
}
