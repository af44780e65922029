// Source: C. Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
//   Transformer", JMLR 2020, sections 3.1.4 and 3.3.4; lengths as in its random_spans_helper.
// Procedure: of n tokens h = round(n · rate), at least 1, at most n - 1, are hidden in round(h /
//   mean) spans. In the input a sentinel stands for each; the targets are each sentinel with what
//   it stands for; both end with the end token. So 568 tokens give 512 and 114 at 0.15 and 3. A row
//   of the batch's length has as many tokens as fit. Special tokens are never hidden: one inside a
//   span stands behind its sentinel.
// Complexity: O(n).
// Determinism: the draws of SpanLayout.swift, of the stream (site spans; item: number of the row in
//   the epoch).

public import BytePairEncoding
package import Noise

/// Hides spans of the input, which the targets then have, for encoder-decoder models.
public struct SpanCorruption: Objective {
  /// Its names in recipes.
  public static let names = ["span_corruption"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "T5"
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [
    .noiseDensity, .meanSpanLength, .sentinelToken, .endToken,
  ]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.sequenceToSequence
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.targetLengths]

  /// The share of the tokens that is hidden.
  public let rate: Double
  /// The mean length of a span.
  public let meanLength: Double
  /// What stands for the spans, in order.
  public let sentinels: [TokenID]
  /// The end of input and targets.
  public let end: TokenID
  /// Which tokens are never hidden.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of the tokens that is hidden, 0 through 1.
  ///   - meanLength: The mean length of a span, at least 1.
  ///   - sentinels: What stands for the spans, in order; at least one.
  ///   - end: The end of input and targets.
  ///   - classes: Which tokens are never hidden.
  public init(
    rate: Double,
    meanLength: Double,
    sentinels: [TokenID],
    end: TokenID,
    classes: TokenClasses
  ) {
    precondition(rate >= 0 && rate <= 1, "a rate must lie in 0...1, but is \(rate)")
    precondition(meanLength >= 1, "a span has at least one token, but the mean is \(meanLength)")
    precondition(!sentinels.isEmpty, "span corruption needs a sentinel, but there is none")
    self.rate = rate
    self.meanLength = meanLength
    self.sentinels = sentinels
    self.end = end
    self.classes = classes
  }

  /// The tokens that only this objective makes special.
  public static func marks(_ reader: RecipeReader) throws -> [TokenID] {
    try SpanMarks(reader).special
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let marks = try SpanMarks(reader)
    self.init(
      rate: try reader.recipe.share(.noiseDensity) ?? 0.15,
      meanLength: try reader.recipe.number(.meanSpanLength, in: 1...1000) ?? 3,
      sentinels: try marks.needed(reader),
      end: try reader.neededToken(.endToken, orFirstOf: SpanMarks.ends),
      classes: reader.classes
    )
  }

  /// Refuses a collator that does not go with it.
  public func check(_ collator: Collator, _ reader: RecipeReader) throws {
    let spans = counts(ofTokens: collator.stride).spans
    try SpanMarks.check(spans: spans, sentinels.count, collator, reader)
  }

  /// The hidden tokens and their spans, for rows of so many tokens.
  public func counts(ofTokens tokens: Int) -> (hidden: Int, spans: Int) {
    if tokens < 2 { return (0, 0) }
    let hidden = min(max(Int((Double(tokens) * rate).rounded()), 1), tokens - 1)
    let spans = max(Int((Double(hidden) / meanLength).rounded()), 1)
    return (hidden, min(spans, hidden, tokens - hidden))
  }

  /// The length of the input, with sentinels and end.
  public func inputLength(ofTokens tokens: Int) -> Int {
    let (hidden, spans) = counts(ofTokens: tokens)
    return tokens - hidden + spans + 1
  }

  /// The length of the targets, with sentinels and end.
  public func targetLength(ofTokens tokens: Int) -> Int? {
    let (hidden, spans) = counts(ofTokens: tokens)
    return hidden + spans + 1
  }

  /// The most tokens whose input fits.
  public func tokens(fitting length: Int) -> Int {
    var tokens = max(length - 1, 1)
    while inputLength(ofTokens: tokens + 1) <= length && tokens < 64 * length { tokens += 1 }
    return tokens
  }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    var draws = moment.draws(.spans)
    hide(row: &row, &draws, &scratch.layout)
    row.extras[0].append(Int32(truncatingIfNeeded: row.targets.count))
  }

  /// The same with draws that have begun.
  func hide(row: inout Row, _ draws: inout RandomStream, _ layout: inout SpanLayout) {
    let ordinary = layout.prepare(row.ids, classes)
    var (hidden, spans) = counts(ofTokens: row.ids.count)
    hidden = min(hidden, max(ordinary - 1, 0))
    spans = min(spans, hidden, ordinary - hidden + 1)
    layout.draw(hidden: hidden, spanCount: spans, of: ordinary, &draws)
    row.trace?.begin(.span, trials: ordinary, rate: nil)
    row.trace?.succeed(.span, times: hidden)
    emit(layout.spans, of: &row)
  }

  /// Writes the visible part with sentinels into the inputs, the rest into the targets.
  func emit(_ spans: [Range<Int>], of row: inout Row) {
    var place = 0
    for (number, span) in spans.enumerated() {
      let sentinel = sentinels[min(number, sentinels.count - 1)].rawValue
      row.input(place..<span.lowerBound)
      row.input(sentinel, at: span.lowerBound, by: .span)
      row.target(sentinel)
      row.hide(span, classes)
      place = span.upperBound
    }
    row.input(place..<row.ids.count)
    row.input(end.rawValue, at: row.ids.count - 1, by: .mark)
    row.target(end.rawValue)
  }
}

extension Row {
  /// Takes a span as targets; what is special in it stays in the inputs.
  mutating func hide(_ span: Range<Int>, _ classes: TokenClasses) {
    var start = span.lowerBound
    for place in span where classes.isSpecial(ids[place]) {
      target(start..<place)
      input(place..<place + 1)
      start = place + 1
    }
    target(start..<span.upperBound)
  }
}

extension RecipeKey {
  static let noiseDensity = RecipeKey(
    "noise_density",
    fallback: "0.15, of denoising 0.3",
    "rate of tokens hidden in spans"
  )
  static let meanSpanLength = RecipeKey(
    "mean_noise_span_length",
    fallback: "3",
    "mean tokens of a span"
  )
}

extension ExtraArray {
  /// For each row the targets that are tokens: those of encoder-decoder objectives.
  public static let targetLengths = ExtraArray("target_lengths", width: .row)
}

extension Batch {
  /// For each row the targets that are tokens; empty where targets stand at the inputs.
  public var targetLengths: [Int] { self[.targetLengths].map { Int($0) } }
}

extension NoiseSite {
  /// Span corruption, infilling and their mixtures: where the hidden spans of a row are.
  package static var spans: NoiseSite { NoiseSite(number: 17, name: "spans") }
}
