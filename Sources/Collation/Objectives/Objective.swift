/// What a model learns to find, and in what it finds it.
public enum Objective: Sendable {
  /// The next token.
  case causal
  /// The tokens that noise hides.
  case masked(TokenMasking)
  /// The spans that sentinels stand for.
  case spanCorruption(SpanCorruption)
  /// The same, hidden in one of several ways.
  case mixture(DenoiserMixture)
  /// The row, of which parts are missing or moved.
  case denoising(Denoising)
  /// The next token behind a prefix that is seen whole.
  case prefix
  /// The next token, where the middle of a text can come last.
  case fillInTheMiddle(FillInTheMiddle)
  /// Which tokens others stand for: 1, or 0.
  case replaced(ReplacedTokens)
  /// Tokens in an order drawn by chance.
  case permutation(PermutedPrediction)
  /// The class of one text or two.
  case classification(SequenceClassification)

  /// The tokens that a row shares with the next: the last target of one is the first input of the other.
  var overlap: Int {
    switch self {
    case .causal, .prefix, .fillInTheMiddle: 1
    default: 0
    }
  }

  /// The tokens of a full row, without those that it shares with the next.
  func tokens(fitting length: Int) -> Int {
    switch self {
    case .causal, .masked, .prefix, .denoising, .replaced, .permutation: length
    case .fillInTheMiddle: max(length - FillInTheMiddle.addedTokens, 1)
    case .classification(let marks): max(length - marks.addedTokens, 1)
    case .spanCorruption(let corruption): corruption.tokens(fitting: length)
    case .mixture(let mixture): mixture.tokens(fitting: length)
    }
  }

  /// The longest input of a row of so many tokens, without those that it shares with the next.
  func inputLength(ofTokens tokens: Int) -> Int {
    switch self {
    case .causal, .masked, .prefix, .denoising, .replaced, .permutation: tokens
    case .fillInTheMiddle: tokens + FillInTheMiddle.addedTokens
    case .classification(let marks): tokens + marks.addedTokens
    case .spanCorruption(let corruption): corruption.inputLength(ofTokens: tokens)
    case .mixture(let mixture): mixture.inputLength(ofTokens: tokens)
    }
  }

  /// The longest targets of a row of so many tokens; nil where they stand at the inputs.
  func targetLength(ofTokens tokens: Int) -> Int? {
    switch self {
    case .causal, .masked, .prefix, .fillInTheMiddle, .replaced, .permutation, .classification: nil
    case .denoising: tokens
    case .spanCorruption(let corruption): corruption.targetLength(ofTokens: tokens)
    case .mixture(let mixture): mixture.targetLength(ofTokens: tokens)
    }
  }

  /// Whether it needs to know which tokens are words.
  var needsWords: Bool { if case .masked(let masking) = self { masking.needsWords } else { false } }

  /// Whether it needs to know which tokens are sentences.
  var needsSentences: Bool {
    if case .denoising(let denoising) = self { denoising.permutesSentences } else { false }
  }

  /// Whether it makes something of each field of a document, rather than of all of it.
  var keepsFields: Bool { if case .classification = self { true } else { false } }

  /// Makes inputs and targets of a row that has been read.
  func apply(
    to row: inout Row,
    sample: UInt64,
    _ moment: NoiseContext,
    _ laws: inout NoiseLaws
  ) throws {
    switch self {
    case .causal:
      for segment in row.segments where !segment.isEmpty {
        row.input(segment.dropLast())
        row.target(segment.dropFirst())
      }
    case .masked(let masking): masking.apply(to: &row, sample: sample, moment, &laws)
    case .spanCorruption(let corruption):
      corruption.apply(to: &row, sample: sample, moment, &laws.layout)
    case .mixture(let mixture): mixture.apply(to: &row, sample: sample, moment, &laws.layout)
    case .denoising(let denoising): denoising.apply(to: &row, sample: sample, moment, &laws)
    case .prefix: PrefixPrediction.apply(to: &row, sample: sample, moment)
    case .fillInTheMiddle(let cut): cut.apply(to: &row, sample: sample, moment)
    case .replaced(let replaced):
      try replaced.apply(to: &row, sample: sample, moment, &laws)
    case .permutation(let permutation): permutation.apply(to: &row, sample: sample, moment)
    case .classification(let marks): marks.apply(to: &row)
    }
  }
}
