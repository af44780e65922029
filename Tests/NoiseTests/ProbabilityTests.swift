import Noise
import TestSupport
import Testing

struct BernoulliThresholdTests {
  static let key = NoiseKey(seed: 4, site: .testing)

  @Test func `the ends are never and always`() {
    let never = BernoulliThreshold(0)
    let always = BernoulliThreshold(1)
    #expect(never.bits == 0)
    #expect(always.bits == 0x1_0000_0000)
    var stream = RandomStream(key: Self.key, item: 0)
    var happened = 0
    for _ in 0..<1_000_000 where stream.happens(never) { happened += 1 }
    #expect(happened == 0)
    for _ in 0..<1_000_000 where stream.happens(always) { happened += 1 }
    #expect(happened == 1_000_000)
  }

  @Test func `the scale is 2 to the 32, rounded to nearest`() {
    #expect(BernoulliThreshold(0.5).bits == 0x8000_0000)
    #expect(BernoulliThreshold(0.1).bits == 429_496_730)
    #expect(BernoulliThreshold(0x1p-32).bits == 1)
    #expect(BernoulliThreshold(0x1p-34).bits == 0)
    #expect(BernoulliThreshold(1 - 0x1p-32).bits == 0xFFFF_FFFF)
    #expect(BernoulliThreshold(1 - 0x1p-34).bits == 0x1_0000_0000)
  }

  /// A million draws at alpha = 10^-9: 0.1 may come out between 0.0982 and 0.1020.
  @Test(arguments: [0.000_01, 0.001, 0.05, 0.1, 0.5, 0.9, 0.999])
  func `the rate is that of a binomial law`(probability: Double) {
    var stream = RandomStream(key: Self.key, item: 1, position: UInt64(probability * 1e6))
    let threshold = BernoulliThreshold(probability)
    var happened = 0
    for _ in 0..<1_000_000 where stream.happens(threshold) { happened += 1 }
    let isPlausible = isPlausible(successes: happened, of: 1_000_000, probability: probability)
    #expect(isPlausible, "\(happened) of a million at \(probability)")
  }

  @Test func `a decision is one word, compared with the threshold`() {
    var stream = RandomStream(key: Self.key, item: 2)
    var words = stream
    let threshold = BernoulliThreshold(0.3)
    var wrong = 0
    for _ in 0..<10_000 where stream.happens(threshold) != (Double(words.next32()) < 0.3 * 0x1p32) {
      wrong += 1
    }
    #expect(wrong == 0)
  }

  @Test func `a probability above one is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = BernoulliThreshold(1.000_001)
    }
  }

  @Test func `a probability that is no number is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      _ = BernoulliThreshold(.nan)
    }
  }
}

struct DropoutRateTests {
  @Test(arguments: [0, 0x1p-1074, 0.1, 0.5, 1 - 0x1p-53, 1])
  func `a number from zero through one is a rate`(value: Double) throws {
    let rate = try #require(DropoutRate(value))
    #expect(rate.value == value)
    #expect(rate.description == "\(value)")
  }

  @Test(
    arguments: [
      -0x1p-1074, -0.1, -1, 1 + 0x1p-52, 2, .infinity, -.infinity, .nan, -.nan, .signalingNaN,
    ] as [Double]
  )
  func `any other number is none`(value: Double) {
    #expect(DropoutRate(value) == nil)
  }

  @Test func `no noise is zero`() {
    #expect(DropoutRate.zero.value == 0)
    #expect(DropoutRate(0) == .zero)
  }
}
