import LanguageModels
import NeuralLayers
import Noise
import TensorCore
import TestSupport
import Testing

/// How often noise acts, against its law: bounds hold exactly for every number of draws.
struct NoiseLawTests {
  private func noise(_ place: NoisePlace, _ rate: Double, pass: Int = 0) -> ModelNoise {
    var noise = ModelNoise(key: dropoutKey, pass: UInt64(pass))
    noise[place] = dropoutRate(rate)
    return noise
  }

  /// A million decisions: 125,000 steps of a model of eight blocks.
  @Test(arguments: [0.1, 0.2, 0.5, 0.9])
  func `the number of executed blocks is binomial`(rate: Double) {
    var (observed, byLayer) = ([Int: Int](), [Int](repeating: 0, count: 8))
    var pairs = 0
    for pass in 0..<125_000 {
      let noise = noise(.depth, rate, pass: pass)
      let kept = (0..<8).filter { !noise.skips(layer: $0) }
      observed[kept.count, default: 0] += 1
      for layer in kept { byLayer[layer] += 1 }
      if kept.contains(2) && kept.contains(3) { pairs += 1 }
    }
    var (law, coefficient) = ([Int: Double](), 1.0)
    for count in 0...8 {
      var probability = coefficient
      for _ in 0..<count { probability *= 1 - rate }
      for _ in count..<8 { probability *= rate }
      law[count] = probability
      coefficient *= Double(8 - count) / Double(count + 1)
    }
    let test = LawTest(observed, law: law)
    #expect(test.passes, "\(test)")
    for layer in byLayer {
      #expect(isPlausible(successes: layer, of: 125_000, probability: 1 - rate))
    }
    let all = byLayer.reduce(0, +)
    #expect(isPlausible(successes: all, of: 1_000_000, probability: 1 - rate))
    // Neighbours are independent.
    let both = (1 - rate) * (1 - rate)
    #expect(isPlausible(successes: pairs, of: 125_000, probability: both))
  }

  @Test(arguments: [0.1, 0.5, 0.9])
  func `columns are kept at their rate, each of them and in every step`(rate: Double) throws {
    var byColumn = [Int](repeating: 0, count: 100)
    for pass in 0..<10_000 {
      let kept = try #require(
        noise(.cutInputs, rate, pass: pass).kept(.cutInputs, layer: 1, of: 100)
      )
      #expect(kept.scale == 1 / (1 - rate) || kept.scale == 0)
      if kept.scale == 0 { continue }
      for column in kept.columns { byColumn[Int(column)] += 1 }
    }
    let all = byColumn.reduce(0, +)
    #expect(isPlausible(successes: all, of: 1_000_000, probability: 1 - rate))
    for count in byColumn {
      #expect(isPlausible(successes: count, of: 10_000, probability: 1 - rate))
    }
  }

  @Test func `where no column is kept, nothing passes`() throws {
    let kept = try #require(noise(.cutInputs, 1).kept(.cutInputs, layer: 0, of: 5))
    #expect(kept.columns == [0] && kept.scale == 0)
    #expect(noise(.cutInputs, 0).kept(.cutInputs, layer: 0, of: 5) == nil)
  }

  /// A million weights; the mean and the variance of the used weight are those of its law.
  @Test(arguments: [0.1, 0.5, 0.9])
  func `DropConnect drops at its rate and keeps the mean`(rate: Double) throws {
    let law: DropConnect<Double> = try #require(noise(.weights, rate).dropConnect(layer: 0))
    let ones = Tensor<Double>(Array(repeating: 1, count: 1_000_000), shape: [1000, 1000])
    let used = law.use(ones, on: pools[1]).elements
    let dropped = used.count { $0 == 0 }
    #expect(isPlausible(successes: dropped, of: 1_000_000, probability: rate))
    #expect(used.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
    // Var = rate / (1 - rate) w^2, from the share that was dropped.
    let mean = used.reduce(0, +) / 1e6
    let variance = used.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e6
    #expect(abs(mean - 1) < 6 * (rate / (1 - rate)).squareRoot() / 1000)
    #expect(abs(variance / (rate / (1 - rate)) - 1) < 0.05)
    // Another step has another mask, and so has another layer.
    let next: DropConnect<Double> = try #require(
      noise(.weights, rate, pass: 1).dropConnect(layer: 0)
    )
    let other: DropConnect<Double> = try #require(noise(.weights, rate).dropConnect(layer: 1))
    #expect(next.use(ones, on: pools[0]).elements != used)
    #expect(other.use(ones, on: pools[0]).elements != used)
    #expect(law.use(ones, on: pools[2]).elements == used)
  }

  /// The rate rises in a straight line over the blocks; what is kept is scaled.
  @Test func `paths are dropped at the rate of their block, sequence by sequence`() {
    let noise = noise(.path, 0.4)
    #expect(noise.paths(layer: 0, of: 5, branch: 0) == nil)
    #expect(noise.paths(layer: 0, of: 1, branch: 0) == nil)
    let tape = Tape<Double>(pool: pools[1], isRecording: false)
    let rows = RowPlacement(.batchMajor, batch: 250_000, times: 1, firstItem: 1 << 34)
    let ones = tape.input(Tensor(Array(repeating: 1, count: 250_000), shape: [250_000, 1, 1]))
    for layer in 1..<5 {
      let rate = 0.4 * Double(layer) / 4
      let paths = (0..<2).map { noise.paths(layer: layer, of: 5, branch: $0) }
      let y = paths.map { tape.dropPaths(ones, $0, rows: rows).value.elements }
      for y in y {
        let dropped = y.count { $0 == 0 }
        #expect(isPlausible(successes: dropped, of: 250_000, probability: rate))
        #expect(y.allSatisfy { $0 == 0 || abs($0 - 1 / (1 - rate)) < 1e-12 })
      }
      #expect(y[0] != y[1])
    }
  }

  @Test func `a locked mask is one for all times, others for other sequences and windows`() throws {
    let locked = try #require(noise(.locked, 0.5).locked(.locked, layer: 1))
    let tape = Tape<Float>(pool: pools[1], isRecording: false)
    func masks(_ item: UInt64, time: UInt64) -> [[Float]] {
      let rows = RowPlacement(.timeMajor, batch: 4, times: 5, firstItem: item, firstTime: time)
      let ones = tape.input(Tensor(Array(repeating: 1, count: 20 * 650), shape: [5, 4, 650]))
      let y = tape.dropout(ones, locked, rows: rows).value.elements
      return (0..<20).map { Array(y[$0 * 650..<($0 + 1) * 650]) }
    }
    let first = masks(8, time: 0)
    for row in first.indices { #expect(first[row] == first[row % 4]) }
    #expect(Set(first[..<4]).count == 4)
    #expect(masks(8, time: 70) == first && masks(12, time: 0)[0] != first[0])
    let dropped = (0..<400).reduce(0) { sum, step in
      sum + masks(UInt64(4 * step), time: 0)[..<4].reduce(0) { $0 + $1.count { $0 == 0 } }
    }
    #expect(isPlausible(successes: dropped, of: 400 * 4 * 650, probability: 0.5))
  }

  @Test func `scores are blurred in a share of the steps, by a uniform deviation`() {
    var bins = [Int](repeating: 0, count: 20)
    for pass in 0..<1_000_000 {
      var noise = noise(.blur, 0.3, pass: pass)
      noise.settings.blurDeviation = 2
      guard let blur = noise.attention(layer: 1)?.scores?.blur else { continue }
      #expect(blur.deviation > 0 && blur.deviation <= 2)
      bins[min(Int(blur.deviation * 10), 19)] += 1
    }
    let blurred = bins.reduce(0, +)
    #expect(isPlausible(successes: blurred, of: 1_000_000, probability: 0.3))
    #expect(ChiSquare(uniform: bins).isPlausible)
  }
}
