import BytePairEncoding
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite struct StreamingEncoderTests {
  private static func encode(
    _ text: [UInt8],
    by tokenizer: Tokenizer,
    options: EncodingOptions,
    chunk: () -> Int
  ) throws -> [UInt32] {
    var encoder = StreamingEncoder(tokenizer, number: 5, options: options)
    var ids: [UInt32] = []
    var rest = text[...]
    while !rest.isEmpty {
      let part = rest.prefix(chunk())
      try encoder.append(part, into: &ids)
      rest = rest.dropFirst(part.count)
    }
    try encoder.finish(into: &ids)
    return ids
  }

  @Test(arguments: PreTokenizer.named.map(\.preTokenizer))
  func `any chunks give the ids of the whole`(preTokenizer: PreTokenizer) throws {
    let normalizers: [TextNormalizer] = [
      .none, TextNormalizer([.nfc]), TextNormalizer([.nfkcCasefold]),
      TextNormalizer([.nfd, .stripAccents, .lowercase]),
    ]
    for normalizer in normalizers {
      let tokenizer = try sampleTokenizer(normalizer: normalizer, preTokenizer: preTokenizer)
      var whole = TokenizerEncoder(tokenizer)
      var source = NastyText(seed: 61)
      for round in 0..<200 {
        let text =
          source.next(longest: 30, isValid: round % 2 == 0) + Array(sampleText.utf8)
          + source.next(longest: 30, isValid: round % 2 == 0)
        var options = EncodingOptions()
        if round % 3 == 0 { options.noise = SegmentationNoise(rate: dropoutRate(0.3), seed: 2) }
        if round % 5 == 0 { options.appended = tokenizer.id(of: "<|endoftext|>") }
        options.allowsSpecial = round % 7 == 0
        let expected = try whole.encode(text, number: 5, options: options).ids
        for size in [1, 2, 7, 1000] {
          let ids = try Self.encode(text, by: tokenizer, options: options) { size }
          #expect(ids == expected, "chunks of \(size)")
        }
        let random = try Self.encode(text, by: tokenizer, options: options) {
          Int(source.number(below: 40)) + 1
        }
        #expect(random == expected)
      }
    }
  }

  @Test func `an added token with white space inside is found across chunks`() throws {
    let plain = try sampleTokenizer()
    let token = AddedToken(id: TokenID(900), content: Array("a b".utf8), isSpecial: false)
    let tokenizer = Tokenizer(
      normalizer: plain.normalizer,
      preTokenizer: plain.preTokenizer,
      model: plain.model,
      addedTokens: plain.addedTokens + [token]
    )
    let ids = try Self.encode(Array("x a b y a b".utf8), by: tokenizer, options: .init()) { 1 }
    #expect(ids.filter { $0 == 900 }.count == 2)
  }

  @Test func `what is certain comes at once, and memory stays small`() throws {
    var encoder = StreamingEncoder(try sampleTokenizer())
    var ids: [UInt32] = []
    try encoder.append(Array("The".utf8), into: &ids)
    #expect(ids.isEmpty)
    try encoder.append(Array(" cat".utf8), into: &ids)
    let soFar = ids
    #expect(!soFar.isEmpty)
    try encoder.finish(into: &ids)
    #expect(ids.count > soFar.count)
  }

  @Test func `a stretch without an end is refused`() throws {
    var encoder = StreamingEncoder(try sampleTokenizer())
    let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    var ids: [UInt32] = []
    #expect(throws: TokenizerEncoder.WordTooLong.self) {
      for _ in 0..<40 { try encoder.append(block, into: &ids) }
    }
  }

  @Test func `a sequence of pieces becomes a sequence of tokens`() async throws {
    let tokenizer = try sampleTokenizer()
    let pieces = sampleText.utf8.map { [$0] }
    let stream = AsyncStream { continuation in
      for piece in pieces { continuation.yield(piece) }
      continuation.finish()
    }
    var tokens: [TokenID] = []
    for try await part in TokenSequence(stream, tokenizer: tokenizer) {
      #expect(!part.isEmpty)
      tokens += part
    }
    #expect(tokens == (try tokenizer.encode(sampleText)))
  }
}
