// Source: "AttentionDrop: A Novel Regularization Method for Transformer Models", 2025: hidden keys
//   and blurred attention; its third form, consistency, is a loss (TwoViewTargets.swift).
// Procedure: noise on the scores of a query, after their scaling and before the softmax. Blur: each
//   score becomes the mean of its neighbours under a Gaussian, normalised over the keys that the
//   query sees. Hidden keys: of the largest scores, each becomes 0 with the rate's probability, so
//   that a negative one rises; hard hiding takes them out of the softmax instead, unless no key were
//   left. Blur comes first.
// Determinism: word r of (key of the head, item, time of the query) decides on the r-th largest
//   score; of equal scores the earlier key comes first.

import Glibc
public import Noise
import TensorCore

/// The hiding of a query's most attended keys.
public struct HiddenKeys: Sendable {
  /// The probability that a key is hidden.
  public let rate: DropoutRate
  /// How many of a query's largest scores are at stake.
  public let count: Int
  /// Whether a hidden key leaves the softmax, instead of getting the score 0.
  public let isHard: Bool
  /// Seed, epoch and site, derived for this layer.
  public let key: NoiseKey

  /// Creates the noise of a layer.
  public init(_ rate: DropoutRate, of count: Int, isHard: Bool = false, key: NoiseKey) {
    (self.rate, self.count, self.isHard, self.key) = (rate, count, isHard, key)
  }
}

/// The blur of a query's scores over neighbouring keys.
public struct KeyBlur: Hashable, Sendable {
  /// The deviation of the Gaussian, in keys; above 0.
  public let deviation: Double
  /// The number of keys on each side.
  public let reach: Int

  /// Creates a blur.
  public init(deviation: Double, reach: Int) { (self.deviation, self.reach) = (deviation, reach) }

  /// The Gaussian at distances 0 through ``reach``.
  func weights<Element: TensorElement>() -> [Element] {
    (0...reach).map { distance in
      Element(exp(-Double(distance * distance) / (2 * deviation * deviation)))
    }
  }
}

/// The noise on the scores of one layer of attention.
public struct ScoreNoise: Sendable {
  /// Applied first; nil for none.
  public var blur: KeyBlur?
  /// Applied to the blurred scores; nil for none.
  public var hidden: HiddenKeys?

  /// Creates noise.
  public init(blur: KeyBlur? = nil, hidden: HiddenKeys? = nil) {
    (self.blur, self.hidden) = (blur, hidden)
  }
}

/// All noise of one layer of attention.
public struct AttentionNoise: Sendable {
  /// Applied to the probabilities; nil for none.
  public var dropout: ActivationDropout?
  /// Applied to the scores; nil for none.
  public var scores: ScoreNoise?

  /// Creates noise.
  public init(dropout: ActivationDropout? = nil, scores: ScoreNoise? = nil) {
    (self.dropout, self.scores) = (dropout, scores)
  }
}
