import BytePairEncoding
import Glibc
import Noise
import TestSupport
import Testing
import TextTestSupport

private func encode(
  _ word: [UInt8],
  with encoder: inout BPEEncoder,
  noise: SegmentationNoise? = nil,
  at address: WordAddress = WordAddress()
) -> [TokenID] {
  var ids: [UInt32] = []
  word.withUnsafeBufferPointer { encoder.encode($0, noise: noise, at: address, into: &ids) }
  return ids.map { TokenID($0) }
}

@Suite struct BPEEncoderTests {
  @Test(arguments: [[UInt8]("abc".utf8), Array("é中a".utf8), [0xFF, 0x80, 0xC3, 0x61]])
  func `plain BPE agrees with the oracle on random models and words`(alphabet: [UInt8]) throws {
    var text = NastyText(seed: 1)
    for _ in 0..<400 {
      let model = try randomModel(&text, alphabet: alphabet, merges: 24)
      var encoder = BPEEncoder(model: model)
      for _ in 0..<20 {
        let word = (0..<text.number(below: 40)).map { _ in
          alphabet[Int(text.number(below: UInt32(alphabet.count)))]
        }
        let expected = plainSegmentation(word, model)
        #expect(encode(word, with: &encoder) == expected)
        #expect(encode(word, with: &encoder) == expected, "the same from the cache")
        let derived = model.derivation(of: word)
        #expect(word.count - derived.count == expected.count)
      }
    }
  }

  @Test func `a word at the end of readable memory is read no further`() throws {
    let model = try toyModel("a-a aa-aa aaaa-aaaa")
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let memory = try #require(
      mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    )
    defer { munmap(memory, 2 * page) }
    try #require(mprotect(memory + page, page, PROT_NONE) == 0)
    memset(memory, 0x61, page)
    let noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 1)
    for noise in [nil, noise] {
      var (encoder, other) = (BPEEncoder(model: model), BPEEncoder(model: model))
      for count in 1...40 {
        // SAFETY: the last `count` bytes of the first page can be read.
        let word = UnsafeBufferPointer(
          start: (memory + page - count).assumingMemoryBound(to: UInt8.self),
          count: count
        )
        var (alone, batched): ([UInt32], [UInt32]) = ([], [])
        encoder.encode(word, noise: noise, into: &alone)
        encoder.encode(
          word,
          starts: [0],
          ends: [count],
          count: 1,
          noise: noise,
          origin: WordOrigin(WordAddress()),
          into: &batched
        )
        let expected = encode([UInt8](repeating: 0x61, count: count), with: &other, noise: noise)
        #expect(alone == expected.map(\.rawValue) && batched == alone)
      }
    }
  }

  @Test func `the extremes: empty, one byte, all equal, long`() throws {
    let model = try toyModel("a-a aa-aa aaaa-aaaa")
    var encoder = BPEEncoder(model: model)
    #expect(encode([], with: &encoder).isEmpty)
    #expect(encode([7], with: &encoder) == [TokenID(7 as UInt32)])
    for count in [2, 3, 7, 8, 9, 255, 256, 257, 5000] {
      let word = [UInt8](repeating: UInt8(ascii: "a"), count: count)
      #expect(encode(word, with: &encoder) == plainSegmentation(word, model))
    }
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    #expect(encode(long, with: &encoder).count == 1 << 17)
  }

  @Test func `a drop rate of zero is plain BPE, of one applies protected merges only`() throws {
    let zero = SegmentationNoise(rate: .zero)
    let one = SegmentationNoise(rate: dropoutRate(1))
    let oneByByte = SegmentationNoise(rate: one.rate, unit: .byte)
    var text = NastyText(seed: 2)
    for _ in 0..<300 {
      let model = try randomModel(&text, alphabet: Array("aé中".utf8), merges: 40)
      var encoder = BPEEncoder(model: model)
      var oracle = DropoutOracle(model, rate: 1)
      let word = Array("aé中".utf8) + Array("中éa中".utf8)
      #expect(encode(word, with: &encoder, noise: zero) == plainSegmentation(word, model))
      let cut = encode(word, with: &encoder, noise: one).map {
        Array(model.vocabulary.bytes(of: $0))
      }
      #expect(oracle.law(of: word) == [cut: 1])
      #expect(encode(word, with: &encoder, noise: oneByByte).count == word.count)
    }
  }

  @Test func `the outcome does not depend on what is cached`() throws {
    var text = NastyText(seed: 3)
    let model = try randomModel(&text, alphabet: Array("abé".utf8), merges: 60)
    let noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 5, epoch: 2)
    let words = (0..<2000).map { _ in
      (0..<text.number(below: 12)).map { _ in Array("abé".utf8)[Int(text.number(below: 4))] }
    }
    var results: [[[TokenID]]] = []
    for capacity in [0, 40_000, 1 << 20] {
      var encoder = BPEEncoder(model: model, cacheCapacity: capacity)
      for pass in 0..<2 {
        let order = pass == 0 ? Array(words.indices) : words.indices.reversed()
        var result = [[TokenID]](repeating: [], count: words.count)
        for index in order {
          let address = WordAddress(document: 9, position: index, index: index % 3)
          result[index] = encode(words[index], with: &encoder, noise: noise, at: address)
        }
        results.append(result)
      }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func `seed, epoch, document, position and index each change the noise`() throws {
    let model = try toyModel("a-b b-a ab-ab ba-ba abab-ab")
    let word = Array("abababababababababab".utf8)
    let rate = dropoutRate(0.5)
    var encoder = BPEEncoder(model: model)
    var seen: Set<[TokenID]> = []
    for (seed, epoch) in [(0, 0), (1, 0), (0, 1)] as [(UInt64, UInt32)] {
      let noise = SegmentationNoise(rate: rate, seed: seed, epoch: epoch)
      for address in [
        WordAddress(), WordAddress(document: 1), WordAddress(position: 1), WordAddress(index: 1),
      ] {
        seen.insert(encode(word, with: &encoder, noise: noise, at: address))
      }
    }
    #expect(seen.count == 12)
  }

  @Test func `a word in the vocabulary is taken whole where the model says so, except under noise`()
    throws
  {
    let toy = try toyModel("a-b b-c ab-c")
    var vocabulary = toy.vocabulary
    let whole = vocabulary.append(Array("cab".utf8))
    let model = try BPEModel(
      vocabulary: vocabulary,
      merges: toy.merges.merges,
      ignoresMerges: true
    )
    var encoder = BPEEncoder(model: model)
    let word = Array("cab".utf8)
    let noise = SegmentationNoise(rate: dropoutRate(1e-12))
    for _ in 0..<2 {
      #expect(encode(word, with: &encoder) == [whole])
      #expect(encode(word, with: &encoder, noise: noise) == plainSegmentation(word, model))
      #expect(encode(word, with: &encoder, noise: SegmentationNoise(rate: .zero)) == [whole])
    }
  }

  @Test func `merges that do not fit the vocabulary are refused`() throws {
    var vocabulary = Vocabulary()
    let a = vocabulary.append([97])
    let b = vocabulary.append([98])
    let c = vocabulary.append([99])
    #expect(throws: BPEModel.InvalidModel.self) {
      try BPEModel(vocabulary: vocabulary, merges: [Merge(left: a, right: b, product: c)])
    }
    #expect(throws: BPEModel.InvalidModel.self) {
      try BPEModel(
        vocabulary: vocabulary,
        merges: [Merge(left: a, right: b, product: TokenID(99 as UInt32))]
      )
    }
    let model = try BPEModel(vocabulary: vocabulary, merges: [])
    #expect(model.missingBytes.count == 253)
  }
}
