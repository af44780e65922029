// Source: original; the sign test of J. Arbuthnot, 1710, with a bound on the mean.
// Procedure: a comparison asks whether numbers are above 0, such as minus the differences where an arm
//   is expected to be lower. They are if enough of them are and their mean is more than k standard
//   errors above 0: k is 3 for three or four pairs, 2 for more. Up to eight pairs all must be above
//   0; of more as many as make the sign test as strict as five of five (1/32). "Within a margin" asks
//   it twice, of what is left to each bound.
// Complexity: O(pairs).
// Determinism: a function of the pairs in their order.

import Glibc

/// What a study says of a claim.
public enum Verdict: String, Sendable {
  /// The pairs are as expected.
  case holds
  /// The pairs are the reverse of what was expected.
  case doesNotHold = "does not hold"
  /// Neither.
  case undecided

  /// The fewest pairs that decide anything.
  public static let fewestPairs = 3
  /// The rule, in words.
  public static let rule = """
    Pairs have the same seed in both arms. A comparison holds if all pairs have the expected sign \
    and their mean is more than 2 standard errors away (3 with three or four pairs); it does not \
    hold if the same is true of the opposite sign; else it is undecided. With nine pairs or more \
    so many may have the other sign that the sign test stays as strict as five of five. The claim \
    holds if all comparisons do, and does not hold if one does not.
    """

  /// Whether numbers lie above 0 by the rule.
  ///
  /// - Parameter values: In the order of the seeds.
  /// - Returns: Whether enough of them are, and their mean is by enough.
  static func isAboveZero(_ values: [Double]) -> Bool {
    let pairs = PairedDifference(values)
    guard values.count >= fewestPairs, let error = pairs.standardError else { return false }
    let against = values.count { !($0 > 0) }
    return against <= allowedAgainst(values.count) && pairs.mean > errors(values.count) * error
  }

  /// The number of standard errors that a mean of so many pairs must be away from 0.
  static func errors(_ pairs: Int) -> Double { pairs < 5 ? 3 : 2 }

  /// How many of some pairs may have the wrong sign.
  static func allowedAgainst(_ pairs: Int) -> Int {
    // The chance of `count` or fewer heads in as many throws, term by term.
    var (count, chance, term) = (0, 0.0, exp2(-Double(pairs)))
    while true {
      chance += term
      if chance > 1.0 / 32 { return max(count - 1, 0) }
      count += 1
      term *= Double(pairs - count + 1) / Double(count)
    }
  }
}

extension StudyComparison {
  /// What the pairs say.
  ///
  /// - Parameter pairs: Arm minus baseline, in the order of the seeds.
  /// - Returns: The verdict of the rule.
  public func verdict(_ pairs: PairedDifference) -> Verdict {
    let values = pairs.values
    switch relation {
    case .lower, .higher:
      let sign = relation == .lower ? -1.0 : 1
      let beyond = values.map { sign * $0 - margin }
      if Verdict.isAboveZero(beyond) { return .holds }
      return Verdict.isAboveZero(beyond.map(-)) ? .doesNotHold : .undecided
    case .within:
      let (below, above) = (values.map { margin - $0 }, values.map { margin + $0 })
      if Verdict.isAboveZero(below) && Verdict.isAboveZero(above) { return .holds }
      let isOutside = Verdict.isAboveZero(below.map(-)) || Verdict.isAboveZero(above.map(-))
      return isOutside ? .doesNotHold : .undecided
    }
  }

  /// The number of pairs that would decide the comparison, if those to come are like these.
  ///
  /// - Parameter pairs: Arm minus baseline.
  /// - Returns: More than there are; nil for more than 1000, or where one pair tells no spread.
  public func pairsToDecide(_ pairs: PairedDifference) -> Int? {
    guard let deviation = pairs.deviation else { return nil }
    let values: [Double] =
      switch relation {
      case .lower: pairs.values.map { -$0 - margin }
      case .higher: pairs.values.map { $0 - margin }
      case .within: pairs.values.map { margin - (pairs.mean < 0 ? -$0 : $0) }
      }
    let mean = values.reduce(0, +) / Double(values.count)
    let against = values.count { mean > 0 ? !($0 > 0) : !($0 < 0) }
    return (values.count + 1..<1001).first { count in
      count >= Verdict.fewestPairs && Verdict.allowedAgainst(count) >= against
        && abs(mean) > Verdict.errors(count) * deviation / sqrt(Double(count))
    }
  }
}
