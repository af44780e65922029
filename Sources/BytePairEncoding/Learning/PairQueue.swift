// Procedure: a binary heap. Counts may fall after a candidate is queued; whoever pops a candidate
//   looks its count up and pushes it back if it has changed.
// Complexity: O(log n) to push and pop.

/// A pair with the count that it was queued with.
struct Candidate {
  var count: Int64
  let pair: Pair
  /// The occurrences for which it was queued.
  let postings: Postings
}

/// Candidates for the next merge, the most frequent first.
struct PairQueue: ~Copyable {
  private let law: LearningLaw
  private var heap = UncheckedArray<Candidate>()

  init(_ law: LearningLaw) { self.law = law }

  /// The count of the first candidate.
  var topCount: Int64? { heap.count > 0 ? heap[0].count : nil }

  /// The memory that it holds, in bytes.
  var memory: Int { heap.byteCount }

  mutating func removeAll() { heap.removeAll() }

  @inline(__always)
  private func precedes(_ a: Candidate, _ b: Candidate, _ vocabulary: borrowing Vocabulary) -> Bool
  {
    if a.count != b.count { return a.count > b.count }
    // Of two entries for one pair, the one found first comes first.
    if a.pair == b.pair { return a.postings.serial < b.postings.serial }
    return law.prefers(a.pair, to: b.pair, in: vocabulary)
  }

  mutating func push(_ candidate: Candidate, _ vocabulary: borrowing Vocabulary) {
    var index = heap.count
    heap.append(candidate)
    while index > 0 {
      let parent = (index - 1) / 2
      guard precedes(candidate, heap[parent], vocabulary) else { break }
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = candidate
  }

  mutating func pop(_ vocabulary: borrowing Vocabulary) -> Candidate? {
    guard heap.count > 0 else { return nil }
    let first = heap[0]
    let last = heap[heap.count - 1]
    heap.resize(to: heap.count - 1, with: last)
    guard heap.count > 0 else { return first }
    var index = 0
    while true {
      var child = 2 * index + 1
      if child >= heap.count { break }
      if child + 1 < heap.count && precedes(heap[child + 1], heap[child], vocabulary) { child += 1 }
      guard precedes(heap[child], last, vocabulary) else { break }
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return first
  }
}
