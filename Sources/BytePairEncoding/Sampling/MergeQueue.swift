// Procedure: a linked list of tokens over the bytes of a word, and a heap with an entry (rank,
//   position) for every merge candidate so far. A merge of its neighbour makes an entry outdated.
// Complexity: O(n) to start, O(log n) for each push and pop; 16 bytes for each byte of the word.

/// A split of a word with a queue of its merge candidates, as other libraries keep it.
struct MergeQueue: Sendable {
  private var model: BPEModel?
  /// The token that starts at each byte; meaningless inside a token.
  private var symbols: [UInt32] = []
  /// For each byte, the end of the token that starts there, and the start of the token before it.
  private var ends: [Int32] = []
  private var previous: [Int32] = []
  /// The rank of the candidate whose left part starts at a byte.
  private var ranks: [UInt32] = []
  private var heap = CandidateHeap()

  /// The entries in the queue, outdated ones included.
  var count: Int { heap.count }

  /// Starts with the bytes of a word.
  mutating func start(_ word: UnsafeBufferPointer<UInt8>, _ model: BPEModel) {
    precondition(
      word.count <= WordLimits.longestWord,
      "a word has at most 16 MiB, but this has \(word.count)"
    )
    self.model = model
    let count = Int32(truncatingIfNeeded: word.count)
    symbols.removeAll(keepingCapacity: true)
    symbols.append(contentsOf: word.lazy.map { model.byteTokens[Int($0)] })
    ends.removeAll(keepingCapacity: true)
    ends.append(contentsOf: 1..<count + 1)
    previous.removeAll(keepingCapacity: true)
    previous.append(contentsOf: -1..<count - 1)
    ranks.removeAll(keepingCapacity: true)
    ranks.append(contentsOf: repeatElement(MergeTable.noRank, count: word.count))
    heap.removeAll()
    for left in symbols.indices.dropLast() {
      ranks[left] = model.merges.rank(symbols[left], symbols[left + 1])
      if ranks[left] != MergeTable.noRank {
        heap.appendUnordered(UInt64(ranks[left]) << 32 | UInt64(left))
      }
    }
    heap.order()
  }

  /// Removes and returns the first entry.
  mutating func pop() -> UInt64? { heap.pop() }

  /// Puts an entry back.
  mutating func push(_ entry: UInt64) { heap.push(entry) }

  /// Whether an entry still refers to two neighbours.
  func isCurrent(_ entry: UInt64) -> Bool {
    ranks[Int(entry & 0xFFFF_FFFF)] == UInt32(truncatingIfNeeded: entry >> 32)
  }

  /// Whether an entry only puts a character together.
  func isCertain(_ entry: UInt64) -> Bool {
    Int(entry >> 32) < model?.characterMergeCount ?? 0
  }

  /// The two tokens of a current entry.
  func pair(of entry: UInt64) -> (left: UInt32, right: UInt32) {
    let left = Int(entry & 0xFFFF_FFFF)
    return (symbols[left], symbols[Int(ends[left])])
  }

  /// Merges the two tokens of a current entry, and adds the product's candidates with its
  /// neighbours.
  mutating func merge(_ entry: UInt64) {
    guard let model else { return }
    let left = Int(entry & 0xFFFF_FFFF)
    let right = Int(ends[left])
    let end = Int(ends[right])
    symbols[left] = model.merges.find(symbols[left], symbols[right]).product
    ends[left] = Int32(truncatingIfNeeded: end)
    ranks[right] = MergeTable.noRank
    ranks[left] = MergeTable.noRank
    let before = Int(previous[left])
    if before >= 0 { enter(before, left, model.merges) }
    if end < symbols.count {
      previous[end] = Int32(truncatingIfNeeded: left)
      enter(left, end, model.merges)
    }
  }

  private mutating func enter(_ left: Int, _ right: Int, _ table: MergeTable) {
    ranks[left] = table.rank(symbols[left], symbols[right])
    if ranks[left] != MergeTable.noRank {
      heap.push(UInt64(ranks[left]) << 32 | UInt64(left))
    }
  }

  /// Appends the tokens.
  func emit(into tokens: inout [UInt32]) {
    var position = 0
    while position < symbols.count {
      model?.emit(symbols[position], into: &tokens)
      position = Int(ends[position])
    }
  }
}
