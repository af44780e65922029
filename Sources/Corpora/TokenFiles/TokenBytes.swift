// Procedure: the bytes of a token run from the end of the token before it to its own end, in the
//   original text, so that what normalisation or a pre-tokeniser leaves out is counted once, too; the
//   last token has all that is left.
// Complexity: O(tokens).

public import BytePairEncoding
public import Tokenization

/// How many bytes of the original text each token stands for: what bits per byte divide by.
public enum TokenBytes {
  /// Appends the byte counts of an encoded text; they add up to its length, and `separator`.
  ///
  /// - Parameters:
  ///   - encoded: With offsets.
  ///   - length: The length of the text in bytes.
  ///   - separator: The bytes behind the text that its last token stands for, too: the line feed of
  ///     an end-of-text token.
  ///   - counts: Grows by one count for each token.
  public static func append(
    of encoded: EncodedDocument,
    length: Int,
    separator: Int = 0,
    to counts: inout [UInt32]
  ) {
    precondition(
      encoded.offsets.count == encoded.ids.count,
      "\(encoded.ids.count) tokens have \(encoded.offsets.count) offsets"
    )
    var end = 0
    for (index, range) in encoded.offsets.enumerated() {
      let isLast = index + 1 == encoded.offsets.count
      let next = isLast ? length : max(end, range.upperBound)
      counts.append(UInt32(next - end + (isLast ? separator : 0)))
      end = next
    }
  }

  /// The byte count of each id, for tokens of which the text is not at hand.
  ///
  /// It is exact where the normaliser changes nothing.
  ///
  /// - Parameters:
  ///   - tokenizer: Whose tokens they are.
  ///   - separator: A token that stands for one line feed.
  /// - Returns: For each id of 0..<vocabularySize its bytes.
  public static func table(_ tokenizer: Tokenizer, separator: TokenID? = nil) -> [UInt32] {
    (0..<tokenizer.vocabularySize).map { id in
      TokenID(id) == separator ? 1 : UInt32(tokenizer.bytes(of: TokenID(id)).count)
    }
  }
}
