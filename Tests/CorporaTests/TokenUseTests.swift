import BytePairEncoding
import Corpora
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

@Suite struct TokenUseTests {
  @Test func `what a text uses, and what it does not`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("text", "ab ab\nb\n")
    let tokenizer = Tokenizer(
      normalizer: .none,
      preTokenizer: .gpt2,
      model: try toyModel("a-b \\20-ab b-b"),
      addedTokens: [AddedToken(id: TokenID(300), content: Array("<s>".utf8))]
    )
    let use = TokenUse(try TextMeasure(of: DocumentReader(paths: [path]), tokenizer), tokenizer)
    #expect(use.tokens == 3 && use.byUse.map(\.index) == [98, 256, 257])
    #expect(use.counts[256] == 1 && use.counts.count == 301)
    // Of 259 tokens three are used; the added token is not counted.
    #expect(use.unseen.count == 256 && use.unseen.last == TokenID(258))
    #expect(use.unseenShare == 256.0 / 259)
    let none = TokenUse(TextMeasure(vocabularySize: 301), tokenizer)
    #expect(none.tokens == 0 && none.byUse.isEmpty && none.unseenShare == 1)
  }
}
