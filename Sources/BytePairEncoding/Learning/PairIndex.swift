// Procedure: pairs less frequent than a threshold are left out. While every merge makes a new
//   token, the count of a pair only falls once both its tokens exist, so the omitted pairs matter
//   only when the queue has sunk to the threshold; then the corpus is scanned again with a lower
//   one. A scan puts the positions of all tokens into one bucket per token, and counts each
//   bucket's right neighbours in a flat array. The positions of a merged pair are reused for the
//   pairs that its merge gains.
// Complexity: a scan is O(slots); memory for the positions of the pairs that are kept.

/// The pairs of a corpus that are frequent enough to matter, with their counts and positions.
struct PairIndex: ~Copyable {
  var table = PairTable()
  /// The positions of the left tokens, pair by pair.
  var positions = UncheckedArray<UInt32>()
  /// Pairs with smaller counts are left out.
  var threshold: Int64
  private let limits: JoinLimits

  init(threshold: Int64, limits: JoinLimits) {
    self.threshold = threshold
    self.limits = limits
  }

  /// Whether two tokens may be joined at all.
  @inline(__always)
  func allows(_ left: UInt32, _ right: UInt32, in corpus: borrowing FlatCorpus) -> Bool {
    corpus.span(of: left) + corpus.span(of: right) <= limits.longestToken
      && (!limits.wholeCharacters || corpus.shape(of: left).joins(corpus.shape(of: right)))
  }

  /// The postings of a pair from before it was gained again, through a shared token.
  private(set) var earlier: [Pair: [Postings]] = [:]

  /// The memory that it holds, in bytes.
  var memory: Int { table.memory + positions.byteCount }

  /// Free rows of positions, except short ones, by the logarithm of their lengths.
  private var unused = [[Range<Int>]](repeating: [], count: Int.bitWidth)
  /// The shortest row that is kept for reuse.
  private static let shortestUnused = 1 << 10
  private var serial: UInt32 = 0

  /// Frees the positions of postings that nothing refers to any more.
  mutating func recycle(_ postings: Postings) { recycle(postings.range) }

  private mutating func recycle(_ row: Range<Int>) {
    guard row.count >= Self.shortestUnused else { return }
    unused[Int.bitWidth - 1 - row.count.leadingZeroBitCount].append(row)
  }

  /// Makes room for positions.
  private mutating func makeRoom(for count: Int) -> Postings {
    serial &+= 1
    if count >= Self.shortestUnused {
      // Rows of this class and of later ones are long enough.
      let first = Int.bitWidth - (count - 1).leadingZeroBitCount
      for length in first..<Int.bitWidth where !unused[length].isEmpty {
        let row = unused[length].removeLast()
        recycle(row.dropFirst(count))
        return Postings(start: row.lowerBound, count: count, serial: serial)
      }
    }
    let start = positions.count
    positions.resize(to: start + count, with: 0)
    return Postings(start: start, count: count, serial: serial)
  }

  /// Adds occurrences to a pair's count, and makes room for their positions.
  mutating func gain(_ pair: Pair, _ weight: Int64, occurrences: Int) -> Postings {
    let postings = makeRoom(for: occurrences)
    let entry = table.insert(pair)
    if entry.pointee.postings.count > 0 {
      earlier[pair, default: []].append(entry.pointee.postings)
    }
    entry.pointee.count += weight
    entry.pointee.postings = postings
    return postings
  }

  /// Forgets the positions of a merged pair.
  ///
  /// Its count may stay (Hugging Face's law), as do earlier postings that are still queued.
  mutating func settle(_ pair: Pair, keepingCount: Bool) {
    guard let entry = table.find(pair) else { return }
    if !keepingCount {
      entry.pointee.count = 0
      earlier[pair] = nil
    }
    if earlier[pair] == nil { entry.pointee.postings = Postings() }
  }

  /// Finds all pairs afresh, and queues them.
  mutating func scan(
    _ corpus: borrowing FlatCorpus,
    into queue: inout PairQueue,
    _ vocabulary: borrowing Vocabulary
  ) {
    table = PairTable()
    positions = UncheckedArray()
    unused = Array(repeating: [], count: Int.bitWidth)
    queue.removeAll()
    let buckets = TokenBuckets(corpus)
    let sums = UncheckedArray<Int64>(repeating: 0, count: corpus.spans.count)
    let counts = UncheckedArray<UInt32>(repeating: 0, count: corpus.spans.count)
    var neighbours = UncheckedArray<UInt32>()
    for left in 0..<UInt32(corpus.spans.count) {
      let bucket = buckets.positions(of: left)
      let span = corpus.span(of: left)
      for number in bucket.indices {
        let position = corpus.upcoming(bucket, number)
        let right = corpus.slots[Int(position) + span]
        if counts[Int(right)] == 0 { neighbours.append(right) }
        counts[Int(right)] += 1
        sums[Int(right)] += corpus.weight(at: Int(position))
      }
      for index in 0..<neighbours.count {
        let right = neighbours[index]
        let count = sums[Int(right)]
        sums[Int(right)] = -1
        guard count >= threshold, allows(left, right, in: corpus) else { continue }
        let postings = makeRoom(for: Int(counts[Int(right)]))
        sums[Int(right)] = Int64(postings.start)
        let pair = Pair(left, right)
        let entry = table.insert(pair)
        entry.pointee.count = count
        entry.pointee.postings = postings
        queue.push(Candidate(count: count, pair: pair, postings: postings), vocabulary)
      }
      for number in bucket.indices {
        let position = corpus.upcoming(bucket, number)
        let right = Int(corpus.slots[Int(position) + span])
        guard sums[right] >= 0 else { continue }
        positions[Int(sums[right])] = position
        sums[right] += 1
      }
      for index in 0..<neighbours.count {
        counts[Int(neighbours[index])] = 0
        sums[Int(neighbours[index])] = 0
      }
      neighbours.removeAll()
    }
  }
}

/// The positions of all tokens that have a right neighbour, token by token.
private struct TokenBuckets: ~Copyable {
  private let starts: UncheckedArray<UInt32>
  private let sorted: UncheckedArray<UInt32>

  init(_ corpus: borrowing FlatCorpus) {
    let starts = UncheckedArray<UInt32>(repeating: 0, count: corpus.spans.count + 1)
    Self.visit(corpus) { token, _ in starts[Int(token) + 1] += 1 }
    for token in 1..<starts.count { starts[token] += starts[token - 1] }
    let sorted = UncheckedArray<UInt32>(repeating: 0, count: Int(starts[starts.count - 1]))
    Self.visit(corpus) { token, position in
      sorted[Int(starts[Int(token)])] = UInt32(position)
      starts[Int(token)] += 1
    }
    self.starts = starts
    self.sorted = sorted
  }

  /// In ascending order.
  func positions(of token: UInt32) -> UnsafeBufferPointer<UInt32> {
    let start = token == 0 ? 0 : Int(starts[Int(token) - 1])
    return sorted.slice(start..<Int(starts[Int(token)]))
  }

  @inline(__always)
  private static func visit(
    _ corpus: borrowing FlatCorpus,
    _ body: (UInt32, Int) -> Void
  ) {
    var position = 0
    let end = corpus.slots.count
    while position < end {
      let token = corpus.slots[position]
      if token == FlatCorpus.boundary {
        position += 1
        continue
      }
      let next = position + corpus.span(of: token)
      if corpus.slots[next] != FlatCorpus.boundary { body(token, position) }
      position = next
    }
  }
}
