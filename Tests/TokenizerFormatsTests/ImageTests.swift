import BytePairEncoding
import Diagnostics
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct ImageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func image(_ tokenizer: Tokenizer) throws -> [UInt8] {
    try TokenizerConversion(tokenizer, to: "bpedrop").files[0].bytes
  }

  /// Tokenizers over bytes, of ranks, and over characters with and without scores and affixes.
  private static func samples(_ seed: UInt64) throws -> [Tokenizer] {
    var text = NastyText(seed: seed)
    let model = try randomModel(&text, alphabet: Array("abc é▁".utf8), merges: 60)
    let special = AddedToken(id: TokenID(model.vocabulary.count + 7), content: Array("<s>".utf8))
    let characters = """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
       "post_processor": null, "decoder": null, "model": {"type": "BPE", "unk_token": "?",
       "fuse_unk": \(seed % 2 == 0), "byte_fallback": \(seed % 3 == 0),
       "end_of_word_suffix": SUFFIX,
       "vocab": {"?": 0, "a": 1, "b": 2, "é": 3, "ab": 4, "bb": 5, "abbb": 6, "ab</w>": 7,
       "b</w>": 8, "<0x41>": 9}, "merges": MERGES}}
      """
    func json(_ suffix: String, _ merges: String) throws -> Tokenizer {
      let parts = characters.split(separator: "SUFFIX").joined(separator: suffix)
      return try Tokenizer(
        json: Array(parts.split(separator: "MERGES").joined(separator: merges).utf8)
      )
    }
    return [
      Tokenizer(normalizer: TextNormalizer([.nfc]), preTokenizer: .gpt2, model: model),
      Tokenizer(
        normalizer: .none,
        preTokenizer: .o200k,
        model: try BPEModel(ranks: model.vocabulary),
        addedTokens: [special],
        unreachable: [:]
      ),
      try json("null", "[[\"a\", \"b\"], [\"b\", \"b\"], [\"ab\", \"bb\"]]"),
      try json("\"</w>\"", "[[\"a\", \"b\"], [\"a\", \"b</w>\"]]"),
      try Tokenizer(sentencePiece: SentencePieceSample.file(SentencePieceSample.model(&text))),
    ]
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `an image encodes as what it was made of, with and without noise`(seed: UInt64) throws {
    for (index, tokenizer) in try Self.samples(seed).enumerated() {
      let path = try folder.put("\(index).image", Self.image(tokenizer))
      let opened = try Tokenizer(contentsOf: path)
      #expect(opened.digest == tokenizer.digest && opened.warnings == tokenizer.warnings)
      var encoders = [tokenizer, opened].map { TokenizerEncoder($0, cacheCapacity: 1 << 14) }
      var text = NastyText(seed: seed)
      for epoch in 0..<20 as Range<UInt32> {
        var options = EncodingOptions()
        options.allowsSpecial = true
        options.wantsOffsets = true
        let bytes = text.next(longest: 60, isValid: epoch % 4 > 0)
        for rate in [0, 0.2, 1] {
          options.noise = SegmentationNoise(rate: dropoutRate(rate), epoch: epoch)
          let encoded = try encoders.indices.map {
            try encoders[$0].encode(bytes, options: options)
          }
          #expect(encoded[0].ids == encoded[1].ids && encoded[0].offsets == encoded[1].offsets)
          let texts = [tokenizer, opened].map { $0.decode(encoded[0].tokens, skipsSpecial: false) }
          #expect(texts[0] == texts[1])
        }
      }
      #expect(try Self.image(opened) == Self.image(tokenizer), "the image of an image is the same")
    }
  }

  @Test func `tokens that no text becomes and warnings are kept`() throws {
    let json = """
      {"version": "1.0", "added_tokens": [], "normalizer": null,
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
       "post_processor": null, "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "dropout": 0.1, "vocab": {"a": 0, "日本": 1, "b": 2, "ab": 3},
       "merges": ["a b"]}}
      """
    let tokenizer = try Tokenizer(json: Array(json.utf8))
    let opened = try Tokenizer(contentsOf: folder.put("image", Self.image(tokenizer)))
    #expect(tokenizer.piece(of: TokenID(1)) == "日本" && opened.piece(of: TokenID(1)) == "日本")
    #expect(opened.warnings == tokenizer.warnings && tokenizer.warnings.count == 2)
  }

  @Test func `every changed byte is found`() throws {
    let image = try Self.image(Self.samples(1)[4])
    for place in stride(from: 0, to: image.count, by: 37) {
      var changed = image
      changed[place] ^= 1 << UInt8(place % 8)
      let path = try folder.put("changed", changed)
      #expect(throws: InvalidData.self, "byte \(place)") { try Tokenizer(contentsOf: path) }
    }
  }

  @Test func `so is every missing one`() throws {
    let image = try Self.image(Self.samples(2)[0])
    for length in [8, 9, 31, 39, 40, 100, image.count / 2, image.count - 1] {
      let path = try folder.put("short", Array(image[..<length]))
      #expect(throws: InvalidData.self, "\(length) bytes") { try Tokenizer(contentsOf: path) }
    }
    let long = try folder.put("long", image + [0])
    #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: long) }
  }

  @Test func `an image of another version says what to do`() throws {
    var image = try Self.image(Self.samples(3)[0])
    image[8] = 2
    let path = try folder.put("newer", image)
    let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: path) }
    #expect(error?.description.contains("convert the tokenizer again") == true)
  }

  @Test func `models without a form are refused by name`() throws {
    let file = "2 1\n9601 4\n97 5\n4 5 7\n1 0 2 3\n"
    let tokenizer = try Tokenizer(contentsOf: folder.put("y", file))
    let error = #expect(throws: InvalidData.self) { try Self.image(tokenizer) }
    #expect(error?.description.contains("no form for a model over characters of marked") == true)
  }
}
