public import BytePairEncoding

/// How tokens become a model's input: special tokens, truncation and padding.
///
/// They are the sections `post_processor`, `truncation` and `padding` of a tokenizer.json.
public struct InputRules: Hashable, Sendable {
  /// What happens to the tokens of a text, or of a pair.
  public var postProcessor: PostProcessor
  /// How long texts are cut; nil if they are not.
  public var truncation: Truncation?
  /// How rows are filled up; nil if they are not.
  public var padding: Padding?

  /// - Parameters:
  ///   - postProcessor: What happens to the tokens of a text, or of a pair.
  ///   - truncation: How long texts are cut; nil if they are not.
  ///   - padding: How rows are filled up; nil if they are not.
  public init(
    postProcessor: PostProcessor = PostProcessor(),
    truncation: Truncation? = nil,
    padding: Padding? = nil
  ) {
    self.postProcessor = postProcessor
    self.truncation = truncation
    self.padding = padding
  }
}

extension InputRules {
  /// The largest id that special tokens and padding have; nil without any.
  public var largestAddedID: TokenID? {
    (postProcessor.addedTokens + (padding.map { [$0.token] } ?? [])).map(\.id).max()
  }
}

/// An end of a row.
public enum InputSide: String, CaseIterable, Sendable {
  /// The beginning.
  case left
  /// The end.
  case right
}
