// Source: T. Hiraoka, "MaxMatch-Dropout: Subword Regularization for WordPiece", COLING 2022 (arXiv
//   2209.04126), algorithm 1.
// Procedure: from the front of the word on, the longest token that the rest begins with is taken, each
//   dropped with probability p; the shortest, a character in most vocabularies, is never dropped. So the
//   k-th longest is taken with probability p^k (1 - p).
// Complexity: O(edges of the lattice).
// Determinism: one geometric draw for each place of the path that more than one edge leads from.

import Noise

/// The law of MaxMatch-dropout.
struct MaxMatchLaw: SegmentationChain {
  let lattice: SegmentationLattice
  let rate: Double

  static func sample(
    _ lattice: SegmentationLattice,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    _ emit: (UInt32) -> Void
  ) {
    var position = 0
    while position < lattice.length {
      let edges = lattice.edges(from: position)
      let droppable = edges.count - 1
      let drops =
        droppable > 0
        ? noise.droppedRun.run(below: droppable, from: &stream) ?? droppable : 0
      let chosen = edges[edges.endIndex - 1 - drops]
      emit(chosen.symbol)
      position = Int(chosen.end)
    }
  }

  func level(of state: SplitState) -> Int { state.length - (state.ends.last ?? 0) }

  func branches(of state: SplitState) -> SplitState.Branches {
    let position = state.ends.last ?? 0
    if position == state.length { return ([], 1) }
    var left = 1.0
    let edges = lattice.edges(from: position)
    let next = edges.reversed().enumerated().map { index, edge in
      defer { left *= rate }
      return (state.appending(edge), index == edges.count - 1 ? left : left * (1 - rate))
    }
    return (next, 0)
  }
}
