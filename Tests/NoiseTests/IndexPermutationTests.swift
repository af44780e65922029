import Noise
import TestSupport
import Testing

struct IndexPermutationTests {
  static let key = NoiseKey(seed: 6, site: .testing)

  @Test func `up to 4096 every count gives a bijection and its inverse`() {
    var wrong: [UInt64] = []
    var seenAt: [UInt64] = Array(repeating: 0, count: 4096)
    for count in 1...4096 as ClosedRange<UInt64> {
      let permutation = IndexPermutation(count: count, key: Self.key)
      var isRight = permutation.count == count
      for place in 0..<count {
        let index = permutation[place]
        // Marked with the count, so that the marks need no clearing.
        if index >= count || seenAt[Int(index)] == count {
          isRight = false
        } else {
          seenAt[Int(index)] = count
        }
        if permutation.place(of: index) != place { isRight = false }
      }
      if !isRight { wrong.append(count) }
    }
    #expect(wrong.isEmpty)
  }

  @Test func `no index and one index are orders, too`() {
    #expect(IndexPermutation(count: 0, key: Self.key).count == 0)
    for number in 0..<100 as Range<UInt64> {
      let one = IndexPermutation(count: 1, key: Self.key.derived(number))
      #expect(one[0] == 0)
      #expect(one.place(of: 0) == 0)
    }
  }

  @Test(arguments: [1 << 32, 1 << 40, 1 << 40 + 12345, 1 << 62 - 1, 1 << 62] as [UInt64])
  func `huge counts come back`(count: UInt64) {
    let permutation = IndexPermutation(count: count, key: Self.key)
    var stream = RandomStream(key: Self.key, item: count)
    let places = [0, 1, count / 2, count - 1] + (0..<2000).map { _ in stream.next64() % count }
    let indices = places.map { permutation[$0] }
    #expect(indices.allSatisfy { $0 < count })
    #expect(Set(indices).count == Set(places).count)
    #expect(indices.map { permutation.place(of: $0) } == places)
    #expect(places.map { permutation[permutation.place(of: $0)] } == places)
  }

  @Test(arguments: [100, 4096, 100_000] as [UInt64])
  func `different keys give different orders, the same key the same`(count: UInt64) {
    func order(_ key: NoiseKey) -> [UInt64] {
      let permutation = IndexPermutation(count: count, key: key)
      return (0..<100).map { permutation[$0] }
    }
    #expect(order(Self.key) == order(NoiseKey(seed: 6, site: .testing)))
    let orders = (0..<500).map { order(Self.key.derived($0)) }
    #expect(Set(orders).count == 500)
    #expect(!orders.contains(order(Self.key)))
    #expect(!orders.contains((0..<100).map { $0 }))
  }

  @Test(arguments: [2, 3, 4, 5, 7, 10, 16, 17, 64, 65, 100, 1000] as [UInt64])
  func `every index is equally likely to come first, last or anywhere`(count: UInt64) {
    for place in Set([0, count / 2, count - 1]) {
      var counts = Array(repeating: 0, count: Int(count))
      for number in 0..<max(20_000, 20 * count) {
        let key = Self.key.derived(number &+ place << 32)
        counts[Int(IndexPermutation(count: count, key: key)[place])] += 1
      }
      let test = ChiSquare(uniform: counts)
      #expect(test.isPlausible, "place \(place): \(test)")
    }
  }

  @Test(arguments: [3, 4, 5, 7, 10, 16, 17, 64, 65, 100, 1000] as [UInt64])
  func `every distance between neighbours is equally likely`(count: UInt64) {
    var counts = Array(repeating: 0, count: Int(count - 1))
    for number in 0..<max(20_000, 20 * count) {
      let permutation = IndexPermutation(count: count, key: Self.key.derived(number))
      let place = number % (count - 1)
      let distance = (permutation[place + 1] + count - permutation[place]) % count
      counts[Int(distance - 1)] += 1
    }
    let test = ChiSquare(uniform: counts)
    #expect(test.isPlausible, "\(test)")
  }

  @Test func `one long order has evenly spread distances between neighbours`() {
    let count: UInt64 = 200_000
    let permutation = IndexPermutation(count: count, key: Self.key)
    let order = (0..<count).map { permutation[$0] }
    var counts = Array(repeating: 0, count: 100)
    for (left, right) in zip(order, order.dropFirst()) {
      counts[Int((right + count - left) % count * 100 / count)] += 1
    }
    let test = ChiSquare(uniform: counts)
    #expect(test.isPlausible, "\(test)")
  }

  @Test(arguments: [3, 4, 5] as [UInt64])
  func `every whole order of a few is equally likely`(count: UInt64) {
    var counts: [[UInt64]: Int] = [:]
    for number in 0..<30_000 as Range<UInt64> {
      let permutation = IndexPermutation(count: count, key: Self.key.derived(number))
      counts[(0..<count).map { permutation[$0] }, default: 0] += 1
    }
    #expect(counts.count == (1...Int(count)).reduce(1, *))
    let test = ChiSquare(uniform: Array(counts.values))
    #expect(test.isPlausible, "\(test)")
  }

  @Test(arguments: [7, 10, 16] as [UInt64])
  func `every pair of first and last index is equally likely`(count: UInt64) {
    var counts: [[UInt64]: Int] = [:]
    for number in 0..<100_000 as Range<UInt64> {
      let permutation = IndexPermutation(count: count, key: Self.key.derived(number))
      counts[[permutation[0], permutation[count - 1]], default: 0] += 1
    }
    #expect(counts.count == Int(count * (count - 1)))
    let test = ChiSquare(uniform: Array(counts.values))
    #expect(test.isPlausible, "\(test)")
  }

  @Test func `a place beyond the count is a programmer's error`() async {
    await #expect(processExitsWith: .failure) {
      trapQuietly()
      let key = NoiseKey(seed: 0, site: .testing)
      _ = IndexPermutation(count: 5, key: key)[5]
    }
  }
}
