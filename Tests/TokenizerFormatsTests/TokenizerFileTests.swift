import TextTestSupport
import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct TokenizerFileTests {
  @Test(arguments: PreTokenizer.named.map(\.preTokenizer), [false, true])
  func `what is written reads back the same`(
    preTokenizer: PreTokenizer,
    legacyMerges: Bool
  ) throws {
    for name in ["none", "nfc", "nfd,strip-accents,lowercase", "nfkc-casefold"] {
      let normalizer = try #require(TextNormalizer(name: name))
      let tokenizer = try sampleTokenizer(normalizer: normalizer, preTokenizer: preTokenizer)
      let json = try tokenizer.json(legacyMerges: legacyMerges)
      let copy = try Tokenizer(json: json)
      #expect(copy.warnings.isEmpty)
      #expect(try copy.json(legacyMerges: legacyMerges) == json)
      #expect(copy.normalizer == normalizer)
      #expect(copy.preTokenizer == preTokenizer)
      #expect(try copy.encode(sampleText) == tokenizer.encode(sampleText))
    }
  }

  @Test(arguments: [TokenizerRecipe.Kind.word, .char])
  func `models of words and characters too`(kind: TokenizerRecipe.Kind) throws {
    let recipe = TokenizerRecipe(kind: kind, normalizer: .none)
    let tokenizer = try learnedTokenizer(recipe, from: sampleText)
    let copy = try Tokenizer(json: tokenizer.json())
    #expect(try copy.json() == tokenizer.json())
    let text = sampleText + " unknown ☃"
    #expect(try copy.encode(text) == tokenizer.encode(text))
  }

  @Test func `canonically equivalent tokens stay apart`() throws {
    let json = """
      {"model": {"type": "WordLevel", "unk_token": "?",
        "vocab": {"?": 0, "\u{E9}": 1, "e\u{301}": 2, "\\u212b": 3, "\u{C5}": 4}},
       "pre_tokenizer": {"type": "WhitespaceSplit"}}
      """
    let tokenizer = try Tokenizer(json: Array(json.utf8))
    #expect(
      try tokenizer.encode("e\u{301} \u{E9} \u{C5} \u{212B}").map(\.rawValue) == [2, 1, 4, 3]
    )
  }

  @Test func `a dropout in the file is warned about and not obeyed`() throws {
    let text = String(decoding: try sampleTokenizer().json(), as: UTF8.self)
    let noisy = text.replacing("\"dropout\": null", with: "\"dropout\": 0.9")
    #expect(noisy != text)
    let tokenizer = try Tokenizer(json: Array(noisy.utf8))
    #expect(tokenizer.warnings.count == 1)
    #expect(try tokenizer.encode(sampleText) == sampleTokenizer().encode(sampleText))
    #expect(try tokenizer.json() == Array(text.utf8), "and it is written as null")
  }

  @Test func `gaps in the ids stay gaps`() throws {
    let json = """
      {"model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "b": 7}},
       "pre_tokenizer": {"type": "WhitespaceSplit"}}
      """
    let tokenizer = try Tokenizer(json: Array(json.utf8))
    #expect(tokenizer.vocabularySize == 8)
    #expect(tokenizer.decode([3, 7].map { TokenID($0 as UInt32) }) == Array(" b".utf8))
  }

  @Test(arguments: [
    ("", "a value"), ("{", "a key"), ("[1,]", "a value"), ("{\"a\" 1}", "':'"),
    ("\"\\ud800\"", "surrogate"), ("\"\\x\"", "an escape"), ("nul", "a value"),
    ("1 2", "the end of the file"), ("\"\u{1}\"", "control characters"),
    ("{\"a\": 1", "',' or '}'"), ("{}", "'model'"), ("[]", "'model'"), ("{\"model\": 3}", "vocab"),
    ("{\"model\": {\"vocab\": {\"a\": -1}}}", "the id of 'a'"),
    ("{\"model\": {\"vocab\": {\"a\": 1.5}}}", "the id of 'a'"),
    ("{\"model\": {\"vocab\": {\"a\": 60000000}}}", "ids go up to"),
    ("{\"model\": {\"vocab\": {\"a\": 1, \"a\": 2}}}", "stands twice"),
    ("{\"model\": {\"vocab\": {\"a\": 1, \"b\": 1}}}", "stands twice"),
    ("{\"model\": {\"type\": \"Unigram\", \"vocab\": {}}}", "'Unigram'"),
    ("{\"model\": {\"vocab\": {}}, \"normalizer\": {\"type\": \"Magic\"}}", "'Magic'"),
    ("{\"model\": {\"vocab\": {}}, \"pre_tokenizer\": {\"type\": \"Magic\"}}", "'Magic'"),
    ("{\"model\": {\"vocab\": {}}, \"post_processor\": {\"type\": \"Magic\"}}", "'Magic'"),
    ("{\"model\": {\"vocab\": {}}, \"added_tokens\": [{\"id\": 1}]}", "added_tokens[0]"),
    (
      "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}, "
        + "\"added_tokens\": [{\"id\": 0, \"content\": \"b\"}]}",
      "'b' has the id 0 of another token, 'a'"
    ),
    (
      "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}, "
        + "\"added_tokens\": [{\"id\": 1, \"content\": \"a\"}]}",
      "'a' has the id 1, but 0 in model.vocab"
    ),
    (
      "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}, "
        + "\"added_tokens\": [{\"id\": 1, \"content\": \"b\"}, {\"id\": 2, \"content\": \"b\"}]}",
      "the content 'b' stands twice"
    ),
    (
      "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []}, "
        + "\"added_tokens\": [{\"id\": 67000000, \"content\": \"b\"}]}",
      "ids go up to 67000000 for only 2 tokens"
    ),
    (
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [[\"a\", \"b\"]]}, "
        + "\"pre_tokenizer\": {\"type\": \"ByteLevel\"}}", "model.merges[0]"
    ),
    (
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a b c\"]}, "
        + "\"pre_tokenizer\": {\"type\": \"ByteLevel\"}}", "model.merges[0]"
    ),
    (
      "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"a\", 0]]}, \"normalizer\": 1}",
      "'Unigram'"
    ),
    ("{\"model\": {\"type\": \"WordPiece\"}, \"added_tokens\": 1}", "'WordPiece'"),
  ])
  func `malformed and unsupported files are refused with the reason`(
    json: String,
    reason: String
  ) throws {
    let error = #expect(throws: InvalidData.self) { try Tokenizer(json: Array(json.utf8)) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func `nesting without end does not end us`() throws {
    for opening in ["[", "{\"a\":"] {
      let json = String(repeating: opening, count: 1_000_000)
      #expect(throws: InvalidData.self) { try Tokenizer(json: Array(json.utf8)) }
    }
  }

  @Test func `a file cut anywhere, or with any byte changed, gives an answer or an error`() throws {
    var recipe = TokenizerRecipe(normalizer: .none)
    recipe.vocabularySize = 262
    let json = try learnedTokenizer(recipe, from: sampleText).json()
    for length in stride(from: 0, to: json.count - 2, by: 37) {
      #expect(throws: InvalidData.self) { try Tokenizer(json: Array(json[..<length])) }
    }
    var source = NastyText(seed: 61)
    for _ in 0..<500 {
      var changed = json
      for _ in 0..<source.number(below: 3) + 1 {
        let place = Int(source.number(below: UInt32(json.count)))
        changed[place] = UInt8(source.number(below: 256))
      }
      // Either outcome is right; a crash or a hang is not.
      do { _ = try Tokenizer(json: changed).encode(sampleText) } catch is InvalidData {}
    }
  }

  @Test func `GPT-2's file is read, and its text comes back`() throws {
    guard let path = SharedData.path("vocabs/gpt2-hf/gpt2_tokenizer.json") else {
      print("skipped: \(SharedData.folder)/vocabs/gpt2-hf/gpt2_tokenizer.json is missing")
      return
    }
    let tokenizer = try Tokenizer(contentsOf: path)
    #expect(tokenizer.vocabularySize == 50_257)
    #expect(try tokenizer.encode("Hello world").map(\.rawValue) == [15_496, 995])
    #expect(tokenizer.decode(try tokenizer.encode(sampleText)) == Array(sampleText.utf8))
  }
}
