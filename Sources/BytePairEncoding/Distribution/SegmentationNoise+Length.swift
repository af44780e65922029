// Procedure: bisection over the rate. The expected length of a word is continuous in the rate, so a
//   rate exists whenever the target lies between the lengths at rates 0 and 1. The length need not
//   rise with the rate: plain BPE is not always the shortest segmentation.
// Complexity: 40 times the laws of all words.

public import Noise

/// Thrown for a word whose law has too many splits to enumerate.
public struct TooManySplits: Error, Sendable, CustomStringConvertible {
  /// The word's bytes.
  public let word: [UInt8]
  /// The limit that was exceeded.
  public let limit: Int

  /// The word and the limit.
  public var description: String {
    "'\(String(decoding: word, as: UTF8.self))' has more than \(limit) splits"
  }
}

extension SegmentationNoise {
  /// The same noise at another rate.
  ///
  /// - Parameter rate: The new rate.
  /// - Returns: Noise of the same law, unit and key.
  public func at(_ rate: DropoutRate) -> SegmentationNoise {
    var noise = SegmentationNoise(rate: rate, law: law, seed: seed, epoch: epoch, unit: unit)
    noise.key = key
    return noise
  }

  /// The expected number of tokens of several words together.
  ///
  /// - Parameters:
  ///   - words: One entry for each occurrence.
  ///   - model: The vocabulary and merges.
  ///   - splitLimit: The upper bound of splits to follow for one word.
  /// - Returns: The sum of the exact expectations.
  /// - Throws: ``TooManySplits``.
  public func expectedTokenCount(
    of words: [[UInt8]],
    model: BPEModel,
    splitLimit: Int = SegmentationLaw.defaultSplitLimit
  ) throws(TooManySplits) -> Double {
    var known: [[UInt8]: Double] = [:]
    var sum = 0.0
    for word in words {
      if let count = known[word] {
        sum += count
        continue
      }
      guard
        let law = SegmentationLaw(of: word, model: model, noise: self, splitLimit: splitLimit)
      else { throw TooManySplits(word: word, limit: splitLimit) }
      known[word] = law.expectedTokenCount
      sum += law.expectedTokenCount
    }
    return sum
  }

  /// The rate at which the expected number of tokens of several words reaches a target.
  ///
  /// - Parameters:
  ///   - expected: The target for all words together.
  ///   - words: One entry for each occurrence.
  ///   - model: The vocabulary and merges.
  ///   - splitLimit: The upper bound of splits to follow for one word.
  /// - Returns: A rate, exact to 10^-12; nil if the target does not lie between the lengths at
  ///   rates 0 and 1.
  /// - Throws: ``TooManySplits``.
  public func rate(
    forExpectedTokenCount expected: Double,
    of words: [[UInt8]],
    model: BPEModel,
    splitLimit: Int = SegmentationLaw.defaultSplitLimit
  ) throws(TooManySplits) -> DropoutRate? {
    func count(_ rate: Double) throws(TooManySplits) -> Double {
      try at(DropoutRate(rate) ?? .zero)
        .expectedTokenCount(of: words, model: model, splitLimit: splitLimit)
    }
    var (low, high) = (0.0, 1.0)
    if try expected < count(low) { return nil }
    if try expected > count(high) { return nil }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if try count(middle) < expected { low = middle } else { high = middle }
    }
    return DropoutRate(high)
  }
}
