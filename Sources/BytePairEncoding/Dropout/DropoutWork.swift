/// The number of cached words segmented in each way under dropout.
package struct DropoutWork: Sendable {
  /// Without a drop: plain tokens.
  package internal(set) var plain = 0
  /// On a merge lattice.
  package internal(set) var onLattice = 0
  /// By applying merges one after another.
  package internal(set) var simulated = 0
  /// Of the words encoded one at a time, the number with each count of droppable steps in their
  /// plain derivation; the last entry is for all longer ones.
  private var words = [Int](repeating: 0, count: 256)
  /// The number of these words that had a drop.
  private var dropped = 0

  /// No work yet.
  package init() {}

  /// Counts a word that was encoded one at a time.
  mutating func count(steps: Int, isDropped: Bool) {
    words[min(steps, words.count - 1)] += 1
    dropped += isDropped ? 1 : 0
  }

  /// The words encoded one at a time since an earlier moment, and their drops.
  ///
  /// - Parameters:
  ///   - before: The work at that moment.
  ///   - rate: The rate of dropout, p.
  /// - Returns: The number of words; how many had a drop; how many are expected to, since none of s
  ///   steps is dropped with probability (1 - p)^s.
  package func drops(
    since before: DropoutWork,
    rate: Double
  ) -> (words: Int, dropped: Int, expected: Double) {
    var (count, expected, kept) = (0, 0.0, 1.0)
    for steps in words.indices {
      let new = words[steps] - before.words[steps]
      count += new
      expected += Double(new) * (1 - kept)
      kept *= 1 - rate
    }
    return (count, dropped - before.dropped, expected)
  }

  /// Adds the work of another encoder.
  package static func += (sum: inout DropoutWork, other: DropoutWork) {
    sum.plain += other.plain
    sum.onLattice += other.onLattice
    sum.simulated += other.simulated
    sum.dropped += other.dropped
    for steps in sum.words.indices { sum.words[steps] += other.words[steps] }
  }
}
