// Source, Procedure: the laws of Sampling/, each as a Markov chain; see SegmentationChain.swift.
// Complexity: up to 2^(n - 1) splits of a word of n bytes, so the caller bounds them.
// Determinism: results are sorted, whatever the order of a dictionary.

import Noise

/// The exact distribution over the segmentations of a word.
public struct SegmentationLaw: Sendable {
  /// One segmentation of the word.
  public struct Outcome: Hashable, Sendable {
    /// The tokens of the word, from left to right.
    public let tokens: [TokenID]
    /// The probability of this segmentation: above 0, at most 1; all outcomes sum to 1.
    public let probability: Double
  }

  /// The default limit of splits; enumerating them takes less than a second.
  public static let defaultSplitLimit = 100_000
  /// The longest word whose law is computed, in bytes.
  public static let longestWord = 1024

  /// The outcomes of probability above 0, the most probable first.
  public let outcomes: [Outcome]

  /// The expected number of tokens.
  public var expectedTokenCount: Double {
    outcomes.reduce(0) { $0 + $1.probability * Double($1.tokens.count) }
  }

  /// The entropy in bits.
  ///
  /// - Parameter log2: The base-2 logarithm; this module has none of its own.
  /// - Returns: Bits: 0 for a single outcome, more otherwise.
  public func entropy(log2: (Double) -> Double) -> Double {
    outcomes.reduce(0) { $0 - $1.probability * log2($1.probability) }
  }

  /// The probability of one segmentation.
  ///
  /// - Parameter tokens: The tokens, from left to right.
  /// - Returns: 0 if the tokens are not an outcome.
  public func probability(of tokens: [TokenID]) -> Double {
    outcomes.first { $0.tokens == tokens }?.probability ?? 0
  }

  /// The total-variation distance to another law of the same word: the largest difference between
  /// the probabilities that the two give to one event.
  ///
  /// - Parameter other: Another law.
  /// - Returns: From 0 for equal laws to 1 for laws without a common outcome.
  public func distance(to other: SegmentationLaw) -> Double {
    var differences: [[TokenID]: Double] = [:]
    for outcome in outcomes { differences[outcome.tokens, default: 0] += outcome.probability }
    for outcome in other.outcomes { differences[outcome.tokens, default: 0] -= outcome.probability }
    return differences.values.map(abs).sorted().reduce(0, +) / 2
  }

  /// The law of a word, by enumeration.
  ///
  /// Nil if the word has more splits than the limit, or is longer than ``longestWord``.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - model: The vocabulary and merges.
  ///   - noise: The law, its rate and unit; seed and epoch do not matter.
  ///   - splitLimit: The upper bound of splits to follow.
  public init?(
    of word: [UInt8],
    model: BPEModel,
    noise: SegmentationNoise,
    splitLimit: Int = Self.defaultSplitLimit
  ) {
    guard
      let probabilities = Self.probabilities(
        of: word,
        model,
        noise,
        splitLimit,
        where: { _ in true }
      )
    else { return nil }
    outcomes = Self.sorted(probabilities.map { ($0.key, $0.value) })
  }

  /// Outcomes in order: the most probable first.
  static func sorted(_ probabilities: [([UInt32], Double)]) -> [Outcome] {
    probabilities
      .map { Outcome(tokens: $0.0.map { TokenID($0) }, probability: $0.1) }
      .sorted { first, second in
        if first.probability != second.probability {
          return first.probability > second.probability
        }
        return first.tokens.lexicographicallyPrecedes(second.tokens)
      }
  }

  /// The probability of one segmentation, without those of all others.
  ///
  /// Only splits that can still become the given one are followed, so much longer words are
  /// feasible than with ``init(of:model:noise:splitLimit:)``.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, from left to right.
  ///   - word: The word's bytes.
  ///   - model: The vocabulary and merges.
  ///   - noise: The law, its rate and unit; seed and epoch do not matter.
  ///   - splitLimit: The upper bound of splits to follow.
  /// - Returns: 0 if the tokens are not an outcome; nil if there are more splits than the limit, or
  ///   the word is longer than ``longestWord``.
  public static func probability(
    of tokens: [TokenID],
    word: [UInt8],
    model: BPEModel,
    noise: SegmentationNoise,
    splitLimit: Int = Self.defaultSplitLimit
  ) -> Double? {
    var wanted: [Int] = []
    for token in tokens {
      let length = token == model.unknown ? 1 : model.vocabulary.byteCount(of: token)
      wanted.append((wanted.last ?? 0) + length)
    }
    guard wanted.last ?? 0 == word.count else { return 0 }
    let isWanted = Set(wanted)
    let steps = noise.law.procedure.steps
    let probabilities = probabilities(of: word, model, noise, splitLimit) { state in
      switch steps {
      case .join: isWanted.isSubset(of: state.ends)
      case .split: state.ends.allSatisfy(isWanted.contains)
      case .append: wanted.starts(with: state.ends)
      }
    }
    return probabilities.map { $0[tokens.map(\.rawValue), default: 0] }
  }

  private static func probabilities(
    of word: [UInt8],
    _ model: BPEModel,
    _ noise: SegmentationNoise,
    _ limit: Int,
    where isWanted: (SplitState) -> Bool
  ) -> [[UInt32]: Double]? {
    guard word.count <= longestWord else { return nil }
    let ends: [(state: SplitState, probability: Double)]?
    if noise.rate == .zero {
      ends = [(SplitState.plain(word, model), 1)]
    } else {
      let chain = noise.law.procedure.init(word, model, noise)
      ends = chain.ends(from: chain.starts, limit: limit, where: isWanted)
    }
    guard let ends else { return nil }
    var probabilities: [[UInt32]: Double] = [:]
    for (state, probability) in ends {
      var tokens: [UInt32] = []
      for symbol in state.symbols { model.emit(symbol, into: &tokens) }
      probabilities[tokens, default: 0] += probability
    }
    return probabilities
  }
}
