import BytePairEncoding
import Glibc
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// Text comes back under every rate and law, and tokens become more with the rate.
@Suite struct NoisyRoundTripTests {
  private static let rates = [0, 0.05, 0.1, 0.3, 0.5, 0.9, 1]
  private static let vocabularies = ["english", "multilingual"]

  private func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(contentsOf: "\(SharedData.projectFolder)/vocab/\(name)/tokenizer.json")
  }

  private func lines(_ path: String, limit: Int) throws -> [[UInt8]] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    while lines.count < limit {
      let byte = getc(file)
      if byte == EOF { break }
      if byte == 0x0A {
        lines.append(line)
        line = []
      } else {
        line.append(UInt8(truncatingIfNeeded: byte))
      }
    }
    return lines
  }

  private static let languages = [
    "ar", "ckb", "de", "el", "en", "es", "fa", "fr", "hi", "hu", "it", "ja", "ka", "ko", "pl", "pt",
    "ru", "ta", "th", "tr", "ug", "uk", "vi", "zh-CN",
  ]

  @Test(arguments: ["blns/blns.txt"] + languages.map { "common-voice/cv.\($0).txt" })
  func `what is decoded is the normalised text, at every rate and under every law`(
    name: String
  ) throws {
    guard let path = SharedData.path(name) else {
      print("skipped: \(SharedData.folder)/\(name) is missing")
      return
    }
    let lines = try lines(path, limit: name.hasPrefix("blns") ? 1000 : 100)
    #expect(lines.count >= 100)
    let tokenizer = try tokenizer("multilingual")
    var encoder = TokenizerEncoder(tokenizer)
    let noises =
      Self.rates.map { SegmentationNoise(rate: dropoutRate($0)) }
      + SegmentationNoise.Law.allCases.map { SegmentationNoise(rate: dropoutRate(0.5), law: $0) }
    for (number, line) in lines.enumerated() {
      let expected = try tokenizer.normalizer.normalize(line)?.bytes ?? line
      for noise in noises {
        var options = EncodingOptions()
        options.noise = noise
        let encoded = try encoder.encode(line, number: UInt64(number), options: options)
        #expect(tokenizer.decode(encoded.tokens) == expected)
      }
    }
  }

  @Test(arguments: vocabularies)
  func `the mean number of tokens a word rises with the rate`(name: String) throws {
    let tokenizer = try tokenizer(name)
    let file = name == "english" ? "english" : "russian"
    let lines = try lines("\(SharedData.projectFolder)/corpora/\(file).txt", limit: 200)
    var encoder = TokenizerEncoder(tokenizer)
    for law in SegmentationNoise.Law.allCases {
      var last = 0
      for rate in Self.rates {
        // MaxMatch and subword-nmt do not pass into plain BPE where the rate goes to 0.
        if rate == 0 && law == .maxmatch { continue }
        var options = EncodingOptions()
        options.noise = SegmentationNoise(rate: dropoutRate(rate), law: law)
        var count = 0
        for (number, line) in lines.enumerated() {
          count += try encoder.encode(line, number: UInt64(number), options: options).ids.count
        }
        #expect(count > last, "\(law) at \(rate)")
        last = count
      }
    }
  }

  @Test func `one call can be without noise, on the same encoder`() throws {
    let tokenizer = try tokenizer("english")
    let text = Array("the children of the gardener".utf8)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.9))
    let noisy = try encoder.encode(text, options: options).tokens
    let plain = try encoder.encode(text, options: options.forEvaluation).tokens
    #expect(try plain == tokenizer.encode(String(decoding: text, as: UTF8.self)))
    #expect(noisy != plain)
    #expect(try encoder.encode(text, options: options).tokens == noisy)
  }

  @Test(arguments: SegmentationNoise.Law.allCases)
  func `offsets and word ids are right under every law`(law: SegmentationNoise.Law) throws {
    let tokenizer = try tokenizer("multilingual")
    let text = Array("It's a cup of tea, и кот, e\u{301} ไทย 😀 中文.".utf8)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.wantsOffsets = true
    let plain = try encoder.encode(text, options: options)
    options.noise = SegmentationNoise(rate: dropoutRate(0.6), law: law)
    let noisy = try encoder.encode(text, options: options)
    #expect(noisy.ids != plain.ids)
    #expect(noisy.offsets.count == noisy.ids.count && noisy.wordIDs.count == noisy.ids.count)
    // Words are the same; the tokens of each lie side by side from its first byte to its last.
    func spans(_ encoded: EncodedDocument) -> [UInt32: Range<Int>] {
      var spans: [UInt32: Range<Int>] = [:]
      for (word, range) in zip(encoded.wordIDs, encoded.offsets) {
        let start = min(spans[word]?.lowerBound ?? range.lowerBound, range.lowerBound)
        spans[word] = start..<max(spans[word]?.upperBound ?? range.upperBound, range.upperBound)
      }
      return spans
    }
    #expect(spans(noisy) == spans(plain))
    #expect(noisy.wordIDs == noisy.wordIDs.sorted())
    for (id, range) in zip(noisy.tokens, noisy.offsets) {
      let bytes = Array(text[range])
      let normalized = try tokenizer.normalizer.normalize(bytes)?.bytes ?? bytes
      // The composed é comes from two characters; the parts of it from both.
      if normalized == bytes { #expect(Array(tokenizer.bytes(of: id)) == bytes) }
    }
  }
}
