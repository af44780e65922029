import Noise
import Testing

struct FirstWordsTests {
  @Test func `the first two words of many positions are those of their streams`() {
    var words: [UInt32] = [1, 2, 3]
    var seconds: [UInt32] = []
    var places: [UInt32] = [9, 9]
    for count in [0, 1, 5, 4, 8, 17, 1000] {
      for item: UInt64 in [0, 1, 1 << 32, .max] {
        let key = NoiseKey(seed: item ^ 5, epoch: 2, site: .testing)
        RandomStream.firstWords(key: key, item: item, count: count, into: &words, &seconds)
        let expected = (0..<count).map { position in
          var stream = RandomStream(key: key, item: item, position: UInt64(position))
          return [stream.next32(), stream.next32()]
        }
        #expect(words == expected.map { $0[0] } && seconds == expected.map { $0[1] })
        for probability in [0, 0.3, 0x1p-31, 1 - 0x1p-32, 1] {
          let threshold = BernoulliThreshold(probability)
          let found = RandomStream.places(
            of: threshold,
            key: key,
            item: item,
            count: count,
            words: &words,
            seconds: &seconds,
            places: &places
          )
          let happening = (0..<count).filter { position in
            var stream = RandomStream(key: key, item: item, position: UInt64(position))
            return stream.happens(threshold)
          }
          #expect(places.prefix(found).map { Int($0) } == happening)
        }
      }
    }
  }
}
