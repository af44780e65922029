package import Noise

extension TokenMasking: Objective {
  /// Its names in recipes.
  public static let names = ["masked"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "80/10/10"
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [
    .maskingRate, .maskShare, .randomShare, .maskToken, .maskChoice, .longestSpan,
  ]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.maskedTokens
  /// The kinds of rows that it can be made of.
  public static let rows = Collator.Rows.allCases

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let recipe = reader.recipe
    let mask = try reader.neededToken(.maskToken, orFirstOf: RecipeReader.masks)
    let maskShare = try recipe.share(.maskShare) ?? 0.8
    let randomShare = try recipe.share(.randomShare) ?? min(0.1, 1 - maskShare)
    guard maskShare + randomShare <= Self.wholeShare else {
      throw recipe.failure(
        .randomShare,
        "found \(maskShare) and \(randomShare), which with mask_replace_prob is more than 1"
      )
    }
    guard randomShare == 0 || !reader.classes.ordinary.isEmpty else {
      throw recipe.failure(.randomShare, "the tokenizer has no ordinary token to draw")
    }
    self.init(
      rate: try recipe.rate(.maskingRate) ?? NoiseRate(DropoutRate(0.15) ?? .zero),
      choice: try Choice(recipe),
      mask: mask,
      maskShare: maskShare,
      randomShare: randomShare,
      classes: reader.classes
    )
  }
}

extension TokenMasking.Choice {
  fileprivate init(_ recipe: CollationRecipe) throws {
    let names = ["tokens", "count", "words", "spans", "ngrams"]
    let name = try recipe.choice(.maskChoice, { $0 }, names) ?? "tokens"
    let limit = try recipe.integer(.longestSpan, in: 1...1000)
    if limit != nil && name != "spans" && name != "ngrams" {
      throw recipe.failure(
        .longestSpan,
        "the setting needs \"mask_choice\": \"spans\" or \"ngrams\""
      )
    }
    switch name {
    case "count": self = .count
    case "words": self = .words
    // SpanBERT, section 3.1: p = 0.2, at most 10. ALBERT, section 4.1: P(n) in proportion to 1/n.
    case "spans": self = .spans(.geometric(0.2, limit: limit ?? 10))
    case "ngrams": self = .spans(.harmonic(limit: limit ?? 3))
    default: self = .tokens
    }
  }
}

extension RecipeKey {
  static let maskingRate = RecipeKey(
    "mlm_probability",
    fallback: "0.15",
    "rate of tokens to be found, or to be replaced"
  )
  static let maskShare = RecipeKey(
    "mask_replace_prob",
    fallback: "0.8",
    "the share of these that the mask replaces"
  )
  static let randomShare = RecipeKey(
    "random_replace_prob",
    fallback: "0.1",
    "the share of these that a random token replaces"
  )
  static let maskToken = RecipeKey(
    "mask_token",
    fallback: "<mask>, [MASK] or <|mask|>",
    "the mask"
  )
  static let maskChoice = RecipeKey(
    "mask_choice",
    fallback: "tokens",
    "what is chosen: tokens, count (exactly the rate), words, spans (SpanBERT) or ngrams"
  )
  static let longestSpan = RecipeKey(
    "max_span_length",
    fallback: "10, of ngrams 3",
    "words of a span, at most"
  )
}

extension NoiseSite {
  /// Masked language modelling: which tokens are hidden, and by what.
  package static var masking: NoiseSite { NoiseSite(number: 8, name: "masking") }
}
