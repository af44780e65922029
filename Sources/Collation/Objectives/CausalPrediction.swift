// Source: Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, "A Neural Probabilistic Language Model",
//   JMLR 2003.
// Procedure: the target of a position is the token behind it. Each segment of a row is for itself:
//   the last token of a packed document does not predict the first of the next.
// Complexity: O(n).
// Determinism: no draws.

/// Predicting the next token.
public struct CausalPrediction: Objective {
  public static let names = ["causal"]
  public static let gloss: String? = "the next token"
  public static let target = TrainingTarget.nextToken
  public static let rows = Collator.Rows.allCases
  public static let acceptedNoise = AcceptedNoise.inPlace

  /// The objective, which has no settings.
  public init() {}

  public init(_ reader: RecipeReader) {}

  public var overlap: Int { 1 }

  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    for segment in row.segments where !segment.isEmpty {
      row.input(segment.dropLast())
      row.target(segment.dropFirst())
    }
  }
}
