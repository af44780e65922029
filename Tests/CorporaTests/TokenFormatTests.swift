import BytePairEncoding
import Corpora
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite struct TokenFormatTests {
  @Test func `the string of an added token has the white space that it took, as at Hugging Face`()
    throws
  {
    var left = AddedToken.Matching()
    left.stripsLeft = true
    var right = AddedToken.Matching()
    right.stripsRight = true
    var normalized = left
    normalized.isNormalized = true
    let plain = try sampleTokenizer(normalizer: TextNormalizer([.lowercase]))
    let tokenizer = Tokenizer(
      normalizer: plain.normalizer,
      preTokenizer: plain.preTokenizer,
      model: plain.model,
      addedTokens: [
        AddedToken(id: TokenID(900), content: Array("<mask>".utf8), matching: left),
        AddedToken(id: TokenID(901), content: Array("<r>".utf8), matching: right),
        AddedToken(id: TokenID(902), content: Array("Foo".utf8), matching: normalized),
      ]
    )
    var options = EncodingOptions()
    options.allowsSpecial = true
    // Hugging Face tokenizers 0.23.3 gives these strings for such tokens.
    for (text, tokens) in [
      ("a   <mask>b", #"["a", "   <mask>", "b"]"#), ("a<r>  b<r>", #"["a", "<r>  ", "b", "<r>"]"#),
      ("a<mask>", #"["a", "<mask>"]"#), ("A   FoOb", #"["a", "   foo", "b"]"#),
    ] {
      for wantsOffsets in [false, true] {
        options.wantsOffsets = wantsOffsets
        var encoder = TokenizerEncoder(tokenizer)
        let encoded = try encoder.encode(Array(text.utf8), options: options)
        var output: [UInt8] = []
        Array(text.utf8).withUnsafeBufferPointer {
          TokenFormatter(.jsonl, tokenizer: tokenizer).append(encoded, of: $0, to: &output)
        }
        #expect(String(decoding: output, as: UTF8.self).contains("\"tokens\": \(tokens)"))
      }
    }
  }
}
