import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

extension WordList {
  /// The tokens by the oracle, or, under noise, one word at a time without a cache.
  func expected(_ model: BPEModel, noise: SegmentationNoise?, origin: WordAddress) -> [UInt32] {
    var encoder = BPEEncoder(model: model, cacheCapacity: 0)
    var ids: [UInt32] = []
    for (start, end) in zip(starts, ends) {
      let word = Array(text[start..<end])
      if noise == nil {
        ids += plainSegmentation(word, model).map(\.rawValue)
      } else {
        var address = origin
        address.position += start
        word.withUnsafeBufferPointer { encoder.encode($0, noise: noise, at: address, into: &ids) }
      }
    }
    return ids
  }
}

@Suite struct BatchEncodingTests {
  private static let alphabet = Array("abé\0".utf8)

  private static func words(_ source: inout NastyText, count: Int, longest: UInt32) -> WordList {
    var words = WordList()
    for _ in 0..<count {
      words.append(
        (0..<source.number(below: longest + 1)).map { _ in
          alphabet[Int(source.number(below: UInt32(alphabet.count)))]
        }
      )
    }
    return words
  }

  @Test func `batches give the tokens of the oracle, whatever the sizes of batch and cache`() throws
  {
    let model = try toyModel("a-b ab-a b-b \\C3-\\A9 \\C3\\A9-a ab-ab aba-bb \\00-\\00 a-a aa-aa")
    var source = NastyText(seed: 81)
    let origin = WordAddress(document: 3, position: 1000)
    for longest in [4, 20, 80] as [UInt32] {
      let words = Self.words(&source, count: 1500, longest: longest)
      for rate in [nil, 0, 0.2, 1] as [Double?] {
        let noise = rate.map { SegmentationNoise(rate: dropoutRate($0), seed: 4) }
        let expected = words.expected(model, noise: noise, origin: origin)
        for capacity in [0, 20_000, 1 << 20] {
          var encoder = BPEEncoder(model: model, cacheCapacity: capacity)
          for size in [1, 63, 64, 65, 256] {
            let ids = words.encode(with: &encoder, batch: size, noise: noise, origin: origin)
            #expect(ids == expected, "cache \(capacity), batch \(size), words up to \(longest)")
          }
        }
      }
    }
  }

  @Test func `words of every length are kept apart, where bytes are zero, too`() throws {
    let model = try toyModel("\\00-\\00 a-a aa-aa")
    var words = WordList()
    for length in Array(0...70) + [254, 255, 256, 257, 300] {
      for byte in [0, UInt8(ascii: "a"), 0xFF] {
        words.append(Array(repeating: byte, count: length))
        words.append(Array(repeating: byte, count: length) + [UInt8(ascii: "b")])
      }
    }
    let origin = WordAddress()
    let expected = words.expected(model, noise: nil, origin: origin)
    var encoder = BPEEncoder(model: model)
    for size in [256, 7, 256] {
      #expect(words.encode(with: &encoder, batch: size, noise: nil, origin: origin) == expected)
    }
  }

  @Test func `a copy of an encoder goes its own way`() throws {
    let model = try toyModel("a-b b-a ab-ab")
    var source = NastyText(seed: 82)
    let origin = WordAddress()
    var first = BPEEncoder(model: model)
    for _ in 0..<20 {
      var second = first
      for longest in [6, 30] as [UInt32] {
        let words = Self.words(&source, count: 400, longest: longest)
        let expected = words.expected(model, noise: nil, origin: origin)
        #expect(words.encode(with: &second, batch: 256, noise: nil, origin: origin) == expected)
        #expect(words.encode(with: &first, batch: 100, noise: nil, origin: origin) == expected)
      }
    }
  }

  @Test func `under dropout short and long words follow one procedure`() throws {
    // Words of 32 bytes are sampled by masks, those of 33 on a heap; a last byte that merges with
    // nothing changes neither draws nor tokens before it.
    let model = try toyModel("a-a aa-aa aa-a aaaa-aaaa b-a a-b ab-ab \\C3-\\A9 \\C3\\A9-a")
    var source = NastyText(seed: 83)
    var encoder = BPEEncoder(model: model, cacheCapacity: 0)
    for round in 0..<3000 {
      var word = (0..<14).flatMap { _ in
        [Array("a".utf8), Array("b".utf8), Array("é".utf8)][Int(source.number(below: 3))]
      }
      word = Array((word + Array(repeating: UInt8(ascii: "a"), count: 32)).prefix(32))
      if word[31] == 0xC3 { word[31] = UInt8(ascii: "a") }
      for rate in [0.05, 0.3, 0.7, 0.95, 1] {
        for unit in SegmentationNoise.Unit.allCases {
          let noise = SegmentationNoise(rate: dropoutRate(rate), seed: 6, unit: unit)
          let address = WordAddress(position: round)
          var short: [UInt32] = []
          var long: [UInt32] = []
          word.withUnsafeBufferPointer {
            encoder.encode($0, noise: noise, at: address, into: &short)
          }
          (word + [UInt8(ascii: "z")]).withUnsafeBufferPointer {
            encoder.encode($0, noise: noise, at: address, into: &long)
          }
          #expect(short + [UInt32(UInt8(ascii: "z"))] == long)
        }
      }
    }
  }
}
