// Procedure: the occurrences of a pair are joined from left to right. The neighbours of each give
//   the pairs that are lost and gained. Both are summed by neighbour in flat arrays, so the pair
//   table is accessed once per distinct neighbour rather than once per occurrence. Then the
//   positions of the gained pairs are laid out, pair by pair, reading each neighbour again. Where
//   one occurrence directly follows another, the first one's gain to its right is taken back.
// Complexity: O(occurrences), and O(1) look-ups for each distinct neighbour.

/// The application of one merge, with its scratch.
struct MergePass: ~Copyable {
  /// The changes due to one neighbour of the joined tokens, on one side.
  private struct Change {
    /// The weight of the pairs that the neighbour was in, and of those that it is in now.
    var loss: Int64 = 0
    var gain: Int64 = 0
    /// The number of occurrences of the gained pair; later, where its next position goes.
    var count = 0
    var cursor = -1
  }

  private struct Side: ~Copyable {
    var changes = UncheckedArray<Change>()
    var neighbours = UncheckedArray<UInt32>()
    /// The positions of the gained pairs.
    var occurrences = UncheckedArray<UInt32>()

    /// The memory that it holds, in bytes.
    var memory: Int { changes.byteCount + neighbours.byteCount + occurrences.byteCount }

    @inline(__always)
    mutating func lose(_ neighbour: UInt32, _ weight: Int64) {
      let change = changes.pointer(at: Int(neighbour))
      touch(neighbour, change)
      change.pointee.loss += weight
    }

    @inline(__always)
    mutating func gain(_ neighbour: UInt32, _ weight: Int64, at position: Int) {
      let change = changes.pointer(at: Int(neighbour))
      touch(neighbour, change)
      change.pointee.gain += weight
      change.pointee.count += 1
      occurrences.append(UInt32(truncatingIfNeeded: position))
    }

    /// Takes back the last gain, which was due to this neighbour.
    @inline(__always)
    mutating func takeBack(_ neighbour: UInt32, _ weight: Int64) {
      let change = changes.pointer(at: Int(neighbour))
      change.pointee.gain -= weight
      change.pointee.count -= 1
      occurrences.removeLast()
    }

    /// Makes room for the positions of a gained pair and, if it is frequent enough, enters it.
    mutating func layOut(
      _ neighbour: UInt32,
      as pair: Pair,
      in index: inout PairIndex,
      _ gained: inout UncheckedArray<(pair: Pair, postings: Postings)>
    ) {
      let change = changes.pointer(at: Int(neighbour))
      guard change.pointee.count > 0, change.pointee.gain >= index.threshold else { return }
      let postings = index.gain(pair, change.pointee.gain, occurrences: change.pointee.count)
      change.pointee.cursor = postings.start
      gained.append((pair, postings))
    }

    /// Stores the positions in the room made for them; the neighbour of each lies `offset` slots
    /// away.
    func putPositions(
      in index: borrowing PairIndex,
      _ corpus: borrowing FlatCorpus,
      neighbourAt offset: Int
    ) {
      for number in 0..<occurrences.count {
        let position = occurrences[number]
        let change = changes.pointer(at: Int(corpus.slots[Int(position) + offset]))
        guard change.pointee.cursor >= 0 else { continue }
        index.positions[change.pointee.cursor] = position
        change.pointee.cursor += 1
      }
    }

    /// Subtracts the lost pairs from their counts, and clears the side for the next merge.
    mutating func enterLosses(in index: borrowing PairIndex, _ pair: (UInt32) -> Pair) {
      for number in 0..<neighbours.count {
        let change = changes.pointer(at: Int(neighbours[number]))
        if change.pointee.loss > 0 {
          index.table.find(pair(neighbours[number]))?.pointee.count -= change.pointee.loss
        }
        change.pointee = Change()
      }
      neighbours.removeAll()
      occurrences.removeAll()
    }

    @inline(__always)
    private mutating func touch(_ neighbour: UInt32, _ change: UnsafeMutablePointer<Change>) {
      if change.pointee.cursor == -1 {
        change.pointee.cursor = -2
        neighbours.append(neighbour)
      }
    }
  }

  private var left = Side()
  private var right = Side()
  private var gained = UncheckedArray<(pair: Pair, postings: Postings)>()

  /// The memory of the scratch, in bytes.
  var memory: Int { left.memory + right.memory }

  /// Joins a pair's occurrences at positions where it may lie, ascending, and records the changes.
  ///
  /// - Returns: By how many tokens the corpus shrank, by weight.
  @discardableResult
  mutating func join(
    _ pair: Pair,
    into product: UInt32,
    at places: UnsafeBufferPointer<UInt32>,
    _ corpus: borrowing FlatCorpus
  ) -> Int64 {
    var joined: Int64 = 0
    left.changes.resize(to: corpus.spans.count, with: Change())
    right.changes.resize(to: corpus.spans.count, with: Change())
    let leftSpan = corpus.span(of: pair.left)
    let rightSpan = corpus.span(of: pair.right)
    var lastEnd = -1
    for number in places.indices {
      let start = Int(corpus.upcoming(places, number))
      let middle = start + leftSpan
      guard corpus.slots[start] == pair.left, corpus.slots[middle] == pair.right else { continue }
      let end = middle + rightSpan
      let weight = corpus.weight(at: start)
      joined += weight
      let before = corpus.token(before: start)
      if before != FlatCorpus.boundary {
        if start == lastEnd {
          right.takeBack(pair.left, weight)
        } else {
          left.lose(before, weight)
        }
        left.gain(before, weight, at: start - corpus.span(of: before))
      }
      let after = corpus.slots[end]
      if after != FlatCorpus.boundary {
        right.lose(after, weight)
        // A pair of two products is one pair, whichever of them came first.
        if after == product {
          left.gain(after, weight, at: start)
        } else {
          right.gain(after, weight, at: start)
        }
      }
      corpus.join(start, middle, end, into: product)
      lastEnd = end
    }
    return joined
  }

  /// Enters the changes: first counts and positions, then the gained pairs into the queue, with
  /// their new counts.
  mutating func enter(
    _ pair: Pair,
    _ product: UInt32,
    _ corpus: borrowing FlatCorpus,
    _ index: inout PairIndex,
    _ queue: inout PairQueue,
    _ vocabulary: borrowing Vocabulary
  ) {
    for number in 0..<left.neighbours.count {
      let neighbour = left.neighbours[number]
      guard index.allows(neighbour, product, in: corpus) else { continue }
      left.layOut(neighbour, as: Pair(neighbour, product), in: &index, &gained)
    }
    left.putPositions(in: index, corpus, neighbourAt: 0)
    for number in 0..<right.neighbours.count {
      let neighbour = right.neighbours[number]
      guard index.allows(product, neighbour, in: corpus) else { continue }
      right.layOut(neighbour, as: Pair(product, neighbour), in: &index, &gained)
    }
    right.putPositions(in: index, corpus, neighbourAt: corpus.span(of: product))
    left.enterLosses(in: index) { Pair($0, pair.left) }
    right.enterLosses(in: index) { Pair(pair.right, $0) }
    for number in 0..<gained.count {
      let (pair, postings) = (gained[number].pair, gained[number].postings)
      let count = index.table.count(of: pair)
      if count > 0 {
        queue.push(Candidate(count: count, pair: pair, postings: postings), vocabulary)
      }
    }
    gained.removeAll()
  }
}
