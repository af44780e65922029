// Source: word dropout as in TokenDropout.swift, over the words of ICU; G. Lample, L. Denoyer, M. Ranzato,
//   "Unsupervised Machine Translation Using Monolingual Corpora Only", ICLR 2018, section 3.3.
// Procedure: each word of the input, with the space before it, is dropped with the given rate: the
//   replacement stands in the place of each of its tokens. So rows keep their length, and targets stay
//   whole. Words are found in any script; see TokenUnits.swift.
// Complexity: O(n), for the words; one draw for each that is dropped.
// Determinism: the gaps between dropped words, 64 bits each, of the stream (site wordDropout; item:
//   number of the row in the epoch).

public import BytePairEncoding
public import Noise

/// Replaces whole words of the input by a mask or unknown token.
public struct WordDropout: Sendable {
  /// The probability for each word, and its course over the run.
  public let rate: NoiseRate
  /// What stands in the place of each token of a dropped word.
  public let replacement: TokenID

  /// - Parameters:
  ///   - rate: The probability for each word, and its course over the run.
  ///   - replacement: What stands in the place of each token of a dropped word.
  public init(rate: NoiseRate, replacement: TokenID) {
    self.rate = rate
    self.replacement = replacement
  }

  /// Drops words of a row whose units have been found.
  func apply(to row: inout Row, sample: UInt64, _ moment: NoiseContext, _ law: inout GapLaw) {
    let rate = moment.rate(rate)
    if rate == .zero { return }
    law.prepare(rate)
    var draws = RandomStream(key: moment.key(.wordDropout), item: sample)
    let count = row.units.ranges.count
    row.trace?.begin(.wordDropout, trials: count, rate: rate.value)
    var next = 0
    while let unit = law.next(from: next, below: count, &draws) {
      for place in row.units.ranges[unit] {
        row.replace(place, by: replacement.rawValue, .wordDropout)
      }
      next = unit + 1
      row.trace?.succeed(.wordDropout)
    }
  }
}
