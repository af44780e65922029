// Source: A. Sims et al., "StochasTok: Improving Fine-Grained Subword Understanding in LLMs", 2025
//   (arXiv 2506.01687), section 3.
// Procedure: a word of n plain tokens has N attempts. Each attempt picks one of its tokens
//   uniformly, and replaces it by one of the pairs of tokens that spell it, again uniformly; if
//   there is no such pair, nothing changes. The paper takes N = floor(p n) for a whole text. Here
//   the unit is the word, so that results do not depend on threads or on how a text is divided, and
//   N is p n rounded up or down at random: the mean is the same, spread evenly over the text.
// Complexity: O(n) to sample a word of n tokens. The states of the exact law are splits with the
//   number of attempts left.
// Determinism: one 64-bit draw for N; one of 32 bits for each attempt's token (and more if Lemire's
//   method rejects), and another for its pair if there are several.

import Noise

extension SegmentationNoise.Law {
  /// StochasTok (arXiv 2506.01687): p attempts per plain token, each of which splits a random token
  /// in two.
  public static var stochastok: Self { Self("stochastok", StochasTokLaw.self) }
}

/// The law of StochasTok, word by word.
///
/// A mark is the number of attempts left.
struct StochasTokLaw: LawProcedure {
  let starts: [(SplitState, Double)]
  private let pairs: [UInt32: [TokenExpansion.Pair]]
  private let model: BPEModel

  static var steps: SplitSteps { .split }

  static func makeSampler(
    _ model: BPEModel,
    _ unit: SegmentationNoise.Unit
  ) -> (any LawSampler)? { TokenExpansion(model, unit) }

  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise) {
    var plain = SplitState.plain(word, model)
    if model.unknown == nil {
      // Bytes that are left out are not tokens and are never picked.
      let left = plain.symbols.indices.filter { plain.symbols[$0] != BPEModel.absent }
      (plain.symbols, plain.ends) = (left.map { plain.symbols[$0] }, left.map { plain.ends[$0] })
    }
    starts = Self.starts(plain, rate: noise.rate.value)
    var expansion = TokenExpansion(model, noise.unit)
    var pairs: [UInt32: [TokenExpansion.Pair]] = [:]
    var open = plain.symbols
    while let token = open.popLast() {
      if pairs[token] != nil { continue }
      pairs[token] = expansion.pairs(of: token)
      open += pairs[token, default: []].flatMap { [$0.left, $0.right] }
    }
    self.pairs = pairs
    self.model = model
  }

  /// The plain tokens with p n attempts, rounded down or up.
  private static func starts(_ plain: SplitState, rate: Double) -> [(SplitState, Double)] {
    let mean = rate * Double(plain.symbols.count)
    return [0.0, 1].map { more in
      var state = plain
      state.marks = [UInt64(mean) + UInt64(more)]
      let share = mean - Double(UInt64(mean))
      return (state, more == 1 ? share : 1 - share)
    }
  }

  func level(of state: SplitState) -> Int { Int(state.marks[0]) }

  func branches(of state: SplitState) -> SplitState.Branches {
    if state.marks[0] == 0 { return ([], 1) }
    var next: [(SplitState, Double)] = []
    let share = 1 / Double(state.symbols.count)
    for (index, symbol) in state.symbols.enumerated() {
      let pairs = pairs[symbol, default: []]
      var state = state
      state.marks[0] -= 1
      if pairs.isEmpty { next.append((state, share)) }
      for pair in pairs {
        var split = state
        split.symbols.replaceSubrange(index...index, with: [pair.left, pair.right])
        let middle = state.start(of: index) + model.vocabulary.byteCount(of: TokenID(pair.left))
        split.ends.insert(middle, at: index)
        next.append((split, share / Double(pairs.count)))
      }
    }
    return (next, 0)
  }
}
