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

  /// Appends the byte count of each token, where their bytes are a text and each begins with a character: the bytes of
  /// one that is torn are counted where offsets say.
  ///
  /// - Parameters:
  ///   - ids: The tokens.
  ///   - text: What they should stand for.
  ///   - end: The byte count of the last of them, which stands for nothing of the text; nil where there is none such.
  ///   - counts: Grows by as many as there are tokens, or stays as it is.
  /// - Returns: Whether their bytes are the text.
  func appendCounts(
    of ids: [UInt32],
    _ text: [UInt8],
    _ end: Int?,
    to counts: inout [UInt32]
  ) -> Bool {
    let first = counts.count
    var place = 0
    for id in end == nil ? ids[...] : ids.dropLast() {
      let bytes = self[id]
      guard place + bytes.count <= text.count, (bytes.first ?? 0) & 0xC0 != 0x80,
        bytes.elementsEqual(text[place..<place + bytes.count])
      else {
        place = -1
        break
      }
      counts.append(UInt32(bytes.count))
      place += bytes.count
    }
    guard place == text.count else {
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
