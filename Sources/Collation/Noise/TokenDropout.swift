// Source: word dropout, S. Bowman, L. Vilnis, O. Vinyals, A. Dai, R. Jozefowicz, S. Bengio,
//   "Generating Sentences from a Continuous Space", CoNLL 2016, section 3.1. A rate for each row:
//   "What Makes Diffusion Language Models Super Data Learners?", whose objective draws it from 0...1.
// Procedure: each ordinary token of the input is replaced by one fixed token with the given rate;
//   targets stay whole. Special tokens are never chosen. If the rate is drawn for each row, it is
//   uniform between 0 and the given one; under a rate of 1, any number of a row's tokens is then
//   equally likely to be dropped.
// Complexity: O(n), one Philox block for each token.
// Determinism: one 32-bit word for each token, of the stream (site tokenDropout; item: number of
//   the row in the epoch; position: place of the token in the row), and one for the rate of a row
//   (site tokenDropoutRate; item: as above).

public import BytePairEncoding
public import Noise

/// Replaces tokens of the input by a mask or unknown token.
public struct TokenDropout: TokenNoise {
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.tokenDropout, .tokenDropoutByRow, .dropoutToken]

  /// The probability for each token, with its schedule.
  public let rate: NoiseRate
  /// Whether each row has a rate of its own, uniform between 0 and ``rate``.
  public let isDrawnByRow: Bool
  /// What stands in the place of a dropped token.
  public let replacement: TokenID
  /// Which tokens are never dropped.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability for each token, with its schedule.
  ///   - replacement: What stands in the place of a dropped token.
  ///   - classes: Which tokens are never dropped.
  ///   - isDrawnByRow: Whether each row has a rate of its own, uniform between 0 and the rate.
  public init(
    rate: NoiseRate,
    replacement: TokenID,
    classes: TokenClasses,
    isDrawnByRow: Bool = false
  ) {
    self.rate = rate
    self.isDrawnByRow = isDrawnByRow
    self.replacement = replacement
    self.classes = classes
  }

  /// Reads its settings from a recipe.
  public init?(_ reader: RecipeReader) throws {
    guard let rate = try reader.recipe.rate(.tokenDropout), rate.peak != .zero else { return nil }
    let replacement = try reader.neededToken(.dropoutToken, orFirstOf: RecipeReader.unknown)
    self.init(
      rate: rate,
      replacement: replacement,
      classes: reader.classes,
      isDrawnByRow: try reader.recipe.flag(.tokenDropoutByRow) ?? false
    )
  }

  /// Its rate by the name of the setting.
  public var rates: [(name: String, rate: NoiseRate)] { [(RecipeKey.tokenDropout.name, rate)] }

  /// Changes the inputs of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    var rate = moment.rate(self.rate).value
    if isDrawnByRow {
      var draws = moment.draws(.tokenDropoutRate)
      rate *= (Double(draws.next32()) + 0.5) / 0x1p32
    }
    let threshold = BernoulliThreshold(rate)
    if threshold.bits == 0 { return }
    row.countOrdinary(.tokenDropout, classes, rate: rate)
    let found = RandomStream.places(
      of: threshold,
      key: moment.key(.tokenDropout),
      item: moment.sample,
      count: row.inputs.count,
      words: &row.words,
      seconds: &row.seconds,
      places: &row.places
    )
    for place in row.places.prefix(found) where !classes.isSpecial(row.inputs[Int(place)]) {
      row.replace(Int(place), by: replacement.rawValue, .tokenDropout)
      row.trace?.succeed(.tokenDropout)
    }
  }
}

extension RecipeKey {
  static let tokenDropout = RecipeKey(
    "token_dropout",
    fallback: "0",
    "rate of input tokens replaced, such as 0.1 or \"0.1:early:0.5\""
  )
  static let tokenDropoutByRow = RecipeKey(
    "token_dropout_by_row",
    fallback: "false",
    "whether each row draws its own rate, uniform between 0 and token_dropout"
  )
  static let dropoutToken = RecipeKey(
    "dropout_token",
    fallback: "<unk>, [UNK], <|unk|> or a mask token",
    "what replaces them"
  )
}

extension NoiseSite {
  /// Token dropout: which tokens of a row are replaced in the input.
  package static var tokenDropout: NoiseSite { NoiseSite(number: 7, name: "tokenDropout") }
  /// Token dropout: the rate of a row that draws its own.
  package static var tokenDropoutRate: NoiseSite { NoiseSite(number: 24, name: "tokenDropoutRate") }
}
