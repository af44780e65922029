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

  /// The bytes of a token; none for an id that there is not.
  public subscript(id: UInt32) -> ArraySlice<UInt8> {
    Int(id) + 1 < starts.count ? bytes[starts[Int(id)]..<starts[Int(id) + 1]] : []
  }
}
