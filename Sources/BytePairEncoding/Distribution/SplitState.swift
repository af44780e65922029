/// A partial segmentation of a word, with the state of a law.
struct SplitState: Hashable, Sendable {
  /// The tokens so far, from left to right.
  var symbols: [UInt32]
  /// The end of each token, in bytes.
  var ends: [Int]
  /// The state of the law.
  var marks: [UInt64] = []
  /// The length of the word, in bytes.
  let length: Int

  /// No tokens yet, for a word of a given length in bytes.
  init(length: Int) { (symbols, ends, self.length) = ([], [], length) }

  /// The split of a word into bytes.
  init(_ word: [UInt8], _ model: BPEModel) {
    symbols = word.map { model.byteTokens[Int($0)] }
    ends = Array(1..<word.count + 1)
    length = word.count
  }

  /// The successors of a state and the probability of the end; together they sum to 1.
  typealias Branches = (next: [(SplitState, Double)], end: Double)

  /// The start of a token, in bytes.
  func start(of index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  /// The merge candidates in order, as entries of a ``MergeQueue`` with the index of the left part.
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
    split.symbols[index] = model.merges.find(symbols[index], symbols[index + 1]).product
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
