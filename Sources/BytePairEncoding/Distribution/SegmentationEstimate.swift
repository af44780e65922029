// Procedure: the word is encoded once in each of many documents.
// Complexity: that of the encodings.
// Determinism: a function of the noise, seed and epoch included, and the number of samples.

import Noise

/// Statistics of sampled segmentations, for words with too many splits to enumerate.
public struct SegmentationEstimate: Sendable {
  /// The number of samples.
  public let sampleCount: Int
  /// The mean number of tokens.
  public let expectedTokenCount: Double
  /// The standard error of the mean number of tokens.
  public let standardError: Double
  /// The sampled segmentations with their shares, the most frequent first.
  public let outcomes: [SegmentationLaw.Outcome]

  /// Samples segmentations of a word.
  ///
  /// - Parameters:
  ///   - word: Its bytes, at most ``WordLimits/longestWord``.
  ///   - model: The vocabulary and merges.
  ///   - noise: The law, rate, unit and key.
  ///   - sampleCount: The number of samples, at least 2.
  public init(of word: [UInt8], model: BPEModel, noise: SegmentationNoise, sampleCount: Int) {
    precondition(sampleCount >= 2, "an estimate needs 2 samples, but \(sampleCount) are asked for")
    var encoder = BPEEncoder(model: model)
    var counts: [[UInt32]: Int] = [:]
    var (sum, squares) = (0, 0)
    var tokens: [UInt32] = []
    for number in 0..<UInt64(sampleCount) {
      tokens.removeAll(keepingCapacity: true)
      word.withUnsafeBufferPointer {
        encoder.encode($0, noise: noise, at: WordAddress(document: number), into: &tokens)
      }
      counts[tokens, default: 0] += 1
      sum += tokens.count
      squares += tokens.count * tokens.count
    }
    self.sampleCount = sampleCount
    let count = Double(sampleCount)
    expectedTokenCount = Double(sum) / count
    let variance = (Double(squares) - Double(sum) * expectedTokenCount) / (count - 1)
    standardError = (max(variance, 0) / count).squareRoot()
    outcomes = SegmentationLaw.sorted(
      counts.map { ($0.key, Double($0.value) / count) }
    )
  }
}
