// Source: G. Ghiasi, T.-Y. Lin, Q. Le, "DropBlock", NeurIPS 2018, section 3, in one dimension.
// Procedure: runs of `length` tokens begin with the same small probability g at each position, and
//   before the row, too, so that its first tokens are as likely as others. A token is dropped where
//   a run covers it: with 1 - (1 - g)^length, which is the rate, exactly, unlike in the paper,
//   whose g leaves overlaps aside. Special tokens stay.
// Complexity: O(runs · length).
// Determinism: the gaps between beginnings, 64 bits each, of the stream (site spanDropout; item:
//   number of the row in the epoch); g is found by bisection with products only.

public import BytePairEncoding
public import Noise

/// Replaces runs of the input's tokens by a mask or unknown token.
public struct SpanDropout: TokenNoise {
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.spanDropout, .spanDropoutLength, .dropoutToken]

  /// The probability for each token, with its schedule.
  public let rate: NoiseRate
  /// The tokens of a run.
  public let length: Int
  /// What stands in the place of each dropped token.
  public let replacement: TokenID
  /// Which tokens are never dropped.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability for each token, with its schedule.
  ///   - length: The tokens of a run, at least 1.
  ///   - replacement: What stands in the place of each dropped token.
  ///   - classes: Which tokens are never dropped.
  public init(rate: NoiseRate, length: Int, replacement: TokenID, classes: TokenClasses) {
    precondition(length >= 1, "a run has at least one token, but \(length) are asked for")
    self.rate = rate
    self.length = length
    self.replacement = replacement
    self.classes = classes
  }

  /// The probability with which a run begins at a position.
  static func beginning(_ rate: DropoutRate, length: Int) -> DropoutRate {
    if rate == .zero || rate.value == 1 || length == 1 { return rate }
    var (low, high) = (0.0, rate.value)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      var kept = 1.0
      for _ in 0..<length { kept *= 1 - middle }
      if 1 - kept < rate.value { low = middle } else { high = middle }
    }
    return DropoutRate(high) ?? rate
  }

  /// Reads its settings from a recipe.
  public init?(_ reader: RecipeReader) throws {
    guard let rate = try reader.recipe.rate(.spanDropout), rate.peak != .zero else { return nil }
    self.init(
      rate: rate,
      length: try reader.recipe.integer(.spanDropoutLength, in: 1...1000) ?? 3,
      replacement: try reader.neededToken(.dropoutToken, orFirstOf: RecipeReader.unknown),
      classes: reader.classes
    )
  }

  /// Its rate by the name of the setting.
  public var rates: [(name: String, rate: NoiseRate)] { [(RecipeKey.spanDropout.name, rate)] }

  /// Changes the inputs of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    let rate = moment.rate(rate)
    if rate == .zero { return }
    let beginning = Self.beginning(rate, length: length)
    let gaps = scratch.gaps(.spanDropout, beginning)
    var draws = moment.draws(.spanDropout)
    let count = row.inputs.count
    // What chance decides about are the beginnings of runs.
    row.trace?.begin(.spanDropout, trials: count + length - 1, rate: beginning.value)
    var (next, done) = (1 - length, 0)
    while let start = gaps.next(from: next, below: count, &draws) {
      for place in max(start, done)..<max(min(start + length, count), done)
      where !classes.isSpecial(row.inputs[place]) {
        row.replace(place, by: replacement.rawValue, .spanDropout)
      }
      done = max(min(start + length, count), done)
      next = start + 1
      row.trace?.succeed(.spanDropout)
    }
  }
}

extension RecipeKey {
  static let spanDropout = RecipeKey(
    "span_dropout",
    fallback: "0",
    "rate of tokens that are so replaced in runs"
  )
  static let spanDropoutLength = RecipeKey(
    "span_dropout_length",
    fallback: "3",
    "the tokens of a run",
    fitsAnyObjective: true
  )
}

extension NoiseSite {
  /// Span dropout: where the dropped runs of a row begin.
  package static var spanDropout: NoiseSite { NoiseSite(number: 14, name: "spanDropout") }
}
