import BytePairEncoding
import Noise
import PreTokenization
import TestSupport
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// Compiled images whose bytes were changed on purpose: they are refused, or give other tokens, but
/// none that they do not have.
enum ImageFuzzing {
  static func run(_ input: inout FuzzInput) throws {
    var image = try image(input.number(below: 3))
    let length = image.count
    while input.rest.count >= 4 {
      let place = Int(input.byte()) << 16 | Int(input.byte()) << 8 | Int(input.byte())
      image[32 + place % (length - 32)] = input.byte()
    }
    let file = try TemporaryFolder().put("image", ImageFile.sealed(image))
    guard let tokenizer = try? Tokenizer(contentsOf: file) else { return }
    try check(tokenizer)
  }

  /// A small image over bytes, of ranks, or over characters.
  private static func image(_ kind: Int) throws -> [UInt8] {
    let tokenizer: Tokenizer
    if kind == 2 {
      var text = NastyText(seed: 1)
      tokenizer = try Tokenizer(
        sentencePiece: SentencePieceSample.file(SentencePieceSample.model(&text))
      )
    } else {
      let model = try bytePairs()
      tokenizer = Tokenizer(
        normalizer: TextNormalizer([.nfc]),
        preTokenizer: .gpt2,
        model: kind == 0 ? model : try BPEModel(ranks: model.vocabulary),
        addedTokens: [AddedToken(id: TokenID(300), content: Array("<s>".utf8))]
      )
    }
    return try TokenizerConversion(tokenizer, to: "bpedrop").files[0].bytes
  }

  private static func bytePairs() throws -> BPEModel {
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
    var merges: [Merge] = []
    for (left, right) in [("a", "b"), (" ", "a"), (" a", "b"), ("ab", "ab"), ("t", "h")] {
      let product = vocabulary.append(Array((left + right).utf8))
      guard let first = vocabulary.id(of: Array(left.utf8)),
        let second = vocabulary.id(of: Array(right.utf8))
      else { continue }
      merges.append(Merge(left: first, right: second, product: product))
    }
    return try BPEModel(vocabulary: vocabulary, merges: merges)
  }

  private static func check(_ tokenizer: Tokenizer) throws {
    let text = Array("ab abab the éa <s> A42 ababababab thab\u{3042} \r\n".utf8) + [0xFF, 0x41]
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    for rate in [0, 0.3, 1] {
      for law in SegmentationNoise.Law.allCases {
        var options = EncodingOptions()
        options.allowsSpecial = true
        options.wantsOffsets = true
        options.noise = rate == 0 ? nil : SegmentationNoise(rate: dropoutRate(rate), law: law)
        guard let encoded = try? encoder.encode(text, options: options) else { continue }
        try expect(
          encoded.offsets.allSatisfy { $0.upperBound <= text.count },
          "offsets lie in the text"
        )
        try expect(
          encoded.tokens.allSatisfy { $0.index < tokenizer.vocabularySize },
          "ids lie in the vocabulary"
        )
        _ = tokenizer.decode(encoded.tokens, skipsSpecial: true)
      }
    }
  }
}
