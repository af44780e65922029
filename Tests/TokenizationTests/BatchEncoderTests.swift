import BytePairEncoding
import Execution
import Noise
import PreTokenization
import Synchronization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct BatchEncoderTests {
  private let tokenizer: Tokenizer
  private let documents: [[UInt8]]

  init() throws {
    tokenizer = try Tokenizer(
      contentsOf: SharedData.projectFolder + "/vocab/multilingual/tokenizer.json"
    )
    var source = NastyText(seed: 91)
    // Some are empty, one alone is larger than what a thread takes at a time.
    documents =
      (0..<3000).map { source.next(longest: $0 % 7 == 0 ? 200 : 20, isValid: $0 % 2 == 0) }
      + [Array(repeating: UInt8(ascii: "a"), count: 100_000), []]
  }

  private func options(_ index: Int) -> EncodingOptions {
    var options = EncodingOptions()
    options.wantsOffsets = index & 1 != 0
    if index & 2 != 0 {
      let rate = DropoutRate(0.3) ?? .zero
      options.noise = SegmentationNoise(rate: rate, seed: 5, epoch: 1)
    }
    return options
  }

  @Test(arguments: [1, 2, 8])
  func `results are those of one encoder, in order`(threads: Int) throws {
    let encoder = BatchEncoder(tokenizer, threads: threads, cacheCapacity: 1 << 20)
    for choice in 0..<4 {
      let options = self.options(choice)
      var single = TokenizerEncoder(tokenizer, cacheCapacity: 0)
      let expected = try documents.enumerated().map { index, document in
        try single.encode(document, number: 70 + UInt64(index), options: options)
      }
      // The second call finds the caches of the first.
      for _ in 0..<2 {
        let results = try encoder.encode(documents, firstNumber: 70, options: options)
        #expect(results.map(\.ids) == expected.map(\.ids))
        #expect(results.map(\.offsets) == expected.map(\.offsets))
        #expect(results.map(\.wordIDs) == expected.map(\.wordIDs))
      }
      let one = try encoder.encode(documents[7], number: 77, options: options)
      #expect(one.ids == expected[7].ids)
    }
    #expect(try encoder.encode([[UInt8]]()).isEmpty)
    #expect(try encoder.encode([[]]).map(\.ids) == [[]])
  }

  @Test func `many callers share one encoder`() throws {
    let encoder = BatchEncoder(tokenizer, threads: 2)
    let expected = try encoder.encode(documents).map(\.ids)
    let documents = documents
    let equal = Atomic(0)
    WorkerThreads.run(8) { worker in
      for round in 0..<4 {
        let start = (worker * 97 + round * 31) % 2000
        let part = Array(documents[start..<start + 500])
        let ids = try? encoder.encode(part).map(\.ids)
        if ids == Array(expected[start..<start + 500]) { equal.add(1, ordering: .relaxed) }
      }
    }
    #expect(equal.load(ordering: .relaxed) == 32)
  }

  @Test func `the first document with an error gives it, and the encoder goes on`() throws {
    let pattern = try PreTokenizer.regex("(a*)*b")
    let slow = Tokenizer(normalizer: .none, preTokenizer: pattern, model: tokenizer.model)
    let encoder = BatchEncoder(slow, threads: 2)
    let bad = Array(String(repeating: "a", count: 40_000).utf8)
    let good = Array("aab".utf8)
    #expect(throws: (any Error).self) {
      try encoder.encode(Array(repeating: good, count: 9000) + [bad])
    }
    #expect(try encoder.encode([good, good]).count == 2)
  }
}
