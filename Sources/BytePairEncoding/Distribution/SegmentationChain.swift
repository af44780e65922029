// Procedure: dynamic programming over the states of a Markov chain. Every step lowers the level of
//   a state, so states are processed by falling level, and a state is complete when it is
//   processed.
// Complexity: the number of states, which the caller bounds, times their branches.
// Determinism: the states of a level are sorted, so that sums round alike in every run.

/// A segmentation law as a Markov chain over splits of a word.
protocol SegmentationChain: Sendable {
  /// A number that is smaller for every successor of a state.
  func level(of state: SplitState) -> Int

  /// The successors of a state, and the probability that the chain ends there.
  func branches(of state: SplitState) -> SplitState.Branches
}

extension SegmentationChain {
  /// The probability of each final state.
  ///
  /// - Parameters:
  ///   - starts: The initial states, with their probabilities.
  ///   - limit: The upper bound of states to follow.
  ///   - isWanted: Whether to follow a state.
  /// - Returns: The final states, or nil if there are more states than the limit.
  func ends(
    from starts: [(SplitState, Double)],
    limit: Int,
    where isWanted: (SplitState) -> Bool
  ) -> [(state: SplitState, probability: Double)]? {
    var levels: [Int: [SplitState: Double]] = [:]
    var open: Set<Int> = []
    var count = 0
    func enter(_ state: SplitState, _ probability: Double) {
      guard probability > 0 && isWanted(state) else { return }
      let level = level(of: state)
      open.insert(level)
      let known = levels[level, default: [:]][state, default: 0]
      if known == 0 { count += 1 }
      levels[level, default: [:]][state] = known + probability
    }
    for (state, probability) in starts { enter(state, probability) }
    var ends: [(state: SplitState, probability: Double)] = []
    while let level = open.max() {
      open.remove(level)
      let states = levels.removeValue(forKey: level) ?? [:]
      for (state, probability) in states.sorted(by: { SplitState.precedes($0.key, $1.key) }) {
        if count > limit { return nil }
        let branches = branches(of: state)
        for (next, share) in branches.next { enter(next, probability * share) }
        if branches.end > 0 { ends.append((state, probability * branches.end)) }
      }
    }
    return ends
  }
}
