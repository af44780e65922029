import Noise
import TestSupport
import Testing

/// The words of a stream computed from the documented counter, one block at a time.
private func words(_ count: Int, key: NoiseKey, item: UInt64, position: UInt64) -> [UInt32] {
  var words: [UInt32] = []
  var number: UInt32 = 0
  while words.count < count {
    let counter = PhiloxBlock(
      UInt32(position / 0x1_0000_0000) * 0x40_0000 + number,
      UInt32(position % 0x1_0000_0000),
      UInt32(item % 0x1_0000_0000),
      UInt32(item / 0x1_0000_0000)
    )
    let block = Philox.block(key: key.bits, counter: counter)
    words += [block.word0, block.word1, block.word2, block.word3]
    number += 1
  }
  return Array(words.prefix(count))
}

private struct Block: Hashable {
  let low: UInt64
  let high: UInt64

  init(_ stream: inout RandomStream) {
    low = stream.next64()
    high = stream.next64()
  }
}

struct RandomStreamTests {
  static let key = NoiseKey(seed: 1, epoch: 2, site: .testing)
  static let positions: [UInt64] = [
    0, 1, 2, 77, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, RandomStream.positionLimit - 1,
  ]
  static let items: [UInt64] = [0, 1, 2, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, .max]

  @Test(arguments: positions, items)
  func `words are those of the documented counters`(position: UInt64, item: UInt64) {
    var stream = RandomStream(key: Self.key, item: item, position: position)
    let drawn = (0..<103).map { _ in stream.next32() }
    #expect(drawn == words(103, key: Self.key, item: item, position: position))
  }

  /// Computed by a program that shares no code with ours; see `NoiseKeyTests` on changes.
  @Test func `the first words are frozen under version 1`() {
    var plain = RandomStream(key: NoiseKey(seed: 0, site: NoiseKeyTests.sites[0]), item: 0)
    #expect(
      (0..<8).map { _ in plain.next32() } == [
        0x674D_316B, 0x2D35_0C47, 0x5FF5_1A14, 0xDFC7_CB3B, 0x3977_6B7B, 0x9B64_CDFB, 0x0EC9_FB33,
        0x7B76_5019,
      ]
    )
    var other = RandomStream(
      key: NoiseKey(seed: 42, epoch: 3, site: .testing),
      item: 7 << 32 + 5,
      position: 9 << 32 + 11
    )
    #expect(
      (0..<8).map { _ in other.next32() } == [
        0x6885_C62F, 0x0AD4_D80C, 0xC48C_31DD, 0xF638_EBCC, 0xDF04_8A99, 0x14F8_6C21, 0xD6E7_D742,
        0x06E9_3A4C,
      ]
    )
  }

  @Test func `the position defaults to the front`() {
    var plain = RandomStream(key: Self.key, item: 5)
    var front = RandomStream(key: Self.key, item: 5, position: 0)
    #expect(plain.next64() == front.next64())
  }

  /// Takes the words of a list as the stream documents it: pairs begin at even places.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func `pairs are aligned, whatever was drawn before`(item: UInt64) {
    let source = words(400, key: Self.key, item: item, position: 3)
    var stream = RandomStream(key: Self.key, item: item, position: 3)
    var choices = RandomStream(key: Self.key, item: item, position: 4)
    var place = 0
    var drawn: [UInt64] = []
    var expected: [UInt64] = []
    for _ in 0..<150 {
      if choices.next32() & 1 == 0 {
        drawn.append(UInt64(stream.next32()))
        expected.append(UInt64(source[place]))
        place += 1
      } else {
        drawn.append(stream.next64())
        place += place & 1
        expected.append(UInt64(source[place]) | UInt64(source[place + 1]) << 32)
        place += 2
      }
    }
    #expect(drawn == expected)
  }

  @Test func `making a stream again, or copying it, gives the same words`() {
    var first = RandomStream(key: Self.key, item: 8, position: 9)
    let beginning = (0..<1000).map { _ in first.next32() }
    var again = RandomStream(key: Self.key, item: 8, position: 9)
    #expect((0..<1000).map { _ in again.next32() } == beginning)
    var copy = first
    #expect((0..<1000).map { _ in first.next32() } == (0..<1000).map { _ in copy.next32() })
  }

  @Test func `streams of different positions, items and keys share no block`() {
    var seen: Set<Block> = []
    var made = 0
    let keys = [
      Self.key, NoiseKey(seed: 2, epoch: 1, site: .testing),
      NoiseKey(seed: 1, epoch: 2, site: NoiseKeyTests.sites[1]),
    ]
    for key in keys {
      for position in Self.positions + Array(100..<130) {
        for item in Self.items + Array(100..<110) {
          var stream = RandomStream(key: key, item: item, position: position)
          for _ in 0..<32 {
            seen.insert(Block(&stream))
            made += 1
          }
        }
      }
    }
    #expect(seen.count == made)
  }

  @Test(arguments: [0, 1, 0xFFFF_FFFF, RandomStream.positionLimit - 1] as [UInt64])
  func `past the last block of a position it goes on under a derived key`(position: UInt64) {
    let item: UInt64 = 6
    var stream = RandomStream(key: Self.key, item: item, position: position)
    let beginning = (0..<4096).map { _ in stream.next32() }
    for _ in 4096..<(1 << 24) - 8 { _ = stream.next32() }
    let lastBlocks = (0..<8).map { _ in stream.next32() }
    let continued = (0..<4096).map { _ in stream.next32() }

    let high = UInt32(position >> 32) << 22
    let expected = ([0x3F_FFFE, 0x3F_FFFF] as [UInt32]).flatMap { number in
      let counter = PhiloxBlock(
        high + number,
        UInt32(truncatingIfNeeded: position),
        UInt32(item),
        0
      )
      let block = Philox.block(key: Self.key.bits, counter: counter)
      return [block.word0, block.word1, block.word2, block.word3]
    }
    #expect(lastBlocks == expected)
    let derived = Self.key.derived(.max)
    #expect(continued == words(4096, key: derived, item: item, position: position))

    #expect(Set(continued).intersection(beginning).count < 16)
    for neighbour in [position &+ 1, position &+ 1 << 32] {
      let other = words(
        4096,
        key: Self.key,
        item: item,
        position: neighbour % RandomStream.positionLimit
      )
      #expect(Set(continued).intersection(other).count < 16)
    }
  }

  @Test func `a position beyond the limit is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let key = NoiseKey(seed: 0, site: .testing)
      _ = RandomStream(key: key, item: 0, position: RandomStream.positionLimit)
    }
  }
}

struct BoundedNumberTests {
  static let key = NoiseKey(seed: 3, site: .testing)
  static let bounds: [UInt32] = [
    1, 2, 3, 6, 7, 100, 1 << 16, 1 << 31, (1 << 31) + 1, 3 << 30, .max,
  ]

  /// A word is refused where its low product lies below 2^32 modulo the bound: what is left is a
  /// multiple of the bound.
  @Test(arguments: bounds)
  func `numbers below a bound are the words that are not refused, scaled`(bound: UInt32) {
    var stream = RandomStream(key: Self.key, item: 1)
    var source = RandomStream(key: Self.key, item: 1)
    var wrong = 0
    var largest: UInt32 = 0
    for _ in 0..<50_000 {
      var product: UInt64
      repeat {
        product = UInt64(source.next32()) * UInt64(bound)
      } while product % 0x1_0000_0000 < 0x1_0000_0000 % UInt64(bound)
      let number = stream.next(below: bound)
      largest = max(largest, number)
      if number != UInt32(product / 0x1_0000_0000) { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(largest < bound)
    #expect(stream.next32() == source.next32())
  }

  @Test(arguments: [2, 3, 6, 7, 100] as [UInt32])
  func `every number below a small bound is equally likely`(bound: UInt32) {
    var stream = RandomStream(key: Self.key, item: 2, position: UInt64(bound))
    var counts = Array(repeating: 0, count: Int(bound))
    for _ in 0..<300_000 { counts[Int(stream.next(below: bound))] += 1 }
    let test = ChiSquare(uniform: counts)
    #expect(test.isPlausible, "\(test)")
  }

  /// Without refusal, every third number below 3 * 2^30 would be twice as likely as the others.
  @Test(arguments: [(1 << 31) + 1, 3 << 30] as [UInt32], [2, 3, 64] as [UInt32])
  func `numbers below a large bound are evenly spread`(bound: UInt32, parts: UInt32) {
    var stream = RandomStream(key: Self.key, item: 3, position: UInt64(bound))
    var ends = Array(repeating: 0, count: Int(parts))
    var residues = ends
    for _ in 0..<300_000 {
      let number = stream.next(below: bound)
      ends[Int(UInt64(number) * UInt64(parts) / UInt64(bound))] += 1
      residues[Int(number % parts)] += 1
    }
    for test in [ChiSquare(uniform: ends), ChiSquare(uniform: residues)] {
      #expect(test.isPlausible, "\(test)")
    }
  }

  @Test func `a bound of one always gives zero, and draws a word`() {
    var stream = RandomStream(key: Self.key, item: 4)
    var other = stream
    #expect((0..<1000).allSatisfy { _ in stream.next(below: 1) == 0 })
    for _ in 0..<1000 { _ = other.next32() }
    #expect(stream.next32() == other.next32())
  }

  @Test func `a bound of zero is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      var stream = RandomStream(key: NoiseKey(seed: 0, site: .testing), item: 0)
      _ = stream.next(below: 0)
    }
  }
}
