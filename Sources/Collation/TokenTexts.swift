import BytePairEncoding
public import Tokenization

/// The bytes of every token in one array, so that a row can be read as text where only its ids are at
/// hand.
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

  /// Appends the byte count of each token, where their bytes are a text: then nothing was normalised, and each stands for
  /// its own bytes.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - text: What they should stand for.
  ///   - end: The byte count of the last of them, which stands for nothing of the text; nil where there is none such.
  ///   - counts: Grows by as many as there are tokens, or stays as it is.
  /// - Returns: Whether their bytes are the text.
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
