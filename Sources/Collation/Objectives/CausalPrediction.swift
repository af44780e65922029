// Source: Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, "A Neural Probabilistic Language Model",
//   JMLR 2003.
// Procedure: the target of a position is the token behind it. Each segment of a row is for itself:
//   the last token of a packed document does not predict the first of the next.
// Complexity: O(n).
// Determinism: no draws.

/// Predicting the next token.
public struct CausalPrediction: Objective {
  /// Its names in recipes.
  public static let names = ["causal"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "the next token"
  /// What a model must be able to predict.
  public static let target = TrainingTarget.nextToken
  /// The kinds of rows that it can be made of.
  public static let rows = Collator.Rows.allCases
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace

  /// The objective, which has no settings.
  public init() {}

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) {}

  /// The tokens that a row shares with the next.
  public var overlap: Int { 1 }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    for segment in row.segments where !segment.isEmpty {
      row.input(segment.dropLast())
      row.target(segment.dropFirst())
    }
  }
}
