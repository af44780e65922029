// Procedure: dynamic programming over the states of a Markov chain. A level falls with every step, so a
//   state that is handled by falling level is complete when it is left.
// Complexity: the number of states, which the caller bounds, times that of their branches.
// Determinism: the states of a level are sorted, so that sums are rounded alike in every run.

/// A word on its way to its tokens, and what a law has to remember besides.
struct SplitState: Hashable {
  /// The tokens so far, from left to right.
  var symbols: [UInt32]
  /// Where each ends, in bytes.
  var ends: [Int]
  /// What the law remembers.
  var marks: [UInt64] = []
  /// The length of the word, in bytes.
  let length: Int

  /// Nothing yet, of a word of so many bytes.
  init(length: Int) { (symbols, ends, self.length) = ([], [], length) }

  /// The bytes of a word.
  init(_ word: [UInt8], _ model: BPEModel) {
    symbols = word.map { model.byteTokens[Int($0)] }
    ends = Array(1..<word.count + 1)
    length = word.count
  }

  /// Where a state leads and how often, and how often it is the end: all of it is 1.
  typealias Branches = (next: [(SplitState, Double)], end: Double)

  /// Where a token starts, in bytes.
  func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  /// The merge candidates in order (rank, position): entries as in ``MergeQueue``, and the index of the
  /// left part.
  func candidates(_ model: BPEModel) -> [(entry: UInt64, index: Int)] {
    symbols.indices.dropLast()
      .map { (rank: model.merges.rank(symbols[$0], symbols[$0 + 1]), index: $0) }
      .filter { $0.rank != MergeTable.noRank }
      .map { (UInt64($0.rank) << 32 | UInt64(start(of: $0.index)), $0.index) }
      .sorted { $0.0 < $1.0 }
  }

  /// The split in which a token and the next are merged.
  func joining(_ index: Int, _ model: BPEModel) -> SplitState {
    var split = self
    let rank = model.merges.rank(symbols[index], symbols[index + 1])
    split.symbols[index] = model.merges.merges[Int(rank)].product.rawValue
    split.symbols.remove(at: index + 1)
    split.ends.remove(at: index)
    return split
  }

  /// Plain BPE.
  static func plain(_ word: [UInt8], _ model: BPEModel) -> SplitState {
    var state = SplitState(word, model)
    if model.ignoresMerges, let whole = model.vocabulary.id(of: word) {
      (state.symbols, state.ends) = ([whole.rawValue], [word.count])
    }
    while let first = state.candidates(model).first { state = state.joining(first.index, model) }
    return state
  }

  static func precedes(_ first: SplitState, _ second: SplitState) -> Bool {
    if first.ends != second.ends { return first.ends.lexicographicallyPrecedes(second.ends) }
    if first.marks != second.marks { return first.marks.lexicographicallyPrecedes(second.marks) }
    return first.symbols.lexicographicallyPrecedes(second.symbols)
  }
}

/// A law as a Markov chain over splits of a word.
protocol SegmentationChain {
  /// A number that is smaller for every state that a state leads to.
  func level(of state: SplitState) -> Int

  /// Where a state leads, and how often it is the end.
  func branches(of state: SplitState) -> SplitState.Branches
}

extension SegmentationChain {
  /// How often the chain ends in each state.
  ///
  /// - Parameters:
  ///   - starts: Where it begins, and how often.
  ///   - limit: The most states that are followed.
  ///   - isWanted: States that do not count are not followed.
  /// - Returns: The states in which it ends, or nil where there are more states than the limit.
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
