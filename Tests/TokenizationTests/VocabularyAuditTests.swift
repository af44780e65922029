import BytePairEncoding
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

/// All strings over an alphabet, from one letter to so many.
private func strings(_ alphabet: [[UInt8]], upTo length: Int) -> [[UInt8]] {
  var all: [[UInt8]] = []
  var last: [[UInt8]] = [[]]
  for _ in 0..<length {
    last = last.flatMap { string in alphabet.map { string + $0 } }
    all += last
  }
  return all
}

/// Plain BPE, word for word as it is defined.
///
/// The lowest rank, the leftmost pair, until none is left; of several rules for one pair the last
/// counts.
private struct PlainBPE {
  let model: BPEModel
  private var ranks: [[TokenID]: Int] = [:]
  private(set) var applied: Set<Int> = []
  private(set) var made: Set<TokenID> = []

  init(_ model: BPEModel) {
    self.model = model
    for (rank, rule) in model.merges.merges.enumerated() { ranks[[rule.left, rule.right]] = rank }
  }

  mutating func encode(_ word: [UInt8]) {
    var tokens = word.compactMap { model.vocabulary.id(of: [$0]) }
    while true {
      let candidates = tokens.indices.dropLast().compactMap { place in
        ranks[[tokens[place], tokens[place + 1]]].map { (rank: $0, place: place) }
      }
      guard let best = candidates.min(by: { $0 < $1 }) else { break }
      applied.insert(best.rank)
      let product = model.merges.merges[best.rank].product
      tokens.replaceSubrange(best.place...best.place + 1, with: [product])
    }
    made.formUnion(tokens)
  }
}

private func audit(
  _ model: any WordModel,
  normalizer: TextNormalizer = .none,
  preTokenizer: PreTokenizer = .none,
  added: [AddedToken] = []
) throws -> VocabularyAudit {
  try VocabularyAudit(
    Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      model: model,
      addedTokens: added
    )
  )
}

private func vocabulary(_ tokens: [[UInt8]]) -> Vocabulary {
  var vocabulary = Vocabulary()
  for token in tokens { vocabulary.append(token) }
  return vocabulary
}

@Suite struct VocabularyAuditTests {
  @Test func `unmade tokens and dead merges are those of no string of up to eight bytes`() throws {
    var text = NastyText(seed: 71)
    var (unmade, dead) = (0, 0)
    let words = strings([[97], [98]], upTo: 8)
    for _ in 0..<60 {
      let model = try randomModel(&text, alphabet: [97, 98], merges: 12, longest: 5)
      var plain = PlainBPE(model)
      for byte in UInt8.min...UInt8.max { plain.encode([byte]) }
      for word in words { plain.encode(word) }
      let found = try audit(model)
      #expect(found.isProof && found.mergeCount == model.merges.merges.count)
      #expect(Set(found.neverMade.map(\.id)) == Set(tokenIDs(of: model)).subtracting(plain.made))
      let ranks = model.merges.merges.indices.filter { !plain.applied.contains($0) }
      #expect(found.deadMerges.map(\.rank) == ranks)
      unmade += found.neverMade.count
      dead += found.deadMerges.count
      let whole = try BPEModel(
        vocabulary: model.vocabulary,
        merges: model.merges.merges,
        ignoresMerges: true
      )
      let taken = try audit(whole)
      #expect(taken.neverMade.isEmpty && taken.deadMerges == found.deadMerges)
    }
    #expect(unmade > 40 && dead > 80)
  }

  @Test func `with marks, byte fallback and unknown characters, too`() throws {
    var text = NastyText(seed: 72)
    let words = strings([[97], [98], Array("é".utf8), Array("中".utf8), [0xFF]], upTo: 5)
    var unmade = 0
    for round in 0..<96 {
      let (model, marks) = try randomCharacterModel(&text, round)
      let models: [any WordModel] =
        try marks == 0 && !model.settings.ignoresMerges
        ? [model, MarkedModel(model, mark: [97])] : [model]
      for model in models {
        // The words below have not all bytes, and none of them is <unk>.
        func isLetters(_ id: TokenID) -> Bool { model.vocabulary.bytes(of: id).first != 0x3C }
        let made = try seen(model, words)
        let ids = try audit(model).neverMade.map(\.id).filter(isLetters)
        #expect(
          Set(ids) == Set(tokenIDs(of: model).filter(isLetters)).subtracting(made),
          "round \(round)"
        )
        unmade += ids.count
      }
    }
    #expect(unmade > 25)
  }

  @Test func `each reason`() throws {
    let model = try toyModel("a-b ab-c b-c a-bc x-y xy-z w-xyz")
    let found = try audit(model)
    #expect(found.neverMade.isEmpty)
    #expect(found.deadMerges.map(\.rank) == [3])
    #expect(found.deadMerges.map(\.reason) == [.preempted])
    #expect(found.deadMerges.map { $0.left + " " + $0.right } == ["a bc"])

    // abc is taken by ab, so nothing makes bc + c; foo has no merge; the é lacks a byte.
    let rules = [("a", "b"), ("b", "c"), ("a", "bc"), ("abc", "d")]
    var tokens = vocabulary(["a", "b", "c", "d", "f", "o"].map { Array($0.utf8) })
    let merges = rules.map { left, right in
      Merge(
        left: tokens.append(Array(left.utf8)),
        right: tokens.append(Array(right.utf8)),
        product: tokens.append(Array((left + right).utf8))
      )
    }
    for token in ["foo", "oé", "?"] { tokens.append(Array(token.utf8)) }
    let partial = try BPEModel(vocabulary: tokens, merges: merges, unknown: tokens.id(of: [63]))
    let reasons = try audit(partial).neverMade.map {
      (String(decoding: tokens.bytes(of: $0.id), as: UTF8.self), $0.reason)
    }
    #expect(reasons.map(\.0) == ["abc", "abcd", "foo", "oé"])
    #expect(reasons.map(\.1) == [.preempted, .unmadePart, .noMerge, .outsideAlphabet])
    #expect(try audit(partial).deadMerges.map(\.reason) == [.preempted, .unmadePart])
  }

  @Test func `stages before the model`() throws {
    let model = try toyModel("a-b \\20-ab ab-\\20 A-b e-\\CC e\\CC-\\81 1-2 \\20-\\20")
    func found(_ audit: VocabularyAudit) -> [String: VocabularyAudit.Reason] {
      Dictionary(
        uniqueKeysWithValues: audit.neverMade.map {
          (String(decoding: model.vocabulary.bytes(of: $0.id), as: UTF8.self), $0.reason)
        }
      )
    }
    #expect(found(try audit(model, preTokenizer: .gpt2)) == ["ab ": .cut, "e\u{301}": .cut])
    let lower = try audit(model, normalizer: TextNormalizer([.nfc, .lowercase]))
    #expect(found(lower)["Ab"] == .normalized && found(lower)["e\u{301}"] == .normalized)
    // The alphabet's 26 capitals, Ab, and the decomposed é.
    #expect(lower.unnormalized.count == 28)
    let added = AddedToken(id: TokenID(300), content: Array("  ".utf8), isSpecial: false)
    #expect(found(try audit(model, added: [added])) == ["  ": .addedToken])
    let special = AddedToken(id: TokenID(300), content: Array("  ".utf8))
    #expect(try audit(model, added: [special]).neverMade.isEmpty)

    // A whole pre-token is enough where merges are ignored, and nothing less.
    let ranks = try BPEModel(
      ranks: vocabulary(
        (UInt8.min...UInt8.max).map { [$0] } + ["hello", "a b"].map { Array($0.utf8) }
      )
    )
    #expect(try audit(ranks).neverMade.isEmpty && audit(ranks).mergeCount == nil)
    let cut = try audit(ranks, preTokenizer: .gpt2).neverMade
    #expect(cut.map(\.id) == [TokenID(257)] && cut.map(\.reason) == [.cut])
  }

  @Test func `parts of characters, and bytes of no text`() throws {
    let tokens: [[UInt8]] = [
      [0xC3], [0xC0], [0xE4, 0xB8], [97, 0xC3], [0xA9, 98], [0x80, 0x80, 0x80, 0x80], [0xE0, 0x80],
      [0xF4, 0x90], [0xED, 0xA0], [0xFF, 97], [0xC3, 0xA9], [0xF0, 0x9F, 0x98], [97, 0xC3, 98],
    ]
    let found = try audit(
      UnitModel(unit: .word, vocabulary: vocabulary(tokens), unknown: nil, reserved: [])
    )
    #expect(found.torn.map(\.index) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12])
    #expect(found.broken.map(\.index) == [1, 5, 6, 7, 8, 9, 12])
    #expect(found.neverMade.isEmpty && found.mergeCount == nil && found.missingBytes == nil)
    #expect(found.byLength.first == TokenID(5) && found.byLength.last == TokenID(1))
  }

  @Test func `nothing, one token, and units`() throws {
    let empty = try audit(try BPEModel(vocabulary: Vocabulary(), merges: []))
    #expect(empty.tokenCount == 0 && empty.neverMade.isEmpty && empty.missingBytes?.count == 256)
    #expect(empty.scripts.allSatisfy { $0.lost == $0.characters && $0.tokens == 0 })
    let one = try audit(try BPEModel(vocabulary: vocabulary([[97]]), merges: []))
    #expect(one.tokenCount == 1 && one.neverMade.isEmpty)
    #expect(one.scripts.first?.script == "Latin" && one.scripts.first?.single == 1)
    var gap = vocabulary([[97], []])
    gap.appendGap()
    let gaps = try audit(try BPEModel(vocabulary: gap, merges: []))
    #expect(gaps.tokenCount == 2 && gaps.neverMade.map(\.id) == [TokenID(1)])
    let units = vocabulary([[97], [98], Array("ab".utf8), Array("<unk>".utf8)])
    for unit in [UnitModel.Unit.word, .character] {
      let model = UnitModel(unit: unit, vocabulary: units, unknown: TokenID(3), reserved: [])
      let never = try audit(model).neverMade.map(\.id)
      #expect(never == (unit == .word ? [] : [TokenID(2)]))
    }
  }

  @Test func `added tokens`() throws {
    let model = try toyModel("a-b b-c")
    func added(_ id: Int, _ text: String, normalized: Bool = false) -> AddedToken {
      var matching = AddedToken.Matching()
      matching.isNormalized = normalized
      return AddedToken(id: TokenID(id), content: Array(text.utf8), matching: matching)
    }
    let found = try audit(
      model,
      normalizer: TextNormalizer([.lowercase]),
      added: [
        added(256, "ab"), added(257, "zz"), added(300, "bc"), added(301, "<A>", normalized: true),
        added(302, "xabx"), added(303, "xzq"), added(304, String(repeating: "z", count: 99)),
      ]
    ).addedTokens
    #expect(found.alsoInModel == [TokenID(256)] && found.takenID == [TokenID(257)])
    #expect(found.otherID == [TokenID(300): TokenID(257)] && found.notCompared == 1)
    #expect(found.normalized == [TokenID(301)])
    #expect(found.overlaps.map(\.first.index) == [256, 302, 302])
    #expect(found.overlaps.map(\.second.index) == [300, 256, 303])
    #expect(found.overlaps.map(\.isInside) == [false, true, false])
  }

  @Test func `models of others need more than their own tokens`() throws {
    var recipe = TokenizerRecipe(normalizer: .none)
    recipe.vocabularySize = 300
    recipe.law = .bytes
    recipe.pruningMethod = .scaffold
    let tokenizer = try learnedTokenizer(recipe, from: sampleText)
    let found = try VocabularyAudit(tokenizer)
    #expect(found.isProof == !(tokenizer.model is PrunedModel))
  }

  @Test func `what texts become is made`() throws {
    let files = [
      "tokenizers-in-the-wild/phi-3.json", "tokenizers-in-the-wild/whisper-tiny.json",
    ].compactMap { SharedData.path($0) }
    for path in ["\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"] + files {
      let tokenizer = try Tokenizer(contentsOf: path)
      let never = Set(try VocabularyAudit(tokenizer).neverMade.map(\.id))
      var text = NastyText(seed: 73)
      var encoder = TokenizerEncoder(tokenizer)
      for _ in 0..<20_000 {
        let tokens = try encoder.encode(text.next(isValid: false)).tokens
        #expect(never.isDisjoint(with: tokens))
      }
    }
  }

  @Test(arguments: [
    ("vocabs/gpt2-hf/gpt2_tokenizer.json", 0, 0, 344),
    ("tokenizers-in-the-wild/phi-3.json", 96, 31_637, 128),
    ("tokenizers-in-the-wild/roberta-base.json", 4, 0, 344),
  ])
  func `published tokenizers`(name: String, unmade: Int, dead: Int, torn: Int) throws {
    guard let path = SharedData.path(name) else {
      print("skipped: \(SharedData.folder)/\(name) is missing")
      return
    }
    let found = try VocabularyAudit(Tokenizer(contentsOf: path))
    #expect(found.neverMade.count == unmade && found.deadMerges.count == dead)
    // The bytes C0, C1 and F5 to FF are in no UTF-8.
    #expect(found.torn.count == torn && found.broken.count == 13)
    #expect(found.scripts.allSatisfy { $0.lost == 0 })
  }
}
