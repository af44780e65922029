// Source: P. Liu et al., "Generating Wikipedia by Summarizing Long Sequences", ICLR 2018, section 4.2.3; C. Raffel
//   et al., JMLR 2020, section 3.2.1 (prefix LM).
// Procedure: of a row of n positions the first k are the prefix, k uniform in 1 through n - 1; all positions may see
//   it, and only what comes behind it is to be found.
// Complexity: O(n).
// Determinism: one draw of the stream (site parts; item: number of the row in the epoch).

import Noise

/// Predicting what follows a prefix that is seen whole.
enum PrefixPrediction {
  /// Makes inputs and targets of a row.
  static func apply(to row: inout Row, sample: UInt64, _ moment: NoiseContext) {
    let count = max(row.ids.count - 1, 0)
    row.input(0..<count)
    if count == 0 { return }
    var draws = RandomStream(key: moment.key(.parts), item: sample)
    let prefix = count == 1 ? 1 : 1 + Int(draws.next(below: UInt32(count - 1)))
    row.prefixLength = prefix
    // The last of the prefix finds the first token behind it.
    row.noTargets(prefix - 1)
    row.target(prefix..<row.ids.count)
  }
}
