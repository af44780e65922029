import BytePairEncoding
import Corpora
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct CorpusEncoderTests {
  @Test func `the same bytes for any number of threads and any cache`() throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 3, epoch: 1)
    options.wantsOffsets = true
    let formatter = TokenFormatter(.jsonl, tokenizer: tokenizer, offsetUnit: .chars)
    var outputs: Set<[UInt8]> = []
    for threads in [1, 2, 8] {
      for cache in [0, 1 << 16, 64 << 20] {
        var encoder = CorpusEncoder(tokenizer, options: options, threads: threads)
        encoder.cacheCapacity = cache
        var output: [UInt8] = []
        let reader = try DocumentReader(paths: languages.map(corpusPath))
        try encoder.run(reader, formatter: formatter) { bytes, _ in output += bytes }
        outputs.insert(output)
      }
    }
    #expect(outputs.count == 1)
  }

  @Test func `a rate for each document, from a callback, and from its own field before it`() throws
  {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: .zero, law: .uniform, seed: 4)
    let rates = [0, 0.5, 1]
    var encoder = CorpusEncoder(tokenizer, options: options, threads: 2)
    encoder.rate = { dropoutRate(rates[Int($0 % 3)]) }
    let formatter = TokenFormatter(.ids, tokenizer: tokenizer)
    let lines = try documents(DocumentReader(paths: languages.map(corpusPath)))
    var output: [UInt8] = []
    let reader = try DocumentReader(paths: languages.map(corpusPath))
    try encoder.run(reader, formatter: formatter) { bytes, _ in output += bytes }
    let found = output.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    #expect(found.count == lines.count)
    var alone = TokenizerEncoder(tokenizer)
    for (number, line) in lines.enumerated() {
      options.noise = options.noise?.at(dropoutRate(rates[number % 3]))
      let ids = try alone.encode(line, number: UInt64(number), options: options).ids
      #expect(found[number].elementsEqual(ids.map(String.init).joined(separator: " ").utf8))
    }
  }

  @Test func `documents in reverse order get the same tokens`() throws {
    let path = "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.3))
    let lines = try documents(DocumentReader(paths: languages.map(corpusPath)))
    var forward = TokenizerEncoder(tokenizer)
    let expected = try lines.enumerated().map { number, line in
      try forward.encode(line, number: UInt64(number), options: options).ids
    }
    var backward = TokenizerEncoder(tokenizer)
    for (number, line) in lines.enumerated().reversed() {
      let ids = try backward.encode(line, number: UInt64(number), options: options).ids
      #expect(ids == expected[number])
    }
  }
}
