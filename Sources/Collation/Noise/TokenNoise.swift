// Procedure: the operations act on a row's inputs one after the other, in the order of the properties
//   below; targets stay whole. Words are those of the row before any of them.
// Complexity: O(row); see each.
// Determinism: each has a site of its own; the item is the row's number in the epoch.

import Corpora
import Noise

/// The noise on the tokens of a row's inputs: nil is none.
public struct TokenNoise: Sendable {
  /// Other tokens in place of some.
  public var replacement: TokenReplacement?
  /// The mask or unknown token in place of some.
  public var tokenDropout: TokenDropout?
  /// The same for whole words.
  public var wordDropout: WordDropout?
  /// The same for runs of tokens.
  public var spanDropout: SpanDropout?
  /// Words in another order; not for models that predict the next token, which would see it.
  public var wordShuffle: WordShuffle?

  /// None.
  public init() {}

  /// Whether an operation needs to know which tokens are words.
  var needsWords: Bool { wordDropout != nil || wordShuffle != nil }
}

extension TokenNoise {
  /// Puts the noise on a row, whose words are known where an operation needs them.
  func apply(
    to row: inout Row,
    sample: UInt64,
    _ moment: NoiseContext,
    _ laws: inout NoiseLaws
  ) throws {
    try replacement?.apply(to: &row, sample: sample, moment, &laws)
    tokenDropout?.apply(to: &row, sample: sample, moment)
    wordDropout?.apply(to: &row, sample: sample, moment, &laws.wordDropout)
    spanDropout?.apply(to: &row, sample: sample, moment, &laws.spanDropout)
    wordShuffle?.apply(to: &row, sample: sample, moment)
  }
}

/// The laws and the scratch that a thread keeps between two rows.
struct NoiseLaws {
  /// The data, where tokens are drawn from them.
  var tokens: TokenStream?
  var replacement = GapLaw()
  var wordDropout = GapLaw()
  var spanDropout = GapLaw()
  var masking = GapLaw()
  var numbers = DistinctNumbers()
  var layout = SpanLayout()
  var spans: [Range<Int>] = []
  var lengths: [Int] = []
}
