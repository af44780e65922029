public import BytePairEncoding

/// A token that stands beside the model's own: found in the text as it is, before anything else.
public struct AddedToken: Hashable, Sendable {
  /// Its number in the tokenizer; the model may have a token of the same number.
  public let id: TokenID
  /// Its UTF-8.
  public let content: [UInt8]
  /// Whether it is a control token, found in text only where the caller allows it, and left out of
  /// decoded text where the caller wants that.
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
    /// Whether it is normalised and looked for in normalised text.
    public var isNormalized = false

    /// As it is, wherever it stands, in the text before normalisation.
    public init() {}
  }

  /// - Parameters:
  ///   - id: Its number in the tokenizer.
  ///   - content: Its UTF-8; an empty one is never found.
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
