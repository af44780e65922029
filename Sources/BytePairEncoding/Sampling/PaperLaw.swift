// Source: I. Provilkov, D. Emelianenko, E. Voita, ACL 2020 (arXiv 1910.13267), algorithm 1.
// Procedure: a split leads to the split in which its k-th candidate is applied with probability
//   p^k (1 - p), or 1 from a protected candidate on, and stays with what is left. How it is sampled,
//   WordSegmenter.swift says.
// Complexity: up to 2^(n - 1) splits of a word of n bytes.

/// The law of the paper.
struct PaperLaw: SegmentationChain {
  let model: BPEModel
  let rate: Double
  /// For each byte where its character ends, or nil where merges inside one are not protected.
  let characterEnds: [Int]?

  func level(of state: SplitState) -> Int { state.symbols.count }

  func branches(of state: SplitState) -> SplitState.Branches {
    var next: [(SplitState, Double)] = []
    var left = 1.0
    for (_, index) in state.candidates(model) where left > 0 {
      let isProtected =
        characterEnds.map { state.ends[index + 1] <= $0[state.start(of: index)] } ?? false
      next.append((state.joining(index, model), isProtected ? left : left * (1 - rate)))
      left = isProtected ? 0 : left * rate
    }
    return (next, left)
  }
}
