// Source: stateless addressing as in BatchStream.swift; whole counts by largest remainders
//   (Hamilton's method).
// Procedure: an epoch has a fixed number of rows of each source: its rows times its repeats, or its
//   share, by weight, of the rows of all sources. The samples of all sources are permuted together.
//   Sample k of a source in epoch e is number e · share + k of the source's own sequence, which
//   runs through its rows pass by pass, each pass in its own order. So the counts of any two rows
//   of a source differ by at most one.
// Complexity: O(log sources) for an address.
// Determinism: orders: site shuffle, of the run's seed and the epoch for all samples, of the
//   source's seed and the pass for its rows. A source's seed is the key of the site mixture,
//   derived by its number. Noise on its text is a function of the source's seed and the pass.

import Noise

/// How often a source is seen in an epoch.
public enum SourceShare: Hashable, Sendable {
  /// The passes over its rows in an epoch; need not be a whole number.
  case repeats(Double)
  /// Its share of all rows, in proportion to the other weights.
  case weight(Double)
}

/// Several sources of rows, of which an epoch takes a fixed number of each.
struct SourceMixture: Sendable {
  /// One source.
  struct Part: Sendable {
    /// Its rows.
    let source: any RowSource
    /// The seed of its order and noise.
    let seed: UInt64
    /// The number of its rows.
    let count: Int
    /// The number of its rows in an epoch.
    let share: Int
    /// The number of documents of the sources before it.
    let firstDocument: Int
  }

  /// A row of a source.
  struct Place {
    let part: Part
    let number: Int
    /// The pass over the source: what its noise has in place of the epoch.
    let pass: UInt32
    /// The number of the row in the pass.
    let sample: Int
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
    return Place(part: part, number: number, pass: pass32, sample: place)
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
