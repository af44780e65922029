import BytePairEncoding
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite struct TokenizerTests {
  @Test(arguments: PreTokenizer.named.map(\.preTokenizer).filter(\.isLossless))
  func `decoding gives any bytes back, plain and under every dropout`(
    preTokenizer: PreTokenizer
  ) throws {
    let tokenizer = try sampleTokenizer(preTokenizer: preTokenizer)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    var source = NastyText(seed: 51)
    for round in 0..<3000 {
      let text =
        round % 3 == 0
        ? (0..<source.number(below: 50)).map { _ in UInt8(source.number(below: 256)) }
        : source.next(isValid: false)
      for rate in [nil, 0.0, 0.1, 0.5, 1.0] {
        options.noise = rate.map { SegmentationNoise(rate: dropoutRate($0)) }
        let tokens = try encoder.encode(text, number: UInt64(round), options: options).tokens
        #expect(tokenizer.decode(tokens) == text)
      }
    }
  }

  @Test func `under a normaliser decoding gives the normalised text`() throws {
    let normalizer = TextNormalizer([.nfkc, .lowercase])
    let tokenizer = try sampleTokenizer(normalizer: normalizer)
    var encoder = TokenizerEncoder(tokenizer)
    var source = NastyText(seed: 52)
    for _ in 0..<2000 {
      let text = source.next(isValid: false)
      let expected = try normalizer.normalize(text)?.bytes ?? text
      #expect(tokenizer.decode(try encoder.encode(text).tokens) == expected)
    }
  }

  @Test(arguments: ["none", "nfc", "nfkd", "nfd,strip-accents,lowercase"])
  func `offsets map every token to the right bytes of the original`(name: String) throws {
    let normalizer = try #require(TextNormalizer(name: name))
    let tokenizer = try sampleTokenizer(normalizer: normalizer)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.wantsOffsets = true
    var source = NastyText(seed: 53)
    for round in 0..<2000 {
      // Stretches that are normalised by themselves, because an ASCII letter begins each.
      var text: [UInt8] = []
      var stretchOf: [Int] = []
      for stretch in 0..<4 {
        let bytes = Array("q".utf8) + source.next(longest: 4, isValid: false)
        text += bytes
        stretchOf += Array(repeating: stretch, count: bytes.count)
      }
      options.noise =
        round % 2 == 0 ? nil : SegmentationNoise(rate: dropoutRate(0.4), seed: UInt64(round))
      let encoded = try encoder.encode(text, options: options)
      #expect(encoded.offsets.count == encoded.ids.count)
      #expect(encoded.wordIDs.count == encoded.ids.count)
      #expect(zip(encoded.wordIDs, encoded.wordIDs.dropFirst()).allSatisfy { $0 <= $1 })
      // Decoding the tokens of a stretch gives that stretch, normalised: tokens and bytes agree.
      var decoded: [Int: [UInt8]] = [:]
      for (token, range) in zip(encoded.tokens, encoded.offsets) {
        let bytes = Array(tokenizer.bytes(of: token))
        if normalizer.steps.isEmpty { #expect(bytes == Array(text[range])) }
        let stretches = Set(stretchOf[range])
        if stretches.count == 1, let stretch = stretches.first {
          decoded[stretch, default: []] += bytes
        }
        let again = try normalizer.normalize(Array(text[range]))?.bytes ?? Array(text[range])
        #expect(contains(again, bytes) || stretches.count > 1)
      }
      #expect(
        zip(encoded.offsets, encoded.offsets.dropFirst()).allSatisfy {
          $0.lowerBound <= $1.lowerBound
        }
      )
    }
  }

  private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
  }

  @Test func `special tokens are recognised only where that is allowed`() throws {
    let tokenizer = try sampleTokenizer()
    var encoder = TokenizerEncoder(tokenizer)
    let text = Array("the<|endoftext|>cat".utf8)
    var options = EncodingOptions()
    options.wantsOffsets = true
    let id = try #require(tokenizer.id(of: "<|endoftext|>"))
    #expect(!(try encoder.encode(text, options: options).tokens.contains(id)))
    options.allowsSpecial = true
    let encoded = try encoder.encode(text, options: options)
    let place = try #require(encoded.tokens.firstIndex(of: id))
    #expect(encoded.offsets[place] == 3..<16)
    #expect(tokenizer.decode(encoded.tokens) == text)
    #expect(tokenizer.decode(encoded.tokens, skipsSpecial: true) == Array("thecat".utf8))
  }

  @Test func `added tokens are found longest first, leftmost first`() throws {
    var recipe = TokenizerRecipe(normalizer: .none)
    recipe.vocabularySize = 265
    recipe.specialTokens = ["<a>", "<a><b>", "<b>", "é"]
    let tokenizer = try learnedTokenizer(recipe, from: sampleText)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.allowsSpecial = true
    let tokens = try encoder.encode(Array("<a><b><b><a>é<".utf8), options: options).tokens
    #expect(tokens.prefix(4).map(\.rawValue) == [1, 2, 0, 3])
    #expect(tokenizer.decode(tokens) == Array("<a><b><b><a>é<".utf8))
  }

  @Test func `a word model knows its words and nothing else`() throws {
    var recipe = TokenizerRecipe(kind: .word, normalizer: .none)
    recipe.specialTokens = ["<eos>"]
    recipe.vocabularySize = 5
    let tokenizer = try learnedTokenizer(recipe, from: "a b a c a b <unk> <eos> d")
    #expect(
      (0..<5).map { tokenizer.piece(of: TokenID($0)) }
        == ["<eos>", "<unk>", "a", "b", "<eos>"].enumerated().map { index, piece in
          index == 4 ? "c" : piece
        }
    )
    let tokens = try tokenizer.encode("a zebra  <eos> b <unk>").map(\.rawValue)
    #expect(tokens == [2, 1, 1, 3, 1], "text that spells a special token is unknown text")
    #expect(tokenizer.decode([2, 3].map { TokenID($0 as UInt32) }) == Array("a b".utf8))
  }

  @Test func `a character model covers a text by its characters`() throws {
    var recipe = TokenizerRecipe(kind: .char, normalizer: .none)
    recipe.specialTokens = []
    let tokenizer = try learnedTokenizer(recipe, from: "ab é\nab")
    #expect(tokenizer.vocabularySize == 6)
    let text = "a é\nb"
    #expect(tokenizer.decode(try tokenizer.encode(text)) == Array(text.utf8))
    #expect(try tokenizer.encode("z").map(\.rawValue) == [0])
  }

  @Test func `a pre-token of more than 16 MiB is refused`() throws {
    let tokenizer = try sampleTokenizer()
    var encoder = TokenizerEncoder(tokenizer)
    let text = Array("ab ".utf8) + [UInt8](repeating: 97, count: WordLimits.longestWord + 1)
    #expect(throws: TokenizerEncoder.WordTooLong.self) { try encoder.encode(text) }
  }

  @Test func `words that share an offset have noise of their own`() throws {
    // NFKC makes several words of the ligature ﷺ: each has another index at the same offset.
    let tokenizer = try sampleTokenizer(normalizer: TextNormalizer([.nfkc]))
    var encoder = TokenizerEncoder(tokenizer)
    let text = Array(String(repeating: "ﷺ", count: 3).utf8)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(0.5))
    let expected = try TextNormalizer([.nfkc]).normalize(text)?.bytes
    #expect(tokenizer.decode(try encoder.encode(text, options: options).tokens) == expected)
  }
}
