public import BytePairEncoding

/// A token beside the model's own; the encoder finds it in the text before anything else.
public struct AddedToken: Hashable, Sendable {
  /// Its id in the tokenizer; the model may have a token with the same id.
  public let id: TokenID
  /// Its UTF-8 bytes.
  public let content: [UInt8]
  /// Whether it is a control token: matched in text only if the caller allows it, and left out of
  /// decoded text if the caller wants that.
  public let isSpecial: Bool
  /// How it is found in text.
  public let matching: Matching

  /// How an added token is found in text, as in Hugging Face tokenizers.
  public struct Matching: Hashable, Sendable {
    /// Whether it is found only where no word character stands next to it.
    public var isSingleWord = false
    /// Whether the white space before it belongs to it.
    public var stripsLeft = false
    /// Whether the white space after it belongs to it.
    public var stripsRight = false
    /// Whether its content is normalised and matched in normalised text.
    public var isNormalized = false

    /// Matches the exact content anywhere, in the text before normalisation.
    public init() {}
  }

  /// - Parameters:
  ///   - id: Its id in the tokenizer.
  ///   - content: Its UTF-8 bytes; an empty one is never found.
  ///   - isSpecial: Whether it is a control token.
  ///   - matching: How it is found in text.
  public init(
    id: TokenID,
    content: [UInt8],
    isSpecial: Bool = true,
    matching: Matching = Matching()
  ) {
    self.id = id
    self.content = content
    self.isSpecial = isSpecial
    self.matching = matching
  }
}
