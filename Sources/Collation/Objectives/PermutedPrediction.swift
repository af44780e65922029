// Source: Z. Yang, Z. Dai, Y. Yang, J. Carbonell, R. Salakhutdinov, Q. Le, "XLNet", NeurIPS 2019, sections 2.2 and 2.3.
// Procedure: the ordinary tokens of a row get an order, every one equally likely; special tokens come before all of
//   them. A position may see those whose place in the order is before its own, and the last floor(rate · n + u) of
//   n are to be found (the paper: a sixth). Rows of any length do, unlike in Hugging Face.
// Complexity: O(n).
// Determinism: a draw for the number, then one for each token, of the stream (site factorization; item:
//   number of the row in the epoch).

public import Noise

/// Predicting tokens in an order drawn by chance.
public struct PermutedPrediction: Sendable {
  /// The share of tokens to be found, and its course over the run.
  public let rate: NoiseRate
  /// Which tokens are never to be found.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of tokens to be found, and its course over the run.
  ///   - classes: Which tokens are never to be found.
  public init(rate: NoiseRate, classes: TokenClasses) {
    self.rate = rate
    self.classes = classes
  }

  /// Makes inputs, targets and order of a row.
  func apply(to row: inout Row, sample: UInt64, _ moment: NoiseContext) {
    row.input(row.ids.indices)
    row.noTargets(row.ids.count)
    var draws = RandomStream(key: moment.key(.factorization), item: sample)
    row.places.removeAll(keepingCapacity: true)
    row.order.append(contentsOf: repeatElement(0, count: row.ids.count))
    var special: Int32 = 0
    for (place, id) in row.ids.enumerated() {
      if classes.isSpecial(id) {
        row.order[place] = special
        special += 1
      } else {
        row.places.append(UInt32(truncatingIfNeeded: place))
      }
    }
    let count = row.places.count
    let found = TokenMasking.count(of: count, moment.rate(rate), &draws)
    for place in stride(from: count - 1, to: 0, by: -1) {
      row.places.swapAt(place, Int(draws.next(below: UInt32(place + 1))))
    }
    for (turn, place) in row.places.enumerated() {
      let place = Int(place)
      row.order[place] = special + Int32(truncatingIfNeeded: turn)
      if turn < count - found { continue }
      row.targets[place] = Int32(truncatingIfNeeded: row.ids[place])
      row.targetBytes[place] = row.byteCount(at: place)
    }
    row.trace?.begin(.masked, trials: count, rate: moment.rate(rate).value)
    row.trace?.succeed(.masked, times: found)
  }
}
