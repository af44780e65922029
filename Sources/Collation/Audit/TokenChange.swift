/// A kind of change to a row: what puts a token in, or changes one.
///
/// The objective or noise that makes a change of its own declares it in an extension of this type.
public struct TokenChange: RawRepresentable, Hashable, Sendable {
  /// The name in audits and explanations.
  public let rawValue: String

  /// A change.
  ///
  /// - Parameter rawValue: The name in audits and explanations; unique.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A whole field left out.
  public static let fieldDropout = TokenChange(rawValue: "field_dropout")
  /// An error in the text, before it was encoded.
  public static let typo = TokenChange(rawValue: "typos")
  /// A word with a dropped merge, under the law of the paper.
  public static let bpeDropout = TokenChange(rawValue: "bpe_dropout")
  /// Another token in its place, by noise.
  public static let replacement = TokenChange(rawValue: "token_replacement")
  /// Token dropout.
  public static let tokenDropout = TokenChange(rawValue: "token_dropout")
  /// Word dropout.
  public static let wordDropout = TokenChange(rawValue: "word_dropout")
  /// Span dropout.
  public static let spanDropout = TokenChange(rawValue: "span_dropout")
  /// Another place, by shuffling words or sentences.
  public static let shuffle = TokenChange(rawValue: "moved")
  /// Sentences in another order; a trial is whether another one comes first.
  public static let sentencePermutation = TokenChange(rawValue: "permute_sentences")
  /// A prefix of at most half of the row.
  public static let shortPrefix = TokenChange(rawValue: "short_prefix")
  /// The first of the denoisers of a mixture.
  public static let firstDenoiser = TokenChange(rawValue: "first_denoiser")
  /// Words in another order; a trial is whether two neighbours change their order.
  public static let wordShuffle = TokenChange(rawValue: "word_shuffle")
  /// The mask in its place.
  public static let masked = TokenChange(rawValue: "masked")
  /// A random token in its place, which is a target.
  public static let randomized = TokenChange(rawValue: "random")
  /// The token itself, which is a target.
  public static let kept = TokenChange(rawValue: "kept")
  /// A sentinel or mask for a span.
  public static let span = TokenChange(rawValue: "span")
  /// A token that marks a part, a mode or the end.
  public static let mark = TokenChange(rawValue: "mark")

  /// The changes of this package, in the order of a row's way through them.
  static let known = [
    fieldDropout, typo, bpeDropout, replacement, tokenDropout, wordDropout, spanDropout, shuffle,
    sentencePermutation, wordShuffle, shortPrefix, firstDenoiser, masked,
    randomized, kept, span, mark,
  ]
}
