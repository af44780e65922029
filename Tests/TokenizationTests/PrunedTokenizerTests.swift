import BytePairEncoding
import Diagnostics
import Noise
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import UnicodeText

private let methods: [BPELearner.PruningMethod] = [.picky(threshold: 0.6), .scaffold]

/// A tokenizer learned from words of four letters, many of which come up again.
private func tokenizer(
  _ pruningMethod: BPELearner.PruningMethod,
  sizes: [Int] = [500]
) throws -> [Tokenizer] {
  var text = NastyText(seed: 51)
  var counts = WordCounts()
  var words: Set<[UInt8]> = []
  for _ in 0..<400 {
    let word = (0..<text.number(below: 12) + 2).map { _ in UInt8(97 + text.number(below: 4)) }
    if words.insert(word).inserted {
      counts.append(word, occurrences: UInt64(text.number(below: 90) + 1))
    }
  }
  counts.append(Array(" é中".utf8), occurrences: 200)
  var recipe = TokenizerRecipe(normalizer: .none)
  recipe.vocabularySize = sizes.max()
  recipe.law = .bytes
  recipe.pruningMethod = pruningMethod
  return try recipe.learn(sizes: sizes, from: counts)
}

@Suite struct PrunedTokenizerTests {
  @Test(arguments: methods)
  func `what is written reads back the same, and speaks of tokens that the vocabulary lacks`(
    pruningMethod: BPELearner.PruningMethod
  ) throws {
    for tokenizer in try tokenizer(pruningMethod, sizes: [400, 500]) {
      guard let model = tokenizer.model as? PrunedModel else {
        Issue.record("nothing was left out")
        continue
      }
      #expect(model.leftOutCount > 0)
      #expect(tokenizer.foreignParts?.contains("refuses the file") == true)
      for legacy in [false, true] {
        let json = try tokenizer.json(legacyMerges: legacy)
        let again = try Tokenizer(json: json)
        #expect(try again.json(legacyMerges: legacy) == json)
        #expect(again.vocabularySize == tokenizer.vocabularySize)
        var encoder = TokenizerEncoder(again)
        var expected = TokenizerEncoder(tokenizer)
        var text = NastyText(seed: 52)
        for _ in 0..<200 {
          let document = text.next(isValid: false)
          #expect(try encoder.encode(document).ids == expected.encode(document).ids)
        }
      }
    }
  }

  @Test(arguments: methods)
  func `any bytes come back, in batches as word by word, plain and under dropout`(
    pruningMethod: BPELearner.PruningMethod
  ) throws {
    let tokenizer = try tokenizer(pruningMethod)[0]
    #expect(tokenizer.vocabularySize == 500)
    var text = NastyText(seed: 53)
    var encoder = TokenizerEncoder(tokenizer)
    let rate = try #require(DropoutRate(0.2))
    var lengths = [0, 0]
    for round in 0..<500 {
      var document = text.next(isValid: false)
      for _ in 0..<text.number(below: 30) {
        document += (0..<text.number(below: 9)).map { _ in UInt8(97 + text.number(below: 4)) }
        document.append(0x20)
      }
      for (index, noise) in [nil, SegmentationNoise(rate: rate, seed: 3)].enumerated() {
        var options = EncodingOptions()
        options.noise = noise
        let ids = try encoder.encode(document, number: UInt64(round), options: options).ids
        options.wantsOffsets = true
        let whole = try encoder.encode(document, number: UInt64(round), options: options)
        #expect(whole.ids == ids)
        #expect(ids.allSatisfy { $0 < 500 })
        #expect(tokenizer.decode(whole.tokens) == document)
        let parts = whole.tokens.map { Array(tokenizer.bytes(of: $0)) }
        #expect(whole.offsets.map { Array(document[$0]) } == parts)
        lengths[index] += ids.count
      }
    }
    #expect(lengths[1] > lengths[0])
  }

  @Test(arguments: methods)
  func `a law that has no meaning is refused`(pruningMethod: BPELearner.PruningMethod) throws {
    var encoder = TokenizerEncoder(try tokenizer(pruningMethod)[0])
    let rate = try #require(DropoutRate(0.2))
    for law in SegmentationNoise.Law.allCases {
      var options = EncodingOptions()
      options.noise = SegmentationNoise(rate: rate, law: law)
      let isKnown = law == .paper || (pruningMethod == .scaffold && law.knowsBytesOnly)
      if isKnown {
        _ = try encoder.encode(Array("abcd".utf8), options: options)
      } else {
        #expect(throws: InvalidData.self) {
          try encoder.encode(Array("abcd".utf8), options: options)
        }
      }
    }
  }

  @Test(arguments: [
    ("[]", "an object"), ("{}", "an object"), ("{\"scaffold\": 3}", "an array"),
    ("{\"scaffold\": [3]}", "bpedrop.scaffold[0]"),
    ("{\"scaffold\": [\"ab\", \"ab\"]}", "stands twice"),
    ("{\"scaffold\": [\"a\"]}", "is in the vocabulary"),
    ("{\"scaffold\": [\"ж\"]}", "byte alphabet"), ("{\"scaffold\": [\"ba\"]}", "model.merges[0]"),
    ("{\"removals\": [\"ab\"]}", "bpedrop.removals[0]"),
    ("{\"removals\": [[\"ab\", -1]]}", "bpedrop.removals[0]"),
    ("{\"removals\": [[\"ab\", 0]]}", "is not there"),
    ("{\"removals\": [[\"ab\", 3]]}", "not in the order"),
    ("{\"removals\": [[\"ab\", 2], [\"ab\", 1]]}", "not in the order"),
    ("{\"removals\": [[\"ab\", 2], [\"a\", 2]]}", "is not there"),
    ("{\"removals\": [[\"a\", 1]]}", "model.merges[0]"),
  ])
  func `what is left out is checked`(member: String, reason: String) throws {
    func file(_ member: String) -> [UInt8] {
      Array(
        """
        {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "abb": 2},
        "merges": [["a", "b"], ["ab", "b"]]}, "pre_tokenizer": {"type": "ByteLevel"},
        "bpedrop": \(member)}
        """.utf8
      )
    }
    let tokens = try Tokenizer(json: file("{\"removals\": [[\"ab\", 2]]}")).encode("aabbab")
    #expect(tokens.map(\.rawValue) == [0, 2, 0, 1])
    let error = #expect(throws: InvalidData.self) { try Tokenizer(json: file(member)) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func `a file that makes and removes a token without end is refused with a sentence`() throws
  {
    let rounds = 100_000
    let merges = [String](repeating: "[\"a\", \"b\"]", count: rounds).joined(separator: ", ")
    let removals = (1...rounds).map { "[\"ab\", \($0)]" }.joined(separator: ", ")
    let file = """
      {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": [\(merges)]},
      "pre_tokenizer": {"type": "ByteLevel"}, "bpedrop": {"removals": [\(removals)]}}
      """
    var encoder = TokenizerEncoder(try Tokenizer(json: Array(file.utf8)))
    #expect(try encoder.encode(Array("bbaa".utf8)).ids == [1, 1, 0, 0])
    for wantsOffsets in [false, true] {
      for rate in [0, 0.1] {
        var options = EncodingOptions()
        options.wantsOffsets = wantsOffsets
        options.noise = SegmentationNoise(rate: try #require(DropoutRate(rate)), seed: 1)
        let error = #expect(throws: InvalidData.self) {
          try encoder.encode(Array("abab".utf8), options: options)
        }
        #expect(error?.description.contains("again and again") == true)
      }
    }
  }

  @Test(arguments: methods)
  func `a tokenizer on its way is that of its size`(pruningMethod: BPELearner.PruningMethod) throws
  {
    var counts = WordCounts()
    for (index, word) in ["abcab", "abcd", "bcd", "cdab", "abdc"].enumerated() {
      counts.append(Array(word.utf8), occurrences: UInt64(9 + index))
    }
    var recipe = TokenizerRecipe(normalizer: .none)
    recipe.law = .subwordNMT
    recipe.pruningMethod = pruningMethod
    recipe.vocabularySize = 264
    var last: Tokenizer?
    let learned = try recipe.learn(from: counts) {
      last = try? recipe.tokenizer(at: $0, from: counts)
    }
    #expect(try last?.json() == learned.json())
  }
}
