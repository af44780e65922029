// Source: I. Provilkov, D. Emelianenko, E. Voita, ACL 2020 (arXiv 1910.13267), algorithm 1.
// Procedure: dynamic programming over splits. A split leads to the split in which its k-th candidate
//   is applied with probability p^k (1 - p), or 1 from a protected candidate on, and stays with what
//   is left. Splits are handled by falling number of tokens, so each is complete when it is left.
// Complexity: up to 2^(n - 1) splits of a word of n bytes, so the caller bounds them.
// Determinism: results are sorted; the order of the dictionary never shows.

import CTextKernels
public import Noise

/// The exact probability of every way in which BPE-dropout can cut a word.
public struct SegmentationLaw: Sendable {
  /// One way to cut the word.
  public struct Outcome: Hashable, Sendable {
    /// The tokens of the word, from left to right.
    public let tokens: [TokenID]
    /// How often the word is cut this way: above 0, at most 1; all outcomes add up to 1.
    public let probability: Double
  }

  /// The outcomes of probability above 0, the most probable first.
  public let outcomes: [Outcome]

  /// The expected number of tokens.
  public var expectedTokenCount: Double {
    outcomes.reduce(0) { $0 + $1.probability * Double($1.tokens.count) }
  }

  /// The entropy in bits, from the probabilities and their logarithms to base 2.
  ///
  /// - Parameter log2: The logarithm: this module computes none itself.
  /// - Returns: Bits: 0 for a single outcome, else more.
  public func entropy(log2: (Double) -> Double) -> Double {
    outcomes.reduce(0) { $0 - $1.probability * log2($1.probability) }
  }

  /// The law of a word.
  ///
  /// Nil where there are more splits than the limit.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - model: The vocabulary and merges.
  ///   - rate: The dropout rate.
  ///   - unit: What a merge must span to be droppable.
  ///   - splitLimit: The most splits that are followed.
  public init?(
    of word: [UInt8],
    model: BPEModel,
    rate: DropoutRate,
    unit: SegmentationNoise.Unit = .character,
    splitLimit: Int = 100_000
  ) {
    let characterEnds = Self.characterEnds(of: word)
    let start = Split(
      symbols: word.map { model.byteTokens[Int($0)] },
      ends: Array(1..<word.count + 1)
    )
    var levels: [[Split: Double]] = Array(repeating: [:], count: word.count + 1)
    levels[word.count][start] = 1
    var splits = 0
    var outcomes: [Outcome] = []
    for level in levels.indices.reversed() {
      // In a fixed order, so that sums are rounded alike in every run.
      let splitsHere = levels[level].sorted { $0.key.ends.lexicographicallyPrecedes($1.key.ends) }
      for (split, probability) in splitsHere {
        splits += 1
        if splits > splitLimit { return nil }
        var left = probability
        for candidate in split.candidates(model) where left > 0 {
          let droppable = unit == .byte || !split.isProtected(candidate, characterEnds)
          let applied = split.applying(candidate, model)
          levels[level - 1][applied, default: 0] += droppable ? left * (1 - rate.value) : left
          left = droppable ? left * rate.value : 0
        }
        if left > 0 {
          outcomes.append(Outcome(tokens: split.symbols.map { TokenID($0) }, probability: left))
        }
      }
    }
    self.outcomes = outcomes.sorted { first, second in
      if first.probability != second.probability { return first.probability > second.probability }
      return first.tokens.lexicographicallyPrecedes(second.tokens)
    }
  }

  /// For each byte, where its character ends.
  static func characterEnds(of word: [UInt8]) -> [Int] {
    var ends: [Int] = []
    // SAFETY: each position is inside the word, and the decoder reads no further than it is told.
    word.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      while ends.count < bytes.count {
        let start = ends.count
        let length = Int(bpd_decode_utf8(base + start, bytes.count - start).length)
        ends += Array(repeating: start + length, count: length)
      }
    }
    return ends
  }

  /// A word cut into tokens: each token and the offset at which it ends.
  private struct Split: Hashable {
    var symbols: [UInt32]
    var ends: [Int]

    /// The indices of left parts of candidates, in order (rank, position).
    func candidates(_ model: BPEModel) -> [Int] {
      guard symbols.count > 1 else { return [] }
      return (0..<symbols.count - 1)
        .map { (rank: model.merges.rank(symbols[$0], symbols[$0 + 1]), index: $0) }
        .filter { $0.rank != MergeTable.noRank }
        .sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
        .map(\.index)
    }

    func isProtected(_ index: Int, _ characterEnds: [Int]) -> Bool {
      let start = index == 0 ? 0 : ends[index - 1]
      return ends[index + 1] <= characterEnds[start]
    }

    func applying(_ index: Int, _ model: BPEModel) -> Split {
      var split = self
      let rank = model.merges.rank(symbols[index], symbols[index + 1])
      split.symbols[index] = model.merges.merges[Int(rank)].product.rawValue
      split.symbols.remove(at: index + 1)
      split.ends.remove(at: index)
      return split
    }
  }
}
