import TextTestSupport
import BytePairEncoding
import Diagnostics
import Foundation
import PreTokenization
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct TokenizerFormatTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder[name]))
    return folder[name]
  }

  private func ranks(_ tokens: [String], from first: Int = 0) -> String {
    tokens.enumerated().map { index, token in
      "\(Data(token.utf8).base64EncodedString()) \(first + index)\n"
    }.joined()
  }

  @Test func `a tiktoken file of a known name has its pattern and special tokens`() throws {
    let path = try write(ranks(["a", "b", "ab", " ", " a"]), to: "cl100k_base.tiktoken")
    let tokenizer = try Tokenizer(contentsOf: path)
    #expect(tokenizer.preTokenizer == .cl100k)
    #expect(try tokenizer.encode("ab ab").map(\.rawValue) == [2, 3, 2])
    #expect(tokenizer.id(of: "<|endofprompt|>")?.rawValue == 100_276)
    #expect(tokenizer.vocabularySize == 100_277)
    #expect(tokenizer.foreignParts?.contains("share a rank") == true)
  }

  @Test func `one of another name needs a pattern`() throws {
    let path = try write(ranks(["a", "b", "ab"]), to: "mine.tiktoken")
    #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: path) }
    let tokenizer = try Tokenizer(contentsOf: path, preTokenizer: .llama3)
    #expect(try tokenizer.encode("abab").map(\.rawValue) == [2, 2])
    #expect(tokenizer.addedTokens.isEmpty)
  }

  @Test func `ranks may have gaps, any order and lines that end with CR LF`() throws {
    let path = try write("Yg== 5\r\nYQ== 0\r\n\r\nYWI= 9", to: "x.tiktoken")
    let tokenizer = try Tokenizer(contentsOf: path, preTokenizer: PreTokenizer.none)
    #expect(try tokenizer.encode("abb").map(\.rawValue) == [9, 5])
    #expect(tokenizer.vocabularySize == 10)
  }

  @Test(arguments: [
    ("", "empty"), ("YQ==", "line 1"), ("YQ== x\n", "line 1"), ("YQ== 0\nYQ 1\n", "line 2"),
    ("YQ== 0\nY*== 1\n", "line 2"), ("YQ== 0 1\n", "line 1"), ("YQ== 0\nYQ== 1\n", "line 2"),
    ("YQ== 0\nYg== 0\n", "line 2"), ("YQ== 99999999999999999999\n", "line 1"),
    ("YQ== 1000000\n", "ranks go up to"), ("YQ== -1\n", "line 1"), (" 0\n", "line 1"),
    ("\0\u{1}\u{2}", "line 1"),
  ])
  func `malformed tiktoken files are refused with the line`(text: String, reason: String) throws {
    let path = try write(text, to: "bad.tiktoken")
    let error = #expect(throws: InvalidData.self) {
      try Tokenizer(contentsOf: path, preTokenizer: .gpt2)
    }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.path == path)
  }

  @Test func `vocab and merges are found by either file or their folder`() throws {
    let vocabulary = #"{"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "model": 5}"#
    let merges = "#version: 0.2\na b\nĠ ab\n"
    for (vocabularyName, mergesName) in [
      ("vocab.json", "merges.txt"), ("encoder.json", "vocab.bpe"),
    ] {
      let folder = try TemporaryFolder()
      try Data(vocabulary.utf8).write(to: URL(fileURLWithPath: folder[vocabularyName]))
      try Data(merges.utf8).write(to: URL(fileURLWithPath: folder[mergesName]))
      for path in [folder[vocabularyName], folder[mergesName], folder.path] {
        let tokenizer = try Tokenizer(contentsOf: path)
        #expect(try tokenizer.encode("ab ab a").map(\.rawValue) == [3, 4, 2, 0])
        #expect(tokenizer.addedTokens.map(\.content) == [Array("model".utf8)])
        #expect(tokenizer.isSpecial(TokenID(5)))
      }
    }
  }

  @Test func `merges that do not fit are refused with their line`() throws {
    _ = try write(#"{"a": 0, "b": 1, "ab": 2}"#, to: "vocab.json")
    for (text, reason) in [
      ("a b\na c\n", "line 2: 'c'"), ("a  b\n", "line 1"), ("ab\n", "line 1"), ("b a\n", "'ba'"),
    ] {
      let path = try write(text, to: "merges.txt")
      let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: path) }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
    let alone = try TemporaryFolder()
    try Data("a b\n".utf8).write(to: URL(fileURLWithPath: alone["merges.txt"]))
    let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: alone["merges.txt"]) }
    #expect(error?.message.contains("vocab.json") == true)
  }

  /// Ids by tiktoken 0.14.
  @Test(arguments: [
    ("r50k_base", [15496, 220, 995, 338, 17031, 2231, 198, 220, 2124, 532, 12466, 242, 16142, 64]),
    (
      "cl100k_base", [9906, 220, 1917, 596, 220, 4513, 1774, 198, 220, 865, 482, 39903, 1506, 64]
    ),
    ("o200k_base", [13225, 220, 30226, 220, 7633, 2548, 198, 220, 1215, 533, 41960, 64]),
  ])
  func `OpenAI's encodings`(name: String, expected: [UInt32]) throws {
    guard let path = SharedData.path("vocabs/openai/\(name).tiktoken") else {
      print("skipped: \(SharedData.folder)/vocabs/openai/\(name).tiktoken is missing")
      return
    }
    let tokenizer = try Tokenizer(contentsOf: path)
    let text = "Hello  world's 12345\n  x - Даa"
    #expect(try tokenizer.encode(text).map(\.rawValue) == expected)
    #expect(tokenizer.decode(try tokenizer.encode(text)) == Array(text.utf8))
  }
}

@Suite struct PreTokenizerValueTests {
  private func file(_ preTokenizer: String, _ other: String = "") -> [UInt8] {
    var vocabulary = Vocabulary()
    for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
    let entries = (UInt8.min...UInt8.max).map { byte in
      let piece = ByteAlphabet.encode([byte])
      return "\(piece == "\"" || piece == "\\" ? "\"\\\(piece)\"" : "\"\(piece)\""): \(byte)"
    }
    return Array(
      """
      {\(other)"pre_tokenizer": \(preTokenizer), "model": {"type": "BPE", "merges": [], "vocab": {\
      \(entries.joined(separator: ", "))}}}
      """.utf8
    )
  }

  private static let byteLevel =
    #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#

  @Test(arguments: [
    #"{"type": "Split", "pattern": {"Regex": "\\d+|x"}, "behavior": "Removed", "invert": true}"#,
    #"{"type": "Split", "pattern": {"String": "é"}, "behavior": "MergedWithNext", "invert": false}"#,
    #"{"type": "Digits", "individual_digits": true}"#,
    #"{"type": "Digits", "individual_digits": false}"#,
    #"{"type": "Punctuation", "behavior": "Contiguous"}"#, #"{"type": "Whitespace"}"#,
    #"{"type": "WhitespaceSplit"}"#,
    #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}"#,
    #"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "never", "split": false}"#,
  ])
  func `stages are read and written as what they are`(stage: String) throws {
    let json = file(#"{"type": "Sequence", "pretokenizers": [\#(stage), \#(Self.byteLevel)]}"#)
    let tokenizer = try Tokenizer(json: json)
    let written = try tokenizer.json()
    let copy = try Tokenizer(json: written)
    #expect(copy.preTokenizer == tokenizer.preTokenizer)
    #expect(try copy.json() == written)
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(written)) as? [String: Any]
    )
    let sequence = try #require(value["pre_tokenizer"] as? [String: Any])
    let stages = try #require(sequence["pretokenizers"] as? [[String: Any]])
    let expected = try JSONSerialization.jsonObject(with: Data(stage.utf8)) as? NSDictionary
    #expect(stages.first.map { NSDictionary(dictionary: $0) } == expected)
  }

  @Test func `a prefix space is put before every stretch, and offsets do not know it`() throws {
    let tokenizer = try Tokenizer(json: file(#"{"type": "ByteLevel", "add_prefix_space": true}"#))
    #expect(tokenizer.decode(try tokenizer.encode("a b")) == Array(" a b".utf8))
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.wantsOffsets = true
    let encoded = try encoder.encode(Array("ab".utf8), options: options)
    #expect(encoded.offsets == [0..<1, 0..<1, 1..<2])
    #expect(try Tokenizer(json: tokenizer.json()).preTokenizer == tokenizer.preTokenizer)
  }

  @Test(arguments: [
    (#"{"type": "Split"}"#, "'pattern'"),
    (#"{"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated"}"#, "malformed"),
    (#"{"type": "Split", "pattern": {"Regex": "a"}, "behavior": "Dropped"}"#, "'Dropped'"),
    (#"{"type": "Metaspace", "replacement": "ab"}"#, "'replacement'"),
    (#"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}"#, "'last'"),
    (#"{"type": "FixedLength", "length": 0}"#, "'length'"),
    (#"{"type": "CharDelimiterSplit", "delimiter": "ab"}"#, "'delimiter'"),
    (#"{"type": "Sequence"}"#, "'pretokenizers'"),
  ])
  func `what is not supported is refused by name`(value: String, reason: String) throws {
    let error = #expect(throws: InvalidData.self) { try Tokenizer(json: file(value)) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.place == "pre_tokenizer")
  }

  @Test func `offsets of characters are trimmed where the file says so`() throws {
    for (keeps, expected) in [
      (true, [0..<0, 1..<2, 3..<3, 3..<4]), (false, [1..<1, 1..<2, 3..<3, 3..<4]),
    ] {
      let post = #"{"type": "ByteLevel", "trim_offsets": true, "add_prefix_space": \#(keeps)}"#
      let tokenizer = try Tokenizer(json: file(Self.byteLevel, "\"post_processor\": \(post), "))
      let rules = tokenizer.inputRules
      #expect(rules.postProcessor.trimmings == [OffsetTrimming(keepsFirstSpace: keeps)])
      #expect(try Tokenizer(json: tokenizer.json()).inputRules == rules)
      var encoder = TokenizerEncoder(tokenizer)
      var options = EncodingOptions()
      options.wantsOffsets = true
      let text = Array(" a b".utf8)
      let encoded = try encoder.encode(text, options: options)
      let offsets = text.withUnsafeBufferPointer {
        tokenizer.offsets(of: encoded, in: $0, unit: .chars)
      }
      #expect(offsets == expected)
    }
  }

  @Test func `marks become spaces again`() throws {
    let metaspace = #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}"#
    let tokenizer = try Tokenizer(
      json: file(#"{"type": "Sequence", "pretokenizers": [\#(metaspace), \#(Self.byteLevel)]}"#)
    )
    var recipe = TokenizerRecipe(kind: .word, normalizer: .none, preTokenizer: .metaspace)
    recipe.specialTokens = []
    let words = try learnedTokenizer(recipe, from: "a cat and a dog")
    #expect(words.decode(try words.encode("a dog and a cat")) == Array("a dog and a cat".utf8))
    #expect(try Tokenizer(json: words.json()).encode("a cat") == words.encode("a cat"))
    #expect(try tokenizer.encode("a").count == 4)
  }
}
