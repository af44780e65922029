// Procedure: a segmentation is a path through the lattice of all tokens. A conforming law gives the
//   probability of each edge from a position; this file has the walk from the front of the word to
//   its end.
// Complexity: O(edges of the lattice).

import Noise

/// A law that draws one token after another from the front of a word.
protocol LatticeLaw: LawProcedure {
  /// The law's state for one word.
  ///
  /// - Parameters:
  ///   - lattice: The lattice of the word.
  ///   - rate: The rate of the noise.
  ///   - plain: The word's plain tokens, for a law that revises them; nil for a sampler.
  init(_ lattice: SegmentationLattice, rate: Double, plain: SplitState?)

  var lattice: SegmentationLattice { get }

  /// Whether some words keep their plain tokens.
  static var revisesPlainTokens: Bool { get }

  /// Whether to segment a word afresh.
  static func isCutAnew(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Bool

  /// The probability of each edge from a position.
  func shares(
    of edges: ArraySlice<SegmentationLattice.Edge>,
    at position: Int
  ) -> [Double]

  /// Draws one of several edges from a position.
  func choose(
    _ edges: ArraySlice<SegmentationLattice.Edge>,
    at position: Int,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream
  ) -> SegmentationLattice.Edge

  /// Appends the tokens of a random path.
  ///
  /// It is a requirement so that each law gets its own specialised loop.
  static func sample(
    _ lattice: SegmentationLattice,
    _ model: BPEModel,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    into tokens: inout [UInt32]
  )
}

extension LatticeLaw {
  static var revisesPlainTokens: Bool { false }
  static func isCutAnew(_ noise: SegmentationNoise, _ stream: inout RandomStream) -> Bool { true }
  static var steps: SplitSteps { .append }

  static func makeSampler(
    _ model: BPEModel,
    _ unit: SegmentationNoise.Unit
  ) -> (any LawSampler)? {
    LatticeSampler<Self>(model: model)
  }

  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise) {
    var lattice = SegmentationLattice(model)
    word.withUnsafeBufferPointer { lattice.start($0, unit: noise.unit) }
    let plain = Self.revisesPlainTokens ? SplitState.plain(word, model) : nil
    self.init(lattice, rate: noise.rate.value, plain: plain)
  }

  static func sample(
    _ lattice: SegmentationLattice,
    _ model: BPEModel,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    into tokens: inout [UInt32]
  ) {
    let law = Self(lattice, rate: noise.rate.value, plain: nil)
    var position = 0
    while position < lattice.length {
      let edges = lattice.edges(from: position)
      var chosen = edges[edges.startIndex]
      if edges.count > 1 { chosen = law.choose(edges, at: position, noise, &stream) }
      model.emit(chosen.symbol, into: &tokens)
      position = Int(chosen.end)
    }
  }

  func level(of state: SplitState) -> Int { state.length - (state.ends.last ?? 0) }

  func branches(of state: SplitState) -> SplitState.Branches {
    let position = state.ends.last ?? 0
    if position == state.length { return ([], 1) }
    let edges = lattice.edges(from: position)
    let next = zip(edges, shares(of: edges, at: position)).map { (state.appending($0), $1) }
    return (next, 0)
  }
}

/// Samples by a lattice law.
private struct LatticeSampler<Law: LatticeLaw>: LawSampler {
  let model: BPEModel
  private var lattice: SegmentationLattice

  init(model: BPEModel) {
    self.model = model
    lattice = SegmentationLattice(model)
  }

  static var revisesPlainTokens: Bool { Law.revisesPlainTokens }

  mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ stream: inout RandomStream,
    from start: Int,
    into tokens: inout [UInt32]
  ) {
    guard Law.isCutAnew(noise, &stream) else { return }
    tokens.removeLast(tokens.count - start)
    lattice.start(word, unit: noise.unit)
    Law.sample(lattice, model, noise, &stream, into: &tokens)
  }
}

extension SplitState {
  /// The state with one more token at the end.
  fileprivate func appending(_ edge: SegmentationLattice.Edge) -> SplitState {
    var state = self
    state.symbols.append(edge.symbol)
    state.ends.append(Int(edge.end))
    return state
  }
}
