import Noise
import TensorCore
import Testing

struct DropoutRowTests {
  static let items: [UInt64] = [0, 1, 77, 0xFFFF_FFFF, 0x1_0000_0000, .max]
  static let positions: [UInt64] = [
    0, 1, 0xFFFF_FFFF, 0x1_0000_0001, RandomStream.positionLimit - 1,
  ]

  @Test(arguments: items, positions)
  func `the mask is made of the stream's words`(item: UInt64, position: UInt64) {
    let key = NoiseKey(seed: 5, epoch: 6, site: .dropout).derived(7)
    for (count, probability) in [(1, 0.5), (63, 0.1), (64, 0.9), (65, 0.3), (1000, 0.25)] {
      let threshold = BernoulliThreshold(probability)
      var stream = RandomStream(key: key, item: item, position: position)
      let expected = (1...count).map { stream.happens(threshold) ? 0 : 2 * Float($0) }
      let row = DropoutRow(threshold, key: key, item: item, position: position)
      let x = (1...count).map(Float.init)
      var y = [Float](repeating: -1, count: count)
      Float.dropout(&y, x, row, scale: 2, count)
      #expect(y == expected)
      var z = x.map(Double.init)
      let copy = z
      Double.dropout(&z, copy, row, scale: 2, count)
      #expect(z == expected.map(Double.init))
    }
  }

  @Test func `nothing is dropped at 0 and everything at 1`() {
    let key = NoiseKey(seed: 5, site: .dropout)
    let x = [Float](repeating: 3, count: 100)
    var y = x
    Float.dropout(&y, x, DropoutRow(.init(0), key: key, item: 0, position: 0), scale: 1, 100)
    #expect(y == x)
    Float.dropout(&y, x, DropoutRow(.init(1), key: key, item: 0, position: 0), scale: 0, 100)
    #expect(y.allSatisfy { $0 == 0 })
  }
}
