import BytePairEncoding
import Diagnostics
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite struct ConversionTests {
  /// A tokenizer of each kind, by a name.
  private static func samples(_ seed: UInt64) throws -> [(name: String, tokenizer: Tokenizer)] {
    let folder = try TemporaryFolder()
    var text = NastyText(seed: seed)
    var samples: [(String, Tokenizer)] = []
    for isGlued in [true, false] {
      var rules = SubwordNMTTests.codes(&text, isGlued: isGlued)
      rules.append([Array("q".utf8), Array((isGlued ? "r</w>" : "</w>").utf8)])
      let file = SubwordNMTTests.file(rules, isGlued: isGlued)
      samples.append(
        ("codes, glued \(isGlued)", try Tokenizer(contentsOf: folder.put("codes", file)))
      )
      guard isGlued else { continue }
      let counted = SubwordNMTTests.file(rules, isGlued: true, counts: true)
      samples.append(("fastBPE", try Tokenizer(contentsOf: folder.put("counted", counted))))
    }
    let model = try randomModel(&text, alphabet: Array("abc é".utf8), merges: 40)
    let special = AddedToken(id: TokenID(model.vocabulary.count), content: Array("<|end|>".utf8))
    for (name, pattern) in [("gpt2", PreTokenizer.gpt2), ("cl100k", .cl100k)] {
      samples.append(
        (name, Tokenizer(normalizer: .none, preTokenizer: pattern, model: model))
      )
      samples.append(
        (
          "\(name), special",
          Tokenizer(
            normalizer: TextNormalizer([.nfc]),
            preTokenizer: pattern,
            model: model,
            addedTokens: [special]
          )
        )
      )
    }
    samples.append(
      (
        "ranks",
        Tokenizer(
          normalizer: .none,
          preTokenizer: .o200k,
          model: try BPEModel(ranks: model.vocabulary)
        )
      )
    )
    samples.append(("GGUF", try Tokenizer(contentsOf: folder.put("g", GGUFBuilder.gpt2().bytes))))
    samples.append(
      ("minbpe", try Tokenizer(contentsOf: folder.put("m", "minbpe v1\n\n0\n97 98\n256 99\n")))
    )
    samples.append(
      (
        "YouTokenToMe",
        try Tokenizer(contentsOf: folder.put("y", "2 1\n9601 4\n97 5\n4 5 7\n1 0 2 3\n"))
      )
    )
    return samples
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `what is said to lose nothing encodes alike, and comes back the same`(seed: UInt64) throws {
    var exact: Set<String> = []
    for (name, source) in try Self.samples(seed) {
      for target in TokenizerConversion.targets {
        guard let there = try? TokenizerConversion(source, to: target) else { continue }
        guard there.losses.isEmpty else { continue }
        exact.insert("\(name) to \(target)")
        let check = try ConversionCheck(source, there.result, count: 60, seed: seed)
        #expect(check.otherCuts == 0 && check.otherIDs == 0, "\(name) to \(target)")
        for back in TokenizerConversion.targets {
          guard let first = try? TokenizerConversion(source, to: back), first.losses.isEmpty else {
            continue
          }
          let again = try TokenizerConversion(there.result, to: back)
          #expect(again.losses.isEmpty, "\(name) to \(target) to \(back): \(again.losses)")
          // A tokenizer.json lists added tokens in the vocabulary, and an image keeps what it is
          // made of: there the tokenizers are the same, not the bytes.
          #expect(
            back == "bpedrop"
              ? again.result.digest == first.result.digest
              : again.files.map(\.bytes) == first.files.map(\.bytes),
            "\(name) to \(target) to \(back)"
          )
        }
      }
    }
    for expected in [
      "codes, glued true to subword-nmt", "codes, glued true to tokenizer.json",
      "codes, glued false to subword-nmt", "fastBPE to fastbpe", "fastBPE to tokenizer.json",
      "gpt2 to tokenizer.json", "gpt2, special to tokenizer.json", "cl100k to tokenizer.json",
      "GGUF to tokenizer.json", "minbpe to tokenizer.json", "GGUF to bpedrop", "ranks to bpedrop",
    ] {
      #expect(exact.contains(expected), "\(expected)")
    }
  }

  @Test func `what a target cannot hold is listed`() throws {
    let samples = try Self.samples(1)
    func losses(_ name: String, _ target: String) throws -> String {
      let sample = try #require(samples.first { $0.name == name })
      return try TokenizerConversion(sample.tokenizer, to: target).losses.joined(separator: "; ")
    }
    #expect(try losses("gpt2", "tiktoken").contains("the pattern"))
    #expect(try losses("gpt2", "tiktoken").contains("the law of BPE-dropout"))
    #expect(try losses("ranks", "vocab.json").contains("the law of BPE-dropout"))
    #expect(try losses("ranks", "vocab.json").contains("'o200k' becomes 'gpt2'"))
    #expect(try losses("cl100k, special", "vocab.json").contains("the normaliser"))
    #expect(try losses("gpt2, special", "tiktoken").contains("added tokens: 1, '<|end|>'"))
    #expect(try losses("fastBPE", "subword-nmt").contains("'fastbpe' becomes 'subword-nmt'"))
    for (name, target, reason) in [
      ("gpt2", "subword-nmt", "byte-level BPE"), ("codes, glued true", "tiktoken", "characters"),
      ("codes, glued false", "fastbpe", "symbol of its own"), ("gpt2", "gguf", "no format"),
      ("codes, glued false", "tokenizer.json", "no form"),
      ("YouTokenToMe", "vocab.json", "no form"),
    ] {
      let error = #expect(throws: InvalidData.self) { try losses(name, target) }
      #expect(error?.message.contains(reason) == true, "\(name) to \(target)")
    }
  }

  @Test func `a table of ranks is written by ids, or by merges where ids do not ascend`() throws {
    var vocabulary = Vocabulary()
    for token in ["ab", "a", "b", "abb", "c"] { vocabulary.append(Array(token.utf8)) }
    let ids = { (text: String) in vocabulary.id(of: Array(text.utf8)) ?? TokenID(0) }
    let model = try BPEModel(
      vocabulary: vocabulary,
      merges: [
        Merge(left: ids("a"), right: ids("b"), product: ids("ab")),
        Merge(left: ids("ab"), right: ids("b"), product: ids("abb")),
      ]
    )
    let tokenizer = Tokenizer(normalizer: .none, preTokenizer: .gpt2, model: model)
    let kept = try TokenizerConversion(tokenizer, to: "tiktoken")
    #expect(kept.files[0].bytes.starts(with: "YWI= 0\nYQ== 1\n".utf8))
    let turned = Tokenizer(
      normalizer: .none,
      preTokenizer: .gpt2,
      model: try BPEModel(vocabulary: vocabulary, merges: Array(model.merges.merges.reversed()))
    )
    let ranked = try TokenizerConversion(turned, to: "tiktoken")
    #expect(ranked.files[0].bytes.starts(with: "YQ== 0\nYg== 1\nYw== 2\nYWJi 3\nYWI= 4\n".utf8))
    #expect(ranked.losses.contains { $0.hasPrefix("ids: 4 of 5") })
  }

  @Test func `ids of the same bytes have no form in an object`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("m", "minbpe v1\n\n0\n97 98\n98 99\n256 99\n97 257\n")
    let tokenizer = try Tokenizer(contentsOf: path)
    for target in ["tokenizer.json", "vocab.json", "tiktoken"] {
      #expect(throws: InvalidData.self) { try TokenizerConversion(tokenizer, to: target) }
    }
  }

  @Test func `a check counts and shows what differs`() throws {
    let samples = try Self.samples(2)
    let cut = try #require(samples.first { $0.name == "gpt2" }).tokenizer
    let other = try #require(samples.first { $0.name == "ranks" }).tokenizer
    let check = try ConversionCheck(cut, other, count: 200, seed: 0)
    #expect(check.otherCuts > 0 && check.otherIDs > 0 && check.examples.count == 3)
    #expect(check.examples.allSatisfy { $0.pieces[0] != $0.pieces[1] })
    let again = try ConversionCheck(cut, other, count: 200, seed: 0)
    #expect(again.otherCuts == check.otherCuts && again.examples[0].text == check.examples[0].text)
    let seeded = try ConversionCheck(cut, other, count: 200, seed: 1)
    #expect(seeded.examples[0].text != check.examples[0].text)
  }
}
