public import BytePairEncoding

/// What an encoding contains.
public struct EncodingOptions: Sendable {
  /// BPE-dropout, or nil for plain BPE.
  ///
  /// It has no effect on word and character models.
  public var noise: SegmentationNoise?
  /// Whether special tokens are recognised in text.
  ///
  /// Leave it off for untrusted text.
  public var allowsSpecial = false
  /// Whether to produce offsets and word ids.
  public var wantsOffsets = false
  /// Whether the offsets of a composed character are those of its first part alone, as in Hugging
  /// Face tokenizers; otherwise they span all its parts.
  public var alignsByCharacters = false
  /// A token that follows the document, such as an end-of-text token.
  public var appended: TokenID?

  /// Plain, without special tokens, ids only.
  public init() {}

  /// The same without noise, for evaluation with an encoder that is also used for training.
  public var forEvaluation: EncodingOptions {
    var options = self
    options.noise = nil
    return options
  }
}
