import Noise

/// When a row is made, as far as noise is concerned.
struct NoiseContext {
  var seed: UInt64
  var epoch: UInt32
  /// The step of the run, over all epochs, and how many there are.
  let step: UInt64
  let total: UInt64

  func key(_ site: NoiseSite) -> NoiseKey { NoiseKey(seed: seed, epoch: epoch, site: site) }

  func rate(_ rate: NoiseRate) -> DropoutRate { rate.rate(atStep: step, of: total) }
}

/// The law of the gaps between events of one rate, made anew only where the rate is another.
struct GapLaw {
  private var rate = DropoutRate.zero
  private var law = GeometricLaw.complement(of: .zero)

  mutating func prepare(_ rate: DropoutRate) {
    if rate == self.rate { return }
    self.rate = rate
    law = .complement(of: rate)
  }

  /// The first place from `start` on at which the event happens; nil where there is none below `end`.
  func next(from start: Int, below end: Int, _ stream: inout RandomStream) -> Int? {
    if start >= end { return nil }
    return law.run(below: end - start, from: &stream).map { start + $0 }
  }
}
