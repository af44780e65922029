import BytePairEncoding
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct SentencePieceLawTests {
  private typealias Oracle = SentencePieceOracle

  private func model(_ merges: [String]) -> Oracle {
    var model = Oracle()
    model.removesExtraSpaces = false
    model.pieces = [
      .init(Array("<unk>".utf8), 0, .unknown), .init(Array("<x>".utf8), 0, .userDefined),
    ]
    let letters = Set(merges.joined().unicodeScalars.map { Array(String($0).utf8) })
    for letter in (letters.union([Array("\u{2581}".utf8)])).sorted(by: {
      $0.lexicographicallyPrecedes($1)
    }) {
      model.pieces.append(.init(letter, -100, .normal))
    }
    // Pairs of equal score: the leftmost comes first.
    for (rank, merge) in merges.enumerated() {
      model.pieces.append(.init(Array(merge.utf8), -Float(rank / 2), .normal))
    }
    return model
  }

  @Test(arguments: [
    (["ab", "bc", "abc", "▁a"], "abcab", 0.3), (["éa", "aé", "éaé", "▁é"], "éaéa", 0.5),
    (["中b", "b中", "b中b"], "b<x>b中b", 0.4), (["aa", "aaa", "aaaa"], "aaaaa", 0.1),
    (["😀😀", "▁😀"], "😀😀zz😀", 0.7),
  ])
  func `SentencePiece's law drops merges of characters, each once`(
    merges: [String],
    text: String,
    rate: Double
  ) throws {
    let oracle = model(merges)
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(oracle))
    let law = Chance.law { chance in
      oracle.ids(Array(text.utf8)) { !chance.happens(rate) }.map { TokenID($0) }
    }
    #expect(abs(law.values.reduce(0, +) - 1) < 1e-9)
    var options = EncodingOptions()
    options.noise = SegmentationNoise(rate: dropoutRate(rate), law: .sentencepiece, seed: 3)
    var encoder = TokenizerEncoder(tokenizer, cacheCapacity: 1 << 12)
    var counts: [[TokenID]: Int] = [:]
    for number in 0..<20_000 as Range<UInt64> {
      let encoded = try encoder.encode(Array(text.utf8), number: number, options: options)
      counts[encoded.tokens, default: 0] += 1
    }
    let test = LawTest(counts, law: law)
    #expect(test.passes, "\(test)")
  }

  @Test(arguments: [SegmentationNoise.Law.paper, .sentencepiece])
  func `at rate 1 text is characters, and symbols stay`(law: SegmentationNoise.Law) throws {
    let oracle = model(["éa", "aé", "éaé"])
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(oracle))
    let noise = SegmentationNoise(rate: dropoutRate(1), law: law, seed: 1)
    let tokens = try tokenizer.encode("éaé<x>éa", noise: noise)
    #expect(tokens.map { tokenizer.piece(of: $0) } == ["▁", "é", "a", "é", "<x>", "é", "a"])
    let plain = SegmentationNoise(rate: dropoutRate(0), law: law)
    #expect(try tokenizer.encode("éaéa", noise: plain) == tokenizer.encode("éaéa"))
  }

  @Test func `other laws are refused`() throws {
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceSample.file(model(["ab"])))
    for law in SegmentationNoise.Law.allCases where law != .paper && law != .sentencepiece {
      #expect(throws: (any Error).self) {
        try tokenizer.encode("ab", noise: SegmentationNoise(rate: dropoutRate(0.5), law: law))
      }
    }
  }
}
