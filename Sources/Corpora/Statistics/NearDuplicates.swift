// Source: A. Broder, "On the resemblance and containment of documents", 1997; one hash for all bins
//   and the filling of empty ones: A. Shrivastava, "Optimal Densification for Fast and Accurate
//   Minwise Hashing", ICML 2017 (arXiv 1703.04664), algorithm 1; bands: J. Leskovec, A. Rajaraman,
//   J. Ullman, "Mining of Massive Datasets", section 3.4.
// Procedure: a document is the set of its runs of 9 characters. The minimum of each of 128 bins of
//   their hashes is kept; two documents agree in a bin with the probability of their resemblance,
//   the share of common runs among all. Documents that agree in all bins of one band of 4 are
//   compared by the share of bins in which they agree. A document is near a kept one if that share
//   reaches the threshold.
// Complexity: O(n); about 2 kB of memory for each kept document.
// Determinism: a function of the documents in their order; the standard deviation of the estimate
//   is at most 0.04.

import BytePairEncoding
import UnicodeText

/// Finds documents that nearly equal an earlier one.
public struct NearDuplicates: Sendable {
  /// The length of a run in characters.
  public static let runLength = 9
  static let bins = 128
  private static let band = 4

  /// The resemblance from which on documents count as the same.
  public let threshold: Double
  private var signatures: [UInt32] = []
  /// For each band, the kept documents by its content.
  private var buckets: [UInt64: [Int32]] = [:]

  /// - Parameter threshold: In 0.5...1; below, bands of four miss too many pairs.
  public init(threshold: Double) {
    precondition((0.5...1).contains(threshold), "a threshold lies in 0.5...1")
    self.threshold = threshold
  }

  /// Whether a document is near one that was kept; if not, it is kept.
  ///
  /// - Parameter document: Any bytes. One of fewer than ``runLength`` characters is near only its
  ///   equals.
  /// - Returns: Whether it is a duplicate.
  public mutating func isDuplicate(_ document: UnsafeBufferPointer<UInt8>) -> Bool {
    let signature = Self.signature(document)
    var keys: [UInt64] = []
    var compared: Set<Int32> = []
    for start in stride(from: 0, to: Self.bins, by: Self.band) {
      var key = UInt64(start)
      for bin in start..<start + Self.band {
        key = (key ^ UInt64(signature[bin])) &* 0x9E37_79B9_7F4A_7C15
        key ^= key >> 29
      }
      keys.append(key)
      for other in buckets[key] ?? [] where compared.insert(other).inserted {
        let first = Int(other) * Self.bins
        let same = signature.indices.count { signature[$0] == signatures[first + $0] }
        if Double(same) >= threshold * Double(Self.bins) { return true }
      }
    }
    let number = Int32(truncatingIfNeeded: signatures.count / Self.bins)
    signatures += signature
    for key in keys { buckets[key, default: []].append(number) }
    return false
  }

  /// The minimum hash of each bin.
  static func signature(_ document: UnsafeBufferPointer<UInt8>) -> [UInt32] {
    var starts: [Int] = [0]
    for length in CharacterLengths(document) { starts.append(starts[starts.count - 1] + length) }
    let characters = starts.count - 1
    var least = [UInt64](repeating: .max, count: bins)
    for first in 0..<max(characters - runLength + 1, 1) {
      let run = starts[first]..<starts[min(first + runLength, characters)]
      let hash = WordHash.of(UnsafeBufferPointer(rebasing: document[run]), seed: 0x6A09_E667)
      let bin = Int(hash >> 57)
      least[bin] = min(least[bin], hash)
    }
    // An empty bin copies a non-empty bin, chosen by its own index alone.
    let filled = least
    for bin in 0..<bins where filled[bin] == .max {
      var attempt: UInt64 = 0
      var source = bin
      repeat {
        attempt += 1
        let mixed = (UInt64(bin) << 32 | attempt) &* 0x9E37_79B9_7F4A_7C15
        source = Int(((mixed ^ mixed >> 31) &* 0xD6E8_FEB8_6659_FD93) >> 57)
      } while filled[source] == .max
      least[bin] = filled[source]
    }
    return least.map { UInt32(truncatingIfNeeded: $0 >> 16) }
  }
}
