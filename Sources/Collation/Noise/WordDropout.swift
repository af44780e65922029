// Source: word dropout as in TokenDropout.swift, over the words of ICU; G. Lample, L. Denoyer, M.
//   Ranzato, "Unsupervised Machine Translation Using Monolingual Corpora Only", ICLR 2018, section
//   3.3.
// Procedure: each word of the input, with the space before it, is dropped with the given rate: the
//   replacement stands in the place of each of its tokens. So rows keep their length, and targets
//   stay whole. Words are found in any script; see TokenUnits.swift.
// Complexity: O(n), for the words; one draw for each that is dropped.
// Determinism: the gaps between dropped words, 64 bits each, of the stream (site wordDropout; item:
//   number of the row in the epoch).

public import BytePairEncoding
public import Noise

/// Replaces whole words of the input by a mask or unknown token.
public struct WordDropout: TokenNoise {
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.wordDropout, .dropoutToken]

  /// The probability for each word, with its schedule.
  public let rate: NoiseRate
  /// What stands in the place of each token of a dropped word.
  public let replacement: TokenID

  /// - Parameters:
  ///   - rate: The probability for each word, with its schedule.
  ///   - replacement: What stands in the place of each token of a dropped word.
  public init(rate: NoiseRate, replacement: TokenID) {
    self.rate = rate
    self.replacement = replacement
  }

  /// Reads its settings from a recipe.
  public init?(_ reader: RecipeReader) throws {
    guard let rate = try reader.recipe.rate(.wordDropout), rate.peak != .zero else { return nil }
    let replacement = try reader.neededToken(.dropoutToken, orFirstOf: RecipeReader.unknown)
    self.init(rate: rate, replacement: replacement)
  }

  /// Whether words are needed.
  public var needsWords: Bool { true }

  /// Its rate by the name of the setting.
  public var rates: [(name: String, rate: NoiseRate)] { [(RecipeKey.wordDropout.name, rate)] }

  /// Changes the inputs of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    let rate = moment.rate(rate)
    if rate == .zero { return }
    let gaps = scratch.gaps(.wordDropout, rate)
    var draws = moment.draws(.wordDropout)
    let count = row.units.ranges.count
    row.trace?.begin(.wordDropout, trials: count, rate: rate.value)
    var next = 0
    while let unit = gaps.next(from: next, below: count, &draws) {
      for place in row.units.ranges[unit] {
        row.replace(place, by: replacement.rawValue, .wordDropout)
      }
      next = unit + 1
      row.trace?.succeed(.wordDropout)
    }
  }
}

extension RecipeKey {
  static let wordDropout = RecipeKey(
    "word_dropout",
    fallback: "0",
    "rate of words of which each token is replaced as by token_dropout"
  )
}

extension NoiseSite {
  /// Word dropout: which words of a row are replaced in the input.
  package static var wordDropout: NoiseSite { NoiseSite(number: 13, name: "wordDropout") }
}
