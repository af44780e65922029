import BytePairEncoding
import Diagnostics
import Files
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats

@Suite struct SubwordNMTTests {
  /// Codes as a learner makes them, over a small alphabet: every part is a character or was made
  /// before, and no product twice.
  static func codes(_ text: inout NastyText, isGlued: Bool, count: Int = 24) -> [[[UInt8]]] {
    let letters = ["a", "b", "c", "é"].map { Array($0.utf8) }
    let ending = Array("</w>".utf8)
    var inside = letters
    var final = isGlued ? letters.map { $0 + ending } : [ending]
    var rules: [[[UInt8]]] = []
    var products: Set<[UInt8]> = []
    for _ in 0..<count {
      let left = inside[Int(text.number(below: UInt32(inside.count)))]
      let isFinal = text.number(below: 2) == 0
      let list = isFinal ? final : inside
      let right = list[Int(text.number(below: UInt32(list.count)))]
      guard left.count + right.count < 20, products.insert(left + right).inserted else { continue }
      if isFinal { final.append(left + right) } else { inside.append(left + right) }
      rules.append([left, right])
    }
    return rules
  }

  static func file(_ rules: [[[UInt8]]], isGlued: Bool, counts: Bool = false) -> [UInt8] {
    let lines = rules.map { $0[0] + [0x20] + $0[1] + Array((counts ? " 7\n" : "\n").utf8) }
    return Array((isGlued && !counts ? "#version: 0.2\n" : "").utf8) + lines.joined()
  }

  private static func word(_ text: inout NastyText) -> [UInt8] {
    let letters = ["a", "b", "c", "é", "x", "\u{FFFF}", "\u{FFFE}", "日"]
    return (0...text.number(below: 12)).flatMap { _ in
      Array(letters[Int(text.number(below: text.number(below: 4) == 0 ? 8 : 4))].utf8)
    }
  }

  /// The texts of the tokens, which the offsets cut out of the word.
  private static func pieces(_ word: [UInt8], _ encoder: inout TokenizerEncoder) throws -> [[UInt8]]
  {
    var options = EncodingOptions()
    options.wantsOffsets = true
    return try encoder.encode(word, options: options).offsets.map { Array(word[$0]) }
  }

  @Test(arguments: [false, true], 0..<40 as Range<UInt64>)
  func `words are cut as the published algorithm cuts them`(isGlued: Bool, seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var text = NastyText(seed: seed)
    let rules = Self.codes(&text, isGlued: isGlued)
    let path = try folder.put("codes", Self.file(rules, isGlued: isGlued))
    // Without the end of a word a file is none of codes.
    guard rules.contains(where: { $0[1].suffix(4) == Array("</w>".utf8)[...] }) else { return }
    let tokenizer = try Tokenizer(contentsOf: path)
    let oracle = LiteralSubwordNMT(rules, isGlued: isGlued)
    // A vocabulary of some of the pieces.
    let spelled = rules.flatMap { [$0[0], $0[1], $0[0] + $0[1]] }
    let allowed = Set(
      spelled.filter { _ in text.number(below: 3) == 0 }.map { symbol -> [UInt8] in
        let isFinal = symbol.suffix(4) == Array("</w>".utf8)[...]
        return isFinal ? symbol.dropLast(4) : symbol + Array("@@".utf8)
      }.filter { !$0.isEmpty }
    )
    let list = allowed.sorted { $0.lexicographicallyPrecedes($1) }
    let vocabulary = try SubwordVocabulary(
      contentsOf: folder.put("vocab", list.flatMap { $0 + Array(" 5\n".utf8) })
    )
    let restricted = LiteralSubwordNMT(rules, isGlued: isGlued, vocabulary: allowed)
    var plain = TokenizerEncoder(tokenizer)
    var limited = TokenizerEncoder(try tokenizer.restricted(to: vocabulary))
    for _ in 0..<60 {
      let word = Self.word(&text)
      #expect(try Self.pieces(word, &plain) == oracle.pieces(of: word))
      #expect(try Self.pieces(word, &limited) == restricted.pieces(of: word))
    }
  }

  @Test func `ids are the unknown token, the characters inside and at the end, and the merges`()
    throws
  {
    let folder = try TemporaryFolder()
    let path = try folder.put("codes", "#version: 0.2\nb a\nba c</w>\n")
    let tokenizer = try Tokenizer(contentsOf: path)
    #expect(
      (0..<9).map { tokenizer.piece(of: TokenID($0)) }
        == ["<unk>", "a", "b", "c", "a</w>", "b</w>", "c</w>", "ba", "bac</w>"]
    )
    #expect(tokenizer.vocabularySize == 9)
    #expect(try tokenizer.encode("bac ba  x").map(\.rawValue) == [8, 2, 4, 0])
    #expect(tokenizer.decode(try tokenizer.encode("bac ba a")) == Array("bac ba a".utf8))
    let old = try Tokenizer(contentsOf: folder.put("old", "b a\nba </w>\n"))
    #expect(
      (0..<7).map { old.piece(of: TokenID($0)) }
        == ["<unk>", "a@@", "b@@", "a", "b", "ba@@", "ba"]
    )
    #expect(try old.encode("ba bab a").map(\.rawValue) == [6, 5, 4, 3])
    #expect(old.decode(try old.encode("ba bab a")) == Array("ba bab a".utf8))
  }

  @Test func `glossaries are never split, and cut the words that hold them`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("codes", "#version: 0.2\nU S\nUS A</w>\n1 9\n")
    let tokenizer = try Tokenizer(contentsOf: path)
    let glossaries = try ["USA", #"\d+"#].map(Glossary.init)
    var encoder = TokenizerEncoder(try tokenizer.restricted(to: nil, glossaries: glossaries))
    #expect(
      try Self.pieces(Array("1934USABUSA".utf8), &encoder).map {
        String(decoding: $0, as: UTF8.self)
      }
        == ["1934", "USA", "B", "USA"]
    )
    for pattern in ["(a)", "(?<x>a)", "(?P<x>a)", "", "("] {
      #expect(throws: InvalidData.self) { try Glossary(pattern) }
    }
    for pattern in ["(?:a)", #"\(a\)"#, "[(]", "(?<=a)b"] { _ = try Glossary(pattern) }
  }

  @Test func `dropout is the paper's, and every piece is made of merges`() throws {
    let folder = try TemporaryFolder()
    for file in ["#version: 0.2\na b\nab a\nab b</w>\n", "a b\nab </w>\n"] {
      let tokenizer = try Tokenizer(contentsOf: folder.put("codes", file))
      let noise = SegmentationNoise(rate: dropoutRate(0.5), seed: 1)
      #expect(tokenizer.model.response(to: noise) == .applied)
      var seen: Set<[TokenID]> = []
      for seed in 0..<40 as Range<UInt64> {
        let noise = SegmentationNoise(rate: dropoutRate(0.5), seed: seed)
        let tokens = try tokenizer.encode("abab", noise: noise)
        #expect(tokenizer.decode(tokens) == Array("abab".utf8))
        seen.insert(tokens)
      }
      #expect(seen.count > 2)
    }
  }

  @Test(arguments: [
    ("#version: 0.3\na b</w>\n", "version"), ("#version: 0.2 byte\na b</w>\n", "byte"),
    ("#version: 0.2\na b</w>\nabc\n", "line 3"), ("#version: 0.2\na b</w>\n\nb c\n", "line 3"),
    ("#version: 0.2\nab c</w>\na b\n", "line 2: 'ab' is used before line 3 makes it"),
    ("#version: 0.2\na</w> b</w>\n", "line 2: '</w>'"), ("#version: 0.2\na </w>\n", "line 2"),
    ("a b</w> 3\na b c\n", "line 2"),
    ("a b</w> 3\na b</w> 3\nc a 1\nb c 1\nbc a 4\nb ca 3\n", "twice"),
  ])
  func `malformed codes are refused with the line`(file: String, reason: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.put("codes", file)
    let error = #expect(throws: InvalidData.self) { try Tokenizer(contentsOf: path) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    #expect(error?.path == path)
  }

  @Test func `a vocabulary is refused with its line, and the id of a line stays`() throws {
    let folder = try TemporaryFolder()
    for text in ["a\n", "a b c\n", "a x\n", "a 1\n\nb 2\n", " 1\n"] {
      #expect(throws: InvalidData.self) {
        try SubwordVocabulary(contentsOf: folder.put("vocab", text))
      }
    }
    let codes = try folder.put("codes", "#version: 0.2\na b</w>\n")
    let vocabulary = try SubwordVocabulary(
      contentsOf: folder.put("vocab", "ab 9\na@@ 3\nb 2\n"),
      threshold: 3
    )
    let tokenizer = try Tokenizer(contentsOf: codes).restricted(to: vocabulary)
    #expect(try tokenizer.encode("ab aab b").map(\.rawValue) == [1, 2, 1, 0])
  }

  @Test func `the reference implementation's corpus`() throws {
    guard let codes = SharedData.path("golden/subword-nmt/bpe.ref"),
      let corpus = SharedData.path("golden/subword-nmt/corpus.en"),
      let expected = SharedData.path("golden/subword-nmt/corpus.bpe.ref.en")
    else {
      print("skipped: \(SharedData.folder)/golden/subword-nmt is missing")
      return
    }
    let tokenizer = try Tokenizer(contentsOf: codes)
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.wantsOffsets = true
    let lines = try Self.lines(corpus)
    let references = try Self.lines(expected)
    #expect(lines.count == references.count && lines.count > 500)
    for (line, reference) in zip(lines, references) {
      let offsets = try encoder.encode(line, options: options).offsets
      var text: [UInt8] = []
      for (index, range) in offsets.enumerated() {
        if index > 0 {
          text += Array((offsets[index - 1].upperBound == range.lowerBound ? "@@ " : " ").utf8)
        }
        text += line[range]
      }
      #expect(text == Self.withoutSpaceAtEnds(reference))
    }
  }

  private static func withoutSpaceAtEnds(_ line: [UInt8]) -> [UInt8] {
    Array(line.drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed())
  }

  private static func lines(_ path: String) throws -> [[UInt8]] {
    try InputFile(path).readAll().split(separator: 0x0A).map(Array.init)
  }
}
