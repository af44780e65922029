// Procedure: a token's bytes run from the end of the token before it to its own end, in the
//   original text, so that whatever normalisation or a pre-tokeniser leaves out is also counted
//   exactly once; the last token takes all that remains.
// Complexity: O(tokens).

public import BytePairEncoding
public import Tokenization

/// The number of bytes of original text that each token stands for: the denominator of bits per
/// byte.
public enum TokenBytes {
  /// Appends the byte counts of an encoded text; they sum to its length plus `separator`.
  ///
  /// - Parameters:
  ///   - encoded: The encoding, with offsets.
  ///   - length: The length of the text in bytes.
  ///   - separator: The bytes after the text that its last token also stands for: the line feed of
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

  /// The byte count of each id, for tokens whose text is not available.
  ///
  /// It is exact if the normaliser changes nothing.
  ///
  /// - Parameters:
  ///   - tokenizer: The tokenizer that defines the ids.
  ///   - separator: A token that stands for one line feed.
  /// - Returns: The byte count of each id in 0..<vocabularySize.
  public static func table(_ tokenizer: Tokenizer, separator: TokenID? = nil) -> [UInt32] {
    (0..<tokenizer.vocabularySize).map { id in
      TokenID(id) == separator ? 1 : UInt32(tokenizer.bytes(of: TokenID(id)).count)
    }
  }
}
