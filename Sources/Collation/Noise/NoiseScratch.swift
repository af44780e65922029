import Corpora
import Noise

/// The memory that a thread keeps from row to row.
public struct NoiseScratch {
  /// The data, where tokens are drawn from them.
  var tokens: TokenStream?
  var numbers = DistinctNumbers()
  var layout = SpanLayout()
  var spans: [Range<Int>] = []
  var lengths: [Int] = []
  private var gapLaws: [NoiseSite: GapLaw] = [:]

  init() {}

  /// The law of the gaps between events of one rate; made anew only where a site's rate changes.
  mutating func gaps(_ site: NoiseSite, _ rate: DropoutRate) -> GapLaw {
    if let law = gapLaws[site], law.rate == rate { return law }
    let law = GapLaw(rate)
    gapLaws[site] = law
    return law
  }
}

/// The law of the gaps between independent events of one rate.
struct GapLaw {
  let rate: DropoutRate
  private let law: GeometricLaw

  init(_ rate: DropoutRate) {
    self.rate = rate
    law = .complement(of: rate)
  }

  /// The first place in `start..<end` at which the event happens; nil where there is none.
  func next(from start: Int, below end: Int, _ stream: inout RandomStream) -> Int? {
    if start >= end { return nil }
    return law.run(below: end - start, from: &stream).map { start + $0 }
  }
}
