// Source: M. Cognetta, V. Zouhar, N. Okazaki, "Distributional Properties of Subword
//   Regularization", EMNLP 2024 (arXiv 2408.11443).
// Procedure: a word keeps its plain tokens with probability 1 - p. Otherwise a path of its lattice
//   is drawn uniformly: the number of paths from every position to the end is summed from the end,
//   and each edge is taken with its share of the paths.
// Complexity: O(edges of the lattice).
// Determinism: the first draw decides whether the word is segmented afresh; then one draw for each
//   position of the path with more than one edge. Path counts are Doubles, exact below 2^53, and
//   round alike everywhere: sums, products and powers of two only.

import Noise

extension SegmentationNoise.Law {
  /// With probability p a word is segmented afresh, all segmentations equally likely (arXiv
  /// 2408.11443).
  public static var uniform: Self { Self("uniform", UniformLaw.self) }
}

/// The uniform law over all segmentations.
struct UniformLaw: LatticeLaw {
  let lattice: SegmentationLattice
  /// The chain begins with the plain tokens with probability 1 - p.
  let starts: [(SplitState, Double)]
  private let counts: PathCounts

  init(_ lattice: SegmentationLattice, rate: Double, plain: SplitState?) {
    self.lattice = lattice
    starts = plain.map { [($0, 1 - rate), (SplitState(length: lattice.length), rate)] } ?? []
    counts = PathCounts(lattice)
  }

  static var revisesPlainTokens: Bool { true }

  static func isCutAnew(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Bool {
    noise.droppedRun.run(below: 1, from: &stream) == nil
  }

  func shares(of edges: ArraySlice<SegmentationLattice.Edge>, at position: Int) -> [Double] {
    edges.map { counts.share(of: $0, at: position) }
  }

  func choose(
    _ edges: ArraySlice<SegmentationLattice.Edge>,
    at position: Int,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) -> SegmentationLattice.Edge {
    var chosen = edges[edges.startIndex]
    var left = Double(stream.next64() >> 11) * 0x1p-53
    for edge in edges {
      chosen = edge
      left -= counts.share(of: edge, at: position)
      if left < 0 { break }
    }
    return chosen
  }
}

/// The number of paths from each position of a lattice to its end.
///
/// A number is a Double and the number of times it was divided by 2^512.
private struct PathCounts: Sendable {
  private var numbers: [Double]
  private var scales: [Int32]

  init(_ lattice: SegmentationLattice) {
    numbers = Array(repeating: 0, count: lattice.length + 1)
    scales = Array(repeating: 0, count: lattice.length + 1)
    numbers[lattice.length] = 1
    for position in (0..<lattice.length).reversed() {
      let edges = lattice.edges(from: position)
      let scale = edges.map { scales[Int($0.end)] }.max() ?? 0
      var sum = edges.reduce(0) { $0 + number(at: Int($1.end), scale: scale) }
      scales[position] = scale
      if sum >= 0x1p512 {
        sum *= 0x1p-512
        scales[position] += 1
      }
      numbers[position] = sum
    }
  }

  /// The share of the paths from a position that begin with an edge.
  func share(of edge: SegmentationLattice.Edge, at position: Int) -> Double {
    number(at: Int(edge.end), scale: scales[position]) / numbers[position]
  }

  private func number(at position: Int, scale: Int32) -> Double {
    switch scale - scales[position] {
    case 0: numbers[position]
    case 1: numbers[position] * 0x1p-512
    default: 0
    }
  }
}
