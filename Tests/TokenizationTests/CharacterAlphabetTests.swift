import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct CharacterAlphabetTests {
  private func recipe(_ alphabet: CharacterAlphabet) -> TokenizerRecipe {
    var recipe = TokenizerRecipe(normalizer: TextNormalizer([]), preTokenizer: .whitespaceSplit)
    recipe.alphabet = alphabet
    recipe.vocabularySize = 10_000
    recipe.specialTokens = []
    return recipe
  }

  private func counts(_ words: [(String, UInt64)]) -> WordCounts {
    var counts = WordCounts()
    for (word, count) in words { counts.append(Array(word.utf8), occurrences: count) }
    return counts
  }

  private func tokens(_ tokenizer: Tokenizer) -> [String] {
    (0..<tokenizer.vocabularySize).map { tokenizer.piece(of: TokenID($0)) }
  }

  /// Without merges: a minimum that nothing reaches.
  private func alphabet(
    _ alphabet: CharacterAlphabet,
    _ words: [(String, UInt64)]
  ) throws -> [String] {
    var recipe = recipe(alphabet)
    recipe.minimumFrequency = 1 << 40
    return tokens(try recipe.learn(from: counts(words)))
  }

  @Test func `limit, initial alphabet and coverage, by hand`() throws {
    let words: [(String, UInt64)] = [("ab", 5), ("éb", 3), ("中c", 1), ("d", 1)]
    // a 5, b 8, é 3, 中 1, c 1, d 1: of 19.
    var alphabet = CharacterAlphabet()
    #expect(try self.alphabet(alphabet, words) == ["<unk>", "a", "b", "c", "d", "é", "中"])
    alphabet.limit = 3
    #expect(try self.alphabet(alphabet, words) == ["<unk>", "a", "b", "é"])
    alphabet.limit = 4
    #expect(try self.alphabet(alphabet, words) == ["<unk>", "a", "b", "c", "é"])
    alphabet.initial = ["中", "z"]
    #expect(try self.alphabet(alphabet, words) == ["<unk>", "a", "b", "z", "中"])
    alphabet = CharacterAlphabet()
    for (coverage, expected) in [
      (0.42, ["b"]), (0.43, ["a", "b"]), (0.68, ["a", "b"]), (0.7, ["a", "b", "é"]),
      (0.99, ["a", "b", "c", "d", "é", "中"]), (1, ["a", "b", "c", "d", "é", "中"]),
    ] {
      alphabet.coverage = coverage
      #expect(try self.alphabet(alphabet, words) == ["<unk>"] + expected, "\(coverage)")
    }
  }

  @Test func `marks stand where words begin and end`() throws {
    let words: [(String, UInt64)] = [("ab", 5), ("b", 2), ("aba", 1)]
    var alphabet = CharacterAlphabet()
    alphabet.suffix = Array("</w>".utf8)
    #expect(try self.alphabet(alphabet, words) == ["<unk>", "a", "b", "a</w>", "b</w>"])
    alphabet.prefix = Array("##".utf8)
    #expect(
      try self.alphabet(alphabet, words) == [
        "<unk>", "a", "b", "##a</w>", "##b", "##b</w>", "b</w>",
      ]
    )
    alphabet.suffix = []
    let tokenizer = try recipe(alphabet).learn(from: counts(words))
    #expect(tokens(tokenizer) == ["<unk>", "a", "b", "##a", "##b", "ab", "aba"])
    #expect(try tokenizer.encode("ab aba b ba").map(\.index) == [5, 6, 2, 2, 3])
    let decoded = tokenizer.decode(try tokenizer.encode("ab  aba b ba"))
    #expect(String(decoding: decoded, as: UTF8.self) == "ab aba b ba")
  }

  @Test func `byte fallback breaks words, an unknown token does not`() throws {
    let words: [(String, UInt64)] = [("axb", 5), ("a", 9), ("b", 9)]
    var alphabet = CharacterAlphabet()
    alphabet.limit = 2
    let passing = try recipe(alphabet).learn(from: counts(words))
    #expect(tokens(passing) == ["<unk>", "a", "b", "ab"])
    alphabet.fallsBackToBytes = true
    let breaking = try recipe(alphabet).learn(from: counts(words))
    #expect(tokens(breaking).suffix(3) == ["<0xFF>", "a", "b"])
    #expect(breaking.vocabularySize == 258)
    #expect(try breaking.encode("axb").map(\.index) == [256, 0x78, 257])
  }

  @Test func `what is learned is what is encoded, in each way, and comes back`() throws {
    var text = NastyText(seed: 95)
    for round in 0..<300 {
      var alphabet = CharacterAlphabet()
      let marks = round % 4
      if marks & 1 != 0 { alphabet.prefix = Array("##".utf8) }
      if marks & 2 != 0 { alphabet.suffix = Array("</w>".utf8) }
      alphabet.fallsBackToBytes = marks == 0 && text.number(below: 2) == 0
      if text.number(below: 2) == 0 { alphabet.coverage = 0.9 }
      let words = (0..<30).map { _ in
        (0..<text.number(below: 9) + 1).map { _ in
          ["a", "b", "é", "中", "😀"][Int(text.number(below: 5))]
        }.joined()
      }
      let sorted = Set(words).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      var recipe = recipe(alphabet)
      recipe.vocabularySize = alphabet.fallsBackToBytes ? 300 : 60
      let tokenizer = try recipe.learn(
        from: counts(
          sorted.map { word in
            (word, UInt64(words.count { $0 == word }))
          }
        )
      )
      #expect(try Tokenizer(json: tokenizer.json()).json() == tokenizer.json())
      let document = words.joined(separator: " ")
      let decoded = tokenizer.decode(try tokenizer.encode(document))
      if alphabet.fallsBackToBytes {
        #expect(decoded == Array(words.joined().utf8))
      } else if alphabet.coverage == 1 && marks != 0 {
        #expect(String(decoding: decoded, as: UTF8.self) == document)
      }
    }
  }

  @Test func `a vocabulary that is too small for the alphabet is refused`() {
    var recipe = recipe(CharacterAlphabet())
    recipe.vocabularySize = 3
    let counts = counts([("abc", 1)])
    #expect(throws: InvalidData.self) { try recipe.learn(from: counts) }
  }
}
