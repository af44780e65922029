// Source: stateless addressing as in BatchStream.swift; whole counts by largest remainders (Hamilton's method).
// Procedure: an epoch has a fixed number of rows of each source: its rows times its repeats, or its part, by weight, of as
//   many rows as all sources have. The samples are put in order over all sources; sample k of a source in epoch
//   e is number e · share + k of all that it ever gives, and these go through its rows pass by pass, each pass in
//   an order of its own. So of two rows of a source none is ever seen more than once more often.
// Complexity: O(log sources) for an address.
// Determinism: order: site shuffle, of the run in the epoch for all samples, of the source's own seed in the pass for
//   its rows. A source's seed is the key of the site mixture, derived by its number; with the pass in place of the epoch it
//   is what noise on its text is a function of.

import Noise

/// How often a source is seen in an epoch.
public enum SourceShare: Hashable, Sendable {
  /// Its rows so many times; need not be whole.
  case repeats(Double)
  /// Its part of all rows, in proportion.
  case weight(Double)
}

/// Several sources of rows, of which an epoch takes a fixed number of each.
struct SourceMixture: Sendable {
  /// One source.
  struct Part: Sendable {
    /// Its rows, in the collator of the whole; its seed is its own.
    let stream: BatchStream
    /// How many rows it has.
    let count: Int
    /// How many of an epoch's samples are of it.
    let share: Int
    /// How many documents the sources before it have.
    let firstDocument: Int
  }

  /// A row of a source.
  struct Place {
    let part: Part
    let number: Int
    /// The pass over the source: what its noise has in place of the epoch.
    let pass: UInt32
    let row: Int
  }

  let parts: [Part]
  /// The first sample of each source, before they are shuffled, and the end.
  private let starts: [Int]

  /// The samples of an epoch.
  var count: Int { starts[parts.count] }

  init(_ parts: [Part]) {
    self.parts = parts
    starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.share) }
  }

  /// The row that a sample is, given its place among those of the epoch in order.
  func place(_ index: Int, epoch: UInt32) -> Place {
    let number = starts.partitioningIndex { $0 > index } - 1
    let part = parts[number]
    let sample = Int(epoch) * part.share + index - starts[number]
    let (pass, place) = sample.quotientAndRemainder(dividingBy: part.count)
    let pass32 = UInt32(truncatingIfNeeded: pass)
    guard part.stream.collator.isShuffled else {
      return Place(part: part, number: number, pass: pass32, row: place)
    }
    let key = NoiseKey(seed: part.stream.seed, epoch: pass32, site: .shuffle)
    let order = IndexPermutation(count: UInt64(part.count), key: key)
    return Place(part: part, number: number, pass: pass32, row: Int(order[UInt64(place)]))
  }

  /// The seed of a source.
  static func seed(_ seed: UInt64, source: Int) -> UInt64 {
    NoiseKey(seed: seed, site: .mixture).derived(UInt64(source)).bits
  }

  /// How many samples of an epoch each source has.
  ///
  /// - Parameters:
  ///   - counts: The rows of each source.
  ///   - shares: All repeats, or all weights.
  /// - Returns: At least 0 each.
  static func samples(of counts: [Int], _ shares: [SourceShare]) -> [Int] {
    var weights: [Double] = []
    var samples: [Int] = []
    for (count, share) in zip(counts, shares) {
      switch share {
      case .repeats(let times): samples.append(Int((times * Double(count)).rounded()))
      case .weight(let weight): weights.append(weight)
      }
    }
    if weights.isEmpty { return samples }
    precondition(samples.isEmpty, "sources have either repeats or weights")
    let (total, sum) = (counts.reduce(0, +), weights.reduce(0, +))
    let quotas = weights.map { Double(total) * ($0 / sum) }
    samples = quotas.map { Int($0) }
    let order = quotas.indices.sorted {
      let (left, right) = (quotas[$0] - Double(samples[$0]), quotas[$1] - Double(samples[$1]))
      return (right, $0) < (left, $1)
    }
    let rest = total - samples.reduce(0, +)
    for index in order.prefix(max(rest, 0)) { samples[index] += 1 }
    return samples
  }
}
