// Source: replacement noise, Z. Xie, S. Wang, J. Li, D. Lévy, A. Nie, D. Jurafsky, A. Ng, "Data
//   Noising as Smoothing in Neural Network Language Models", ICLR 2017, section 3 ("unigram
//   noising").
// Procedure: each ordinary token of the input is exchanged with the given rate for an ordinary
//   token, drawn uniformly, or as often as it stands in the data: then it is the token at a place
//   of the data drawn uniformly, and drawn again while that is special. The new token can be the
//   old one. Special tokens are never chosen and never put in. Targets stay whole.
// Complexity: O(1) for each exchanged token, and a read of the data by frequency.
// Determinism: the gaps between exchanged tokens, 64 bits each, and each one's draws, of the stream
//   (site tokenReplacement; item: number of the row in the epoch).

import Corpora
public import Noise

/// Where a token that is put in by chance comes from.
public enum ReplacementLaw: String, CaseIterable, Sendable {
  /// Every ordinary token is equally likely.
  case uniform
  /// As often as in the data.
  case frequency

  /// How often a place with a special token is drawn before the uniform law decides.
  static let tries = 64

  /// An ordinary token.
  ///
  /// - Parameters:
  ///   - classes: Which tokens are ordinary.
  ///   - tokens: The data.
  ///   - draws: Gives the words.
  /// - Returns: Its id.
  /// - Throws: ``FileError``, ``InvalidData``, where the data come from files.
  func next(
    _ classes: TokenClasses,
    _ tokens: TokenStream?,
    from draws: inout RandomStream
  ) throws -> UInt32 {
    if self == .frequency, let tokens, tokens.count > 0 {
      for _ in 0..<Self.tries {
        let place = draws.next64().multipliedFullWidth(by: UInt64(tokens.count)).high
        let id = try tokens.id(at: Int(place))
        if !classes.isSpecial(id) { return id }
      }
    }
    return classes.ordinary[Int(draws.next(below: UInt32(classes.ordinary.count)))]
  }
}

/// Exchanges tokens of the input for others.
public struct TokenReplacement: TokenNoise {
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.replacementRate, .replacementLaw]

  /// The probability for each token, with its schedule.
  public let rate: NoiseRate
  /// Where the new tokens come from.
  public let law: ReplacementLaw
  /// Which tokens are never chosen and never put in.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability for each token, with its schedule.
  ///   - law: Where the new tokens come from.
  ///   - classes: Which tokens are never chosen and never put in.
  public init(rate: NoiseRate, law: ReplacementLaw, classes: TokenClasses) {
    precondition(
      !classes.ordinary.isEmpty,
      "replacement needs an ordinary token, but there is none"
    )
    self.rate = rate
    self.law = law
    self.classes = classes
  }

  /// Reads its settings from a recipe.
  public init?(_ reader: RecipeReader) throws {
    if try Self.law(reader.recipe) == .frequency && reader.recipe.has(.sources) {
      throw reader.recipe.failure(
        .replacementLaw,
        "several sources have no frequencies of their own"
      )
    }
    guard let rate = try reader.recipe.rate(.replacementRate), rate.peak != .zero else {
      return nil
    }
    try self.init(rate: rate, reader)
  }

  /// Reads the law of a replacement.
  ///
  /// - Throws: ``InvalidData`` where it is no law, or the tokenizer has no token to draw.
  init(rate: NoiseRate, _ reader: RecipeReader) throws {
    guard !reader.classes.ordinary.isEmpty else {
      throw reader.recipe.failure(
        .replacementLaw,
        "the tokenizer has no ordinary token to draw"
      )
    }
    let law = try Self.law(reader.recipe) ?? .uniform
    self.init(rate: rate, law: law, classes: reader.classes)
  }

  private static func law(_ recipe: CollationRecipe) throws -> ReplacementLaw? {
    let laws = ReplacementLaw.allCases.map(\.rawValue)
    return try recipe.choice(.replacementLaw, ReplacementLaw.init(rawValue:), laws)
  }

  /// Refuses a collator that does not go with it.
  public static func check(_ collator: Collator, _ reader: RecipeReader) throws {
    if try collator.isLive && law(reader.recipe) == .frequency {
      throw reader.recipe.failure(
        .replacementLaw,
        "rows that are encoded when they are made have no frequencies"
      )
    }
  }

  /// Its rate by the name of the setting.
  public var rates: [(name: String, rate: NoiseRate)] { [(RecipeKey.replacementRate.name, rate)] }

  /// Changes the inputs of a row.
  public func apply(
    to row: inout Row,
    at moment: NoiseContext,
    _ scratch: inout NoiseScratch
  ) throws {
    let rate = moment.rate(rate)
    if rate == .zero { return }
    let gaps = scratch.gaps(.tokenReplacement, rate)
    row.countOrdinary(.replacement, classes, rate: rate.value)
    var draws = moment.draws(.tokenReplacement)
    var next = 0
    while let place = gaps.next(from: next, below: row.inputs.count, &draws) {
      next = place + 1
      if classes.isSpecial(row.inputs[place]) { continue }
      let drawn = try law.next(classes, scratch.tokens, from: &draws)
      row.replace(place, by: drawn, .replacement)
      row.trace?.succeed(.replacement)
    }
  }
}

extension RecipeKey {
  static let replacementRate = RecipeKey(
    "token_replacement",
    fallback: "0",
    "rate of input tokens exchanged for others"
  )
  static let replacementLaw = RecipeKey(
    "replacement_law",
    fallback: "uniform",
    "which others: uniform, or frequency, as often as in the data",
    fitsAnyObjective: true
  )
}

extension NoiseSite {
  /// Token replacement: which tokens of a row others stand for, and which.
  package static var tokenReplacement: NoiseSite {
    NoiseSite(number: 12, name: "tokenReplacement")
  }
}
