// Source: M. Bavarian et al., "Efficient Training of Language Models to Fill in the Middle", 2022,
//   sections 3 and appendix D.
// Procedure: with the given rate a row is cut at two places of its longest run of one document,
//   drawn uniformly, into prefix, middle and suffix: `<pre> prefix <suf> suffix <mid> middle`
//   (PSM), or, with the other rate, `<pre> <suf> suffix <mid> prefix middle` (SPM, the paper's
//   second variant). Then every token finds the next one; what is around the run stays. No run is
//   cut in front of or behind a special token: it ends before it.
// Complexity: O(n).
// Determinism: two draws decide, two cut, of the stream (site parts; item: number of the row in the
//   epoch).

public import BytePairEncoding
public import Noise

/// Predicting the middle of a text from what is around it.
public struct FillInTheMiddle: Objective {
  /// Its names in recipes.
  public static let names = ["fill_in_the_middle"]
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [
    .fillRate, .suffixFirst, .prefixToken, .suffixToken, .middleToken,
  ]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.nextToken
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace

  /// The share of rows that are cut, with its schedule.
  public let rate: NoiseRate
  /// The share of these in which the suffix comes first.
  public let suffixFirst: Double
  /// What stands before the parts.
  public let prefix, suffix, middle: TokenID
  /// Which tokens end a run.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of rows that are cut, with its schedule.
  ///   - suffixFirst: The share of these in which the suffix comes first, 0 through 1.
  ///   - prefix: What stands before the prefix.
  ///   - suffix: What stands before the suffix.
  ///   - middle: What stands before the middle.
  ///   - classes: Which tokens end a run.
  public init(
    rate: NoiseRate,
    suffixFirst: Double,
    prefix: TokenID,
    suffix: TokenID,
    middle: TokenID,
    classes: TokenClasses
  ) {
    self.rate = rate
    self.suffixFirst = suffixFirst
    (self.prefix, self.suffix, self.middle) = (prefix, suffix, middle)
    self.classes = classes
  }

  private static let prefixes = ["<|fim_prefix|>", "<fim_prefix>", "<PRE>"]
  private static let suffixes = ["<|fim_suffix|>", "<fim_suffix>", "<SUF>"]
  private static let middles = ["<|fim_middle|>", "<fim_middle>", "<MID>"]

  /// The tokens that only this objective makes special.
  public static func marks(_ reader: RecipeReader) throws -> [TokenID] {
    try [
      reader.token(.prefixToken, orFirstOf: prefixes),
      reader.token(.suffixToken, orFirstOf: suffixes),
      reader.token(.middleToken, orFirstOf: middles),
    ].compactMap { $0 }
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    self.init(
      rate: try reader.recipe.rate(.fillRate) ?? NoiseRate(DropoutRate(0.5) ?? .zero),
      suffixFirst: try reader.recipe.share(.suffixFirst) ?? 0.5,
      prefix: try reader.neededToken(.prefixToken, orFirstOf: Self.prefixes),
      suffix: try reader.neededToken(.suffixToken, orFirstOf: Self.suffixes),
      middle: try reader.neededToken(.middleToken, orFirstOf: Self.middles),
      classes: reader.classes
    )
  }

  /// The tokens that it adds to a row.
  private static let addedTokens = 3

  /// The tokens that a row shares with the next.
  public var overlap: Int { 1 }

  /// The tokens of a full row.
  public func tokens(fitting length: Int) -> Int { max(length - Self.addedTokens, 1) }

  /// The longest input of a row.
  public func inputLength(ofTokens tokens: Int) -> Int { tokens + Self.addedTokens }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    var draws = moment.draws(.parts)
    let isCut = draws.happens(BernoulliThreshold(moment.rate(rate).value))
    let isSuffixFirst = draws.happens(BernoulliThreshold(suffixFirst))
    let run = longestRun(of: row)
    row.trace?.begin(.mark, trials: run.isEmpty ? 0 : 1, rate: moment.rate(rate).value)
    if isCut && !run.isEmpty {
      row.trace?.succeed(.mark)
      let cuts = [0, 1].map { _ in
        run.lowerBound + Int(draws.next(below: UInt32(run.count + 1)))
      }.sorted()
      let mark = { (row: inout Row, token: TokenID) in
        row.input(token.rawValue, at: run.lowerBound, by: .mark)
        row.target(token.rawValue)
      }
      let copy = { (row: inout Row, range: Range<Int>) in
        row.input(range)
        row.target(range)
      }
      copy(&row, 0..<run.lowerBound)
      mark(&row, prefix)
      if !isSuffixFirst { copy(&row, run.lowerBound..<cuts[0]) }
      mark(&row, suffix)
      copy(&row, cuts[1]..<run.upperBound)
      mark(&row, middle)
      if isSuffixFirst { copy(&row, run.lowerBound..<cuts[0]) }
      copy(&row, cuts[0]..<cuts[1])
      copy(&row, run.upperBound..<row.ids.count)
    } else {
      row.input(row.ids.indices)
      row.target(row.ids.indices)
    }
    row.shiftTargets()
  }

  /// The longest run of ordinary tokens of one document; the first of several.
  private func longestRun(of row: Row) -> Range<Int> {
    var (longest, start) = (0..<0, 0)
    for place in 0...row.ids.count {
      let isEnd = place == row.ids.count || classes.isSpecial(row.ids[place])
      let isNew =
        !isEnd && place > 0 && !row.documents.isEmpty
        && row.documents[place] != row.documents[place - 1]
      if (isEnd || isNew) && place - start > longest.count { longest = start..<place }
      if isEnd { start = place + 1 } else if isNew { start = place }
    }
    return longest
  }
}

extension Row {
  /// Makes a row whose targets are its inputs one in which every position finds the next input.
  mutating func shiftTargets() {
    if inputs.isEmpty { return }
    inputs.removeLast()
    if !inputDocuments.isEmpty { inputDocuments.removeLast() }
    trace?.removeLast()
    targets.removeFirst()
    targetBytes.removeFirst()
  }
}

extension RecipeKey {
  static let fillRate = RecipeKey(
    "fim_rate",
    fallback: "0.5",
    "rate of rows whose middle comes last"
  )
  static let suffixFirst = RecipeKey(
    "fim_spm_rate",
    fallback: "0.5",
    "the share of these whose suffix comes first"
  )
  static let prefixToken = RecipeKey(
    "fim_prefix_token",
    fallback: "<|fim_prefix|>, <fim_prefix>, <PRE>",
    "before the prefix"
  )
  static let suffixToken = RecipeKey(
    "fim_suffix_token",
    fallback: "<|fim_suffix|>, <fim_suffix>, <SUF>",
    "before the suffix"
  )
  static let middleToken = RecipeKey(
    "fim_middle_token",
    fallback: "<|fim_middle|>, <fim_middle>, <MID>",
    "before the middle"
  )
}

extension NoiseSite {
  /// Where a row is cut into parts: prefixes, fill-in-the-middle.
  package static var parts: NoiseSite { NoiseSite(number: 18, name: "parts") }
}
