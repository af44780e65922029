// Procedure: see ScoreNoise.swift. Noise on scores needs whole rows, so a block of keys is then as
//   long as the run. The backward pass applies the noise again and then pulls the gradient of the
//   row back through it: nothing is saved.
// Complexity: for a row of n keys, n (2 reach + 1) operations for blur, and about n comparisons to
//   find the largest scores.
// Determinism: that of ScoreNoise.swift.

import Noise
import TensorCore

/// Applies the noise of scores, row by row; each thread has its own.
struct ScoreRows<Element: TensorElement> {
  private let noise: ScoreNoise
  private let threshold: BernoulliThreshold
  /// The Gaussian, from the middle outwards.
  private let weights: [Element]
  private var line: [Element]
  /// The largest scores of the last row, of which the first `hidden` were hidden.
  private var places: [Int32]
  private var hidden = 0

  /// - Parameters:
  ///   - noise: What is applied.
  ///   - longest: The most keys of a row.
  init(_ noise: ScoreNoise, longest: Int) {
    self.noise = noise
    threshold = BernoulliThreshold(noise.hidden?.rate.value ?? 0)
    weights = noise.blur?.weights() ?? []
    line = Array(repeating: 0, count: noise.blur == nil ? 0 : longest)
    places = Array(repeating: 0, count: min(noise.hidden?.count ?? 0, longest))
  }

  /// The row of a query, for its random words.
  struct Place {
    let head: Int
    let item: UInt64
    let time: UInt64
  }

  /// Replaces the scores of the keys that a query sees.
  mutating func apply(to scores: UnsafeMutablePointer<Element>, _ valid: Int, at place: Place) {
    if let blur = noise.blur {
      blurred(scores, reach: blur.reach, isTransposed: false, valid)
    }
    guard let keys = noise.hidden else { return }
    let found = Element.largest(&places, scores, most: places.count, valid)
    var stream = RandomStream(
      key: keys.key.derived(UInt64(place.head)),
      item: place.item,
      position: place.time
    )
    hidden = 0
    for rank in 0..<found where stream.happens(threshold) {
      places[hidden] = places[rank]
      hidden += 1
    }
    // A query keeps its last key.
    if keys.isHard && hidden == valid { hidden = 0 }
    let score: Element = keys.isHard ? -.infinity : 0
    for rank in 0..<hidden { scores[Int(places[rank])] = score }
  }

  /// Turns the gradient of the scores under the noise last applied into that of the scores.
  mutating func pullBack(_ gradient: UnsafeMutablePointer<Element>, _ valid: Int) {
    for rank in 0..<hidden { gradient[Int(places[rank])] = 0 }
    if let blur = noise.blur {
      blurred(gradient, reach: blur.reach, isTransposed: true, valid)
    }
  }

  private mutating func blurred(
    _ row: UnsafeMutablePointer<Element>,
    reach: Int,
    isTransposed: Bool,
    _ valid: Int
  ) {
    line.withUnsafeMutableBufferPointer { line in
      guard let line = line.baseAddress else { return }
      Element.blur(line, row, weights: weights, reach: reach, isTransposed: isTransposed, valid)
      row.copy(line, valid)
    }
  }
}
