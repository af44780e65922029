import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// Tokenizers that are learned here become models of SentencePiece.
@Suite struct SentencePieceWritingTests {
  private func learned(
    _ normalizer: TextNormalizer.Step?,
    _ preTokenizer: PreTokenizer,
    change: (inout TokenizerRecipe) -> Void = { _ in }
  ) throws -> Tokenizer {
    var recipe = TokenizerRecipe(
      normalizer: TextNormalizer(normalizer.map { [$0] } ?? []),
      preTokenizer: preTokenizer
    )
    recipe.alphabet = CharacterAlphabet()
    recipe.alphabet?.coverage = 0.95
    recipe.alphabet?.fallsBackToBytes = true
    recipe.vocabularySize = 400
    change(&recipe)
    return try learnedTokenizer(recipe, from: sampleText)
  }

  private static let keepingSpaces = TextNormalizer.Step.sentencePiece(.keepingSpaces)

  @Test(arguments: [(true, true), (true, false), (false, false)])
  func `a learned model has the same ids as one of scores`(
    marksSpaces: Bool,
    splits: Bool
  ) throws {
    let tokenizer = try learned(
      marksSpaces ? Self.keepingSpaces : nil,
      splits ? .metaspace : .none
    ) { if !splits { $0.limits = JoinLimits() } }
    #expect(tokenizer.merges.count > 20)
    let copy = try Tokenizer(sentencePiece: try tokenizer.sentencePiece())
    #expect(copy.vocabularySize == tokenizer.vocabularySize + 1)
    var text = NastyText(seed: 331)
    let words = sampleText.split(separator: " ").map { Array($0.utf8) }
    for _ in 0..<3000 {
      var bytes = text.next(longest: 4)
      for _ in 0..<text.number(below: 6) {
        bytes += words[Int(text.number(below: UInt32(words.count)))]
        if text.number(below: 3) > 0 { bytes.append(0x20) }
      }
      let input = String(decoding: bytes, as: UTF8.self)
      #expect(try copy.encode(input) == tokenizer.encode(input))
    }
  }

  @Test func `pieces are their kinds`() throws {
    let tokenizer = try learned(Self.keepingSpaces, .metaspace)
    let copy = try Tokenizer(sentencePiece: try tokenizer.sentencePiece())
    #expect(copy.addedTokens.map(\.content) == [Array("<|endoftext|>".utf8), Array("<unk>".utf8)])
    #expect(copy.decode(try copy.encode("cat 中 \u{10FFFF}")) == Array("cat 中 \u{10FFFF}".utf8))
  }

  @Test func `what a model cannot hold is named`() throws {
    func refused(_ reason: String, _ tokenizer: Tokenizer) {
      let error = #expect(throws: InvalidData.self) { try tokenizer.sentencePiece() }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? reason)")
    }
    refused("byte-level BPE", try sampleTokenizer())
    refused("the normaliser", try learned(.nfc, .metaspace))
    refused("always puts one", try learned(nil, .metaspace))
    refused("cuts elsewhere", try learned(Self.keepingSpaces, .whitespaceSplit))
    refused(
      "makes one of several",
      try learned(Self.keepingSpaces, .metaspace) {
        $0.alphabet?.fallsBackToBytes = false
      }
    )
    refused(
      "affixes",
      try learned(Self.keepingSpaces, .metaspace) {
        $0.alphabet?.fallsBackToBytes = false
        $0.alphabet?.suffix = Array("</w>".utf8)
      }
    )
    let (a, b) = (Array("a".utf8), Array("b".utf8))
    var vocabulary = Vocabulary()
    for token in [Array("<unk>".utf8), a, b, a + b, b + a, a + b + a] { vocabulary.append(token) }
    var settings = CharacterModel.Settings()
    settings.unknown = TokenID(0)
    settings.fusesUnknown = true
    let merges = [(1, 2, 3), (3, 1, 5)].map {
      Merge(left: TokenID($0.0), right: TokenID($0.1), product: TokenID($0.2))
    }
    func tokenizer(_ merges: [Merge]) throws -> Tokenizer {
      Tokenizer(
        normalizer: .none,
        preTokenizer: .none,
        model: try CharacterModel(vocabulary: vocabulary, merges: merges, settings: settings)
      )
    }
    // Nothing makes "ba" of "b" + "a", as a model of scores would.
    refused("which no merge makes", try tokenizer(merges))
    // Made in two ways.
    refused(
      "two merges make",
      try tokenizer(
        merges + [
          Merge(left: TokenID(2), right: TokenID(1), product: TokenID(4)),
          Merge(left: TokenID(1), right: TokenID(4), product: TokenID(5)),
        ]
      )
    )
  }
}
