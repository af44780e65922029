import Noise
import Testing

struct FirstWordsTests {
  @Test func `the first words of many positions are those of their streams`() {
    var words: [UInt32] = [1, 2, 3]
    for count in [0, 1, 5, 4, 1000] {
      for item: UInt64 in [0, 1, 1 << 32, .max] {
        let key = NoiseKey(seed: item ^ 5, epoch: 2, site: .testing)
        RandomStream.firstWords(key: key, item: item, count: count, into: &words)
        let expected = (0..<count).map { position in
          var stream = RandomStream(key: key, item: item, position: UInt64(position))
          return stream.next32()
        }
        #expect(words == expected)
      }
    }
  }
}
