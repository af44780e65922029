// Source: G. Ghiasi, T.-Y. Lin, Q. Le, "DropBlock", NeurIPS 2018, section 3, in one dimension.
// Procedure: runs of `length` tokens begin with the same small probability g at each position, and
//   before the row, too, so that its first tokens are as likely as others. A token is dropped where a
//   run covers it: with 1 - (1 - g)^length, which is the rate, exactly, unlike in the paper, whose g
//   leaves overlaps aside. Special tokens stay.
// Complexity: O(runs · length).
// Determinism: the gaps between beginnings, 64 bits each, of the stream (site spanDropout; item: number
//   of the row in the epoch); g is found by bisection with products only.

public import BytePairEncoding
public import Noise

/// Replaces runs of the input's tokens by a mask or unknown token.
public struct SpanDropout: Sendable {
  /// The probability for each token, and its course over the run.
  public let rate: NoiseRate
  /// The tokens of a run.
  public let length: Int
  /// What stands in the place of each dropped token.
  public let replacement: TokenID
  /// Which tokens are never dropped.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability for each token, and its course over the run.
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

  /// Drops runs of a row.
  func apply(to row: inout Row, sample: UInt64, _ moment: NoiseContext, _ law: inout GapLaw) {
    let rate = moment.rate(rate)
    if rate == .zero { return }
    let beginning = Self.beginning(rate, length: length)
    law.prepare(beginning)
    var draws = RandomStream(key: moment.key(.spanDropout), item: sample)
    let count = row.inputs.count
    // What chance decides about are the beginnings of runs.
    row.trace?.begin(.spanDropout, trials: count + length - 1, rate: beginning.value)
    var (next, done) = (1 - length, 0)
    while let start = law.next(from: next, below: count, &draws) {
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
