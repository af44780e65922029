// Source: T. Hiraoka, "MaxMatch-Dropout: Subword Regularization for WordPiece", COLING 2022 (arXiv
//   2209.04126), algorithm 1.
// Procedure: from left to right the longest matching token is taken, each dropped with probability
//   p; the shortest, a character in most vocabularies, is never dropped. So the k-th longest is
//   taken with probability p^k (1 - p), counting from k = 0.
// Complexity: O(edges of the lattice).
// Determinism: one geometric draw for each position of the path with more than one edge.

import Noise

extension SegmentationNoise.Law {
  /// MaxMatch-dropout (arXiv 2209.04126): the longest token from left to right, each dropped with
  /// probability p.
  public static var maxmatch: Self { Self("maxmatch", MaxMatchLaw.self) }
}

/// The law of MaxMatch-dropout.
struct MaxMatchLaw: LatticeLaw {
  let lattice: SegmentationLattice
  private let rate: Double

  init(_ lattice: SegmentationLattice, rate: Double, plain: SplitState?) {
    self.lattice = lattice
    self.rate = rate
  }

  var starts: [(SplitState, Double)] { [(SplitState(length: lattice.length), 1)] }

  func shares(of edges: ArraySlice<SegmentationLattice.Edge>, at position: Int) -> [Double] {
    var left = 1.0
    let longestFirst = (0..<edges.count).map { index in
      defer { left *= rate }
      return index == edges.count - 1 ? left : left * (1 - rate)
    }
    return longestFirst.reversed()
  }

  func choose(
    _ edges: ArraySlice<SegmentationLattice.Edge>,
    at position: Int,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) -> SegmentationLattice.Edge {
    let droppable = edges.count - 1
    let drops = noise.droppedRun.run(below: droppable, from: &stream) ?? droppable
    return edges[edges.endIndex - 1 - drops]
  }
}
