// Source: K. Clark, M.-T. Luong, Q. Le, C. Manning, "ELECTRA", ICLR 2020, section 2, with a law in
//   place of the generator (the paper's unigram generator, table 2).
// Procedure: each ordinary token is exchanged with the given rate; see TokenReplacement.swift. The
//   target of an ordinary token is 1 where another one stands in its place, else 0: a token
//   exchanged for itself is not replaced.
// Complexity: O(n).
// Determinism: that of TokenReplacement.swift, with its site.

import BytePairEncoding
import Noise

/// Finding the tokens that others stand for.
public struct ReplacedTokens: Objective {
  /// Its names in recipes.
  public static let names = ["replaced"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "ELECTRA"
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.maskingRate, .replacementLaw]
  /// The kinds of rows that it can be made of.
  public static let rows = Collator.Rows.allCases

  /// What is exchanged.
  public let replacement: TokenReplacement

  /// - Parameter replacement: What is exchanged.
  public init(_ replacement: TokenReplacement) { self.replacement = replacement }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let rate = try reader.recipe.rate(.maskingRate) ?? NoiseRate(DropoutRate(0.15) ?? .zero)
    self.init(try TokenReplacement(rate: rate, reader))
  }

  /// Makes inputs and targets of a row.
  public func apply(
    to row: inout Row,
    at moment: NoiseContext,
    _ scratch: inout NoiseScratch
  ) throws {
    row.input(row.ids.indices)
    try replacement.apply(to: &row, at: moment, &scratch)
    for (id, input) in zip(row.ids, row.inputs) {
      let isOrdinary = !replacement.classes.isSpecial(id)
      row.targets.append(isOrdinary ? (id == input ? 0 : 1) : Batch.ignoredTarget)
    }
    row.targetBytes.append(contentsOf: repeatElement(0, count: row.ids.count))
  }
}
