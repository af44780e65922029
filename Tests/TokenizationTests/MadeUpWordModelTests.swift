// A word model that the library does not know: everything else must work with it.

import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

/// Cuts words into chunks of two bytes, whose ids are their value; a last single byte has its own.
private struct ChunkModel: WordModel {
  let vocabulary: Vocabulary

  var name: String { "a model of chunks" }

  init() {
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max { vocabulary.append([first, second]) }
    }
    self.vocabulary = vocabulary
  }

  func response(to noise: SegmentationNoise) -> NoiseResponse {
    noise.law == .paper ? .applied : .refused("\(name) knows one law")
  }

  func makeEncoder(cacheCapacity: Int) -> any WordEncoder { ChunkEncoder() }
}

/// Under noise, words at odd places are cut into single bytes.
private struct ChunkEncoder: WordEncoder {
  func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) {
    let size = noise != nil && address.position % 2 == 1 ? 1 : 2
    for start in stride(from: 0, to: word.count, by: size) {
      let chunk = word[start..<min(start + size, word.count)]
      let value = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      tokens.append(chunk.count == 1 ? value : value + 256)
      lengths.append(chunk.count)
    }
  }
}

@Suite struct MadeUpWordModelTests {
  private static func tokenizer(_ normalizer: TextNormalizer = .none) -> Tokenizer {
    Tokenizer(
      normalizer: normalizer,
      preTokenizer: .gpt2,
      model: ChunkModel(),
      addedTokens: [AddedToken(id: TokenID(70_000), content: Array("<eos>".utf8))]
    )
  }

  private static func id(_ text: String) -> UInt32 {
    let bytes = Array(text.utf8)
    return bytes.count == 1 ? UInt32(bytes[0]) : UInt32(bytes[0]) << 8 + UInt32(bytes[1]) + 256
  }

  @Test func `text is encoded and decoded`() throws {
    let tokenizer = Self.tokenizer()
    let tokens = try tokenizer.encode("hello you")
    #expect(tokens.map(\.rawValue) == ["he", "ll", "o", " y", "ou"].map(Self.id))
    #expect(tokenizer.piece(of: tokens[3]) == " y")
    var encoder = TokenizerEncoder(tokenizer)
    var decoder = TokenDecoder(tokenizer)
    var source = NastyText(seed: 71)
    for _ in 0..<500 {
      let text = source.next(isValid: false)
      let tokens = try encoder.encode(text).tokens
      #expect(tokenizer.decode(tokens) == text)
      let streamed = tokens.reduce(into: "") { $0 += decoder.push($1) } + decoder.finish()
      #expect(streamed == String(decoding: text, as: UTF8.self))
    }
  }

  @Test func `offsets and word ids follow from the lengths, under a normaliser, too`() throws {
    var options = EncodingOptions()
    options.wantsOffsets = true
    options.allowsSpecial = true
    var encoder = TokenizerEncoder(Self.tokenizer(TextNormalizer([.nfkc])))
    let encoded = try encoder.encode(Array("abc ﬁx<eos>d".utf8), options: options)
    #expect(encoded.ids == ["ab", "c", " f", "ix"].map(Self.id) + [70_000, Self.id("d")])
    #expect(encoded.offsets == [0..<2, 2..<3, 3..<7, 4..<8, 8..<13, 13..<14])
    #expect(encoded.wordIDs == [0, 0, 1, 1, 2, 3])
  }

  @Test func `ids do not depend on offsets, threads or chunks`() throws {
    let tokenizer = Self.tokenizer()
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.5))
    var source = NastyText(seed: 72)
    let documents = (0..<400).map { _ in source.next(longest: 200, isValid: false) }
    var encoder = TokenizerEncoder(tokenizer)
    let expected = try documents.enumerated().map {
      try encoder.encode($1, number: UInt64($0), options: options).ids
    }
    for threads in [1, 4] {
      let batch = BatchEncoder(tokenizer, threads: threads)
      #expect(try batch.encode(documents, options: options).map(\.ids) == expected)
      options.wantsOffsets.toggle()
    }
    for (number, document) in documents.enumerated() {
      var streaming = StreamingEncoder(tokenizer, number: UInt64(number), options: options)
      var ids: [UInt32] = []
      for byte in document { try streaming.append([byte], into: &ids) }
      try streaming.finish(into: &ids)
      #expect(ids == expected[number])
    }
  }

  @Test func `a noise that the model refuses is an error with its sentence`() throws {
    let noise = SegmentationNoise(rate: dropoutRate(0.5), law: .uniform)
    let error = #expect(throws: InvalidData.self) {
      try Self.tokenizer().encode("a", noise: noise)
    }
    #expect(error?.description.contains("a model of chunks knows one law") == true)
  }

  @Test func `a file has no form for it, which writing says by its name`() throws {
    let error = #expect(throws: InvalidData.self) { try Self.tokenizer().json() }
    #expect(error?.description.contains("no form for a model of chunks") == true)
    #expect(Self.tokenizer().merges.isEmpty)
    #expect(Self.tokenizer().digest != Self.tokenizer(TextNormalizer([.nfc])).digest)
  }
}
