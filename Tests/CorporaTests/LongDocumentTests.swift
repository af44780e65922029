import BytePairEncoding
import Corpora
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct LongDocumentTests {
  /// A document of many megabytes is cut into parts over the threads.
  @Test func `threads do not show in a document of many megabytes`() throws {
    let folder = try TemporaryFolder()
    let tokenizer = try Tokenizer(
      contentsOf: "\(SharedData.projectFolder)/vocab/english/tokenizer.json"
    )
    var source = NastyText(seed: 91)
    let piece = (0..<2000).flatMap { _ in source.next(isValid: false) }
    var text: [UInt8] = []
    while text.count < 10 << 20 { text += piece + Array(" and \(text.count)\n".utf8) }
    let path = try folder.put("text", text)
    for rate in [nil, 0.1] as [Double?] {
      var options = EncodingOptions()
      options.noise = rate.map { SegmentationNoise(rate: dropoutRate($0)) }
      options.appended = tokenizer.id(of: "<|endoftext|>")
      var outputs: [[UInt8]] = []
      for threads in [1, 2, 3] {
        var output: [UInt8] = []
        try CorpusEncoder(tokenizer, options: options, threads: threads).run(
          DocumentReader(paths: [path], unit: .file),
          formatter: TokenFormatter(.nanogpt, tokenizer: tokenizer)
        ) { bytes, _ in output += bytes }
        outputs.append(output)
      }
      #expect(outputs[0].count > 1 << 20)
      #expect(outputs[1] == outputs[0])
      #expect(outputs[2] == outputs[0])
    }
  }
}
