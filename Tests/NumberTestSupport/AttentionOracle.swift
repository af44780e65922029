import Glibc
public import Noise
import TensorCore

/// Attention by its definition, number by number.
public struct AttentionOracle {
  /// How many sequences.
  public var batch = 1
  /// The length of each.
  public var times = 1
  /// Of queries.
  public var heads = 1
  /// Of keys and values.
  public var keyHeads = 1
  /// Of a head.
  public var width = 1
  /// Whether later keys are hidden.
  public var isCausal = true
  /// Where documents begin, and the end; empty where each sequence is one.
  public var bounds: [Int] = []
  /// How many probabilities are dropped.
  public var rate = 0.0
  /// Of the masks.
  public var key = NoiseKey(seed: 0, site: .dropout)
  /// The item of the first sequence.
  public var firstItem: UInt64 = 0

  /// The blur of scores, by deviation and reach; nil for none.
  public var blur: (deviation: Double, reach: Int)?
  /// The hiding of keys: rate, keys at stake, whether they leave the softmax, and key; nil for none.
  public var hidden: (rate: Double, count: Int, isHard: Bool, key: NoiseKey)?

  /// One head of one number.
  public init() {}

  /// How wide a row of queries, keys and values is.
  public var columns: Int { (heads + 2 * keyHeads) * width }

  /// The document of a row, by the number of the bound before it.
  private func document(_ row: Int) -> Int {
    bounds.isEmpty ? row / times : bounds.lastIndex { $0 <= row } ?? 0
  }

  /// The means of the values, heads side by side.
  public func output(_ qkv: [Double]) -> [Double] {
    var result: [Double] = []
    for row in 0..<batch * times {
      let (sequence, time) = (row / times, row % times)
      for head in 0..<heads {
        let keyHead = head * keyHeads / heads
        func part(_ row: Int, _ head: Int) -> ArraySlice<Double> {
          let start = row * columns + head * width
          return qkv[start..<start + width]
        }
        // Keys of the same document, not later where it is causal.
        let keys = (sequence * times..<(sequence + 1) * times).filter {
          document($0) == document(row) && (!isCausal || $0 <= row)
        }
        var scores = keys.map { other in
          zip(part(row, head), part(other, heads + keyHead)).reduce(0) { $0 + $1.0 * $1.1 }
            / Double(width).squareRoot()
        }
        scores = underNoise(scores, head: head, sequence: sequence, time: time)
        let most = scores.max() ?? 0
        let sum = scores.reduce(0) { $0 + exp($1 - most) }
        var stream = RandomStream(
          key: key.derived(UInt64(head)),
          item: firstItem + UInt64(sequence),
          position: UInt64(time)
        )
        let dropped = (0..<times).map { _ in stream.happens(BernoulliThreshold(rate)) }
        var mean = [Double](repeating: 0, count: width)
        for (other, score) in zip(keys, scores) where !dropped[other % times] {
          for (unit, value) in part(other, heads + keyHeads + keyHead).enumerated() {
            mean[unit] += exp(score - most) / sum / (1 - rate) * value
          }
        }
        result += mean
      }
    }
    return result
  }

  /// The scores of the keys that a query sees, under their noise.
  private func underNoise(
    _ scores: [Double],
    head: Int,
    sequence: Int,
    time: Int
  ) -> [Double] {
    var result = scores
    if let blur {
      result = scores.indices.map { place in
        let near = scores.indices.filter { abs($0 - place) <= blur.reach }
        let weights = near.map { other in
          exp(-Double((other - place) * (other - place)) / (2 * blur.deviation * blur.deviation))
        }
        let sum = zip(near, weights).reduce(0) { $0 + $1.1 * scores[$1.0] }
        return sum / weights.reduce(0, +)
      }
    }
    guard let hidden else { return result }
    var stream = RandomStream(
      key: hidden.key.derived(UInt64(head)),
      item: firstItem + UInt64(sequence),
      position: UInt64(time)
    )
    let blurred = result
    let largest = blurred.indices.sorted {
      blurred[$0] > blurred[$1] || blurred[$0] == blurred[$1] && $0 < $1
    }.prefix(hidden.count)
    let dropped = largest.filter { _ in stream.happens(BernoulliThreshold(hidden.rate)) }
    if hidden.isHard && dropped.count == result.count { return result }
    for place in dropped { result[place] = hidden.isHard ? -.infinity : 0 }
    return result
  }
}
