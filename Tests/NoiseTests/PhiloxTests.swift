import Noise
import TestSupport
import Testing

struct PhiloxTests {
  struct KnownAnswer: Sendable {
    let key: UInt64
    let counter: PhiloxBlock
    let block: PhiloxBlock
  }

  /// The file kat_vectors of Random123, the authors' own implementation: philox4x32, 10 rounds.
  static let knownAnswers = [
    KnownAnswer(
      key: 0,
      counter: PhiloxBlock(0, 0, 0, 0),
      block: PhiloxBlock(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    KnownAnswer(
      key: .max,
      counter: PhiloxBlock(.max, .max, .max, .max),
      block: PhiloxBlock(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    KnownAnswer(
      key: 0x299F_31D0_A409_3822,
      counter: PhiloxBlock(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
      block: PhiloxBlock(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ]

  @Test(arguments: knownAnswers)
  func `the published known answers come out`(_ answer: KnownAnswer) {
    #expect(Philox.block(key: answer.key, counter: answer.counter) == answer.block)
  }

  @Test func `the halves of a block have the lower word in their low half`() {
    let block = PhiloxBlock(1, 2, 3, 4)
    #expect(block.low64 == 0x0000_0002_0000_0001)
    #expect(block.high64 == 0x0000_0004_0000_0003)
  }

  @Test func `one bit of the counter or of the key changes about half of the output`() {
    let counter = PhiloxBlock(11, 22, 33, 44)
    let plain = Philox.block(key: 55, counter: counter)
    func distance(_ other: PhiloxBlock) -> Int {
      (plain.low64 ^ other.low64).nonzeroBitCount + (plain.high64 ^ other.high64).nonzeroBitCount
    }
    var distances: [Int] = []
    for bit in 0..<32 {
      let flip: UInt32 = 1 << bit
      let counters = [
        PhiloxBlock(11 ^ flip, 22, 33, 44), PhiloxBlock(11, 22 ^ flip, 33, 44),
        PhiloxBlock(11, 22, 33 ^ flip, 44), PhiloxBlock(11, 22, 33, 44 ^ flip),
      ]
      distances += counters.map { distance(Philox.block(key: 55, counter: $0)) }
    }
    for bit in 0..<64 {
      distances.append(distance(Philox.block(key: 55 ^ 1 << bit, counter: counter)))
    }
    // 64 of 128 bits with a standard deviation of 5.7: seven of them on either side.
    #expect(distances.allSatisfy { (24...104).contains($0) })
    let flips = distances.reduce(0, +)
    #expect(isPlausible(successes: flips, of: 128 * distances.count, probability: 0.5))
  }
}
