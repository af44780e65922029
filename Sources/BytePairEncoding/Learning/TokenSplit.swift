// Procedure: a token is split at each occurrence, from left to right. The changes of pair counts
//   are collected, sorted by pair, summed, and entered with the positions of the gained pairs.
// Complexity: O(n log n) for n occurrences and parts.

extension LearningRun {
  /// A pair gained or lost at one occurrence.
  private struct Change {
    let pair: Pair
    let weight: Int64
    /// Where a gained pair begins; ``nowhere`` for a lost one.
    let position: UInt32

    static let nowhere = UInt32.max
  }

  /// Splits a token.
  ///
  /// - Parameters:
  ///   - token: The token.
  ///   - parts: Tokens that together have its bytes.
  ///   - places: Where it may lie, ascending.
  /// - Returns: Where it was found.
  mutating func split(_ token: UInt32, into parts: [UInt32], at places: [UInt32]) -> [UInt32] {
    var starts: [UInt32] = []
    var changes: [Change] = []
    guard let first = parts.first, let last = parts.last else { return [] }
    for place in places where corpus.slots[Int(place)] == token {
      let start = Int(place)
      let end = start + corpus.span(of: token)
      let weight = corpus.weight(at: start)
      func change(_ left: UInt32, _ right: UInt32, _ weight: Int64, at position: Int?) {
        let position = position.map { UInt32(truncatingIfNeeded: $0) } ?? Change.nowhere
        changes.append(Change(pair: Pair(left, right), weight: weight, position: position))
      }
      starts.append(place)
      let before = corpus.token(before: start)
      if before != FlatCorpus.boundary {
        change(before, token, -weight, at: nil)
        change(before, first, weight, at: start - corpus.span(of: before))
      }
      var position = start
      for (left, right) in zip(parts, parts.dropFirst()) {
        change(left, right, weight, at: position)
        position += corpus.span(of: left)
      }
      let after = corpus.slots[end]
      if after != FlatCorpus.boundary {
        change(token, after, -weight, at: nil)
        change(last, after, weight, at: position)
      }
      corpus.split(at: start, into: parts)
    }
    changes.sort { ($0.pair, $0.position) < ($1.pair, $1.position) }
    var rest = changes[...]
    while let pair = rest.first?.pair {
      let count = rest.prefix { $0.pair == pair }.count
      enter(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return starts
  }

  /// Enters the changes of one pair.
  private mutating func enter(_ changes: ArraySlice<Change>) {
    guard let pair = changes.first?.pair, index.allows(pair.left, pair.right, in: corpus) else {
      return
    }
    let weight = changes.reduce(0) { $0 + $1.weight }
    // A pair gained before its neighbour was split is gone again.
    let places = changes.map(\.position).filter {
      $0 != Change.nowhere && corpus.slots[Int($0)] == pair.left
        && corpus.slots[Int($0) + corpus.span(of: pair.left)] == pair.right
    }
    guard !places.isEmpty else {
      index.table.find(pair)?.pointee.count += weight
      return
    }
    let postings = index.gain(pair, weight, occurrences: places.count)
    for (number, place) in places.enumerated() { index.positions[postings.start + number] = place }
    let total = index.table.count(of: pair)
    if total > 0 {
      queue.push(Candidate(count: total, pair: pair, postings: postings), vocabulary)
    }
  }
}
