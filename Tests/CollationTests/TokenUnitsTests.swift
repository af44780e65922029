import BytePairEncoding
import Collation
import Corpora
import Foundation
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite("Words of a row, in any script")
struct TokenUnitsTests {
  static let scripts = [
    "english", "russian", "greek", "arabic", "hebrew", "hindi", "thai", "chinese", "japanese",
    "korean", "georgian", "armenian",
  ]

  /// The text of a script: the project's own prose.
  private func text(_ script: String) throws -> [UInt8] {
    let path = SharedData.projectFolder + "/corpora/\(script).txt"
    return Array(try #require(FileManager.default.contents(atPath: path)).prefix(12_000))
  }

  /// Where tokens must be together: bytes that lie inside one unit of ICU, or behind one space.
  ///
  /// By the longest way: a set of bytes at which a unit may begin, and every token put to the one
  /// before it unless it begins there, or has nothing but spaces before the beginning of a sentence.
  private func oracle(_ kind: TextBreaker.Kind, _ tokens: [[UInt8]]) throws -> [Range<Int>] {
    var ends: [Int] = []
    let text = tokens.flatMap { $0 }
    try TextBreaker(kind).appendBoundaries(of: text, to: &ends)
    let mayBegin = Set([0] + ends)
    var units: [[Int]] = []
    var texts: [[UInt8]] = []
    var byte = 0
    for (place, token) in tokens.enumerated() {
      let spaces = kind == .sentences ? token.prefix { $0 == 0x20 }.count : 0
      let starts = (byte...byte + min(spaces, max(token.count - 1, 0))).contains {
        mayBegin.contains($0)
      }
      if units.isEmpty || (starts && texts[texts.count - 1] != [0x20]) {
        units.append([place])
        texts.append(token)
      } else {
        units[units.count - 1].append(place)
        texts[texts.count - 1] += token
      }
      byte += token.count
    }
    return units.map { $0[0]..<$0[$0.count - 1] + 1 }
  }

  @Test("units are the oracle's, for plain and sampled segmentations", arguments: scripts)
  func oracle(script: String) throws {
    let path = SharedData.projectFolder + "/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    let classes = TokenClasses(tokenizer)
    let texts = TokenTexts(tokenizer)
    let text = try text(script)
    var encoder = TokenizerEncoder(tokenizer)
    var found = [TextBreaker.Kind.words: TokenUnits(), .sentences: TokenUnits()]
    for (seed, rate) in zip(0..<6 as Range<UInt64>, [0, 0.1, 0.3, 0.6, 0.9, 1]) {
      var options = EncodingOptions()
      if rate > 0 { options.noise = SegmentationNoise(rate: dropoutRate(rate), seed: seed) }
      let ids = try encoder.encode(text, options: options).ids
      let tokens = ids.map { Array(tokenizer.bytes(of: TokenID($0))) }
      for kind in [TextBreaker.Kind.words, .sentences] {
        try found[kind]?.find(kind, of: ids, classes: classes, texts: texts)
        let ranges = try #require(found[kind]).ranges
        let expected = try oracle(kind, tokens)
        #expect(ranges == expected)
        #expect(ranges.count > (kind == .words ? 300 : 10))
      }
    }
  }

  @Test("nearly every sentence of ICU is a unit, whatever the segmentation")
  func sentencesAreKept() throws {
    let path = SharedData.projectFolder + "/vocab/multilingual/tokenizer.json"
    let tokenizer = try Tokenizer(contentsOf: path)
    let text = try text("english")
    var ends: [Int] = []
    try TextBreaker(.sentences).appendBoundaries(of: text, to: &ends)
    var encoder = TokenizerEncoder(tokenizer)
    var units = TokenUnits()
    let ids = try encoder.encode(text, options: EncodingOptions()).ids
    let (classes, texts) = (TokenClasses(tokenizer), TokenTexts(tokenizer))
    try units.find(.sentences, of: ids, classes: classes, texts: texts)
    #expect(units.ranges.count >= ends.count * 9 / 10)
  }

  @Test("a word of ICU is masked whole, and nothing beside it", arguments: scripts)
  func wholeWords(script: String) throws {
    let text = try text(script)
    let tokenizer = try CollationSamples.tokenizer()
    let recipe =
      #"{"objective": "masked", "mask_choice": "words", "mlm_probability": 0.3, "#
      + #""mask_replace_prob": 1, "block_size": 4096, "separator": null, "shuffle": false}"#
    let stream = try BatchStream(
      DocumentStore([text]),
      tokenizer: tokenizer,
      separator: nil,
      collator: CollationRecipe(Array(recipe.utf8)).collator(for: tokenizer)
    )
    let batch = try stream.batch(step: 0, rows: 0..<1)
    let targets = batch.targets(ofRow: 0)
    let ids = zip(batch.inputs(ofRow: 0), targets).map { $1 >= 0 ? UInt32($1) : $0 }
    let tokens = ids.map { Array(tokenizer.bytes(of: TokenID($0))) }
    var (ends, byte, starts) = ([Int](), 0, [Int]())
    for token in tokens {
      starts.append(byte)
      byte += token.count
    }
    try TextBreaker(.words).appendBoundaries(of: tokens.flatMap { $0 }, to: &ends)
    // The last word may go on behind the row.
    var (start, hidden, seen) = (0, 0, 0)
    for end in ends.dropLast() {
      let inside = starts.indices.filter {
        starts[$0] < end && starts[$0] + tokens[$0].count > start
      }
      let chosen = inside.count { targets[$0] >= 0 }
      #expect(chosen == 0 || chosen == inside.count)
      hidden += chosen > 0 ? 1 : 0
      seen += 1
      start = end
    }
    #expect(hidden > 50 && hidden < seen * 9 / 10)
  }

  @Test("no tokens, special tokens between, invalid bytes, an id that there is not")
  func extremes() throws {
    let tokenizer = try CollationSamples.tokenizer()
    let (classes, texts) = (TokenClasses(tokenizer), TokenTexts(tokenizer))
    var units = TokenUnits()
    let ids = { (text: String) in text.utf8.map { UInt32($0) } }
    let cases: [([UInt32], [Range<Int>])] = [
      ([], []), ([400, 400], []), (ids("ab c"), [0..<2, 2..<4]),
      (ids("a") + [400] + ids("b"), [0..<1, 2..<3]), ([0xFF, 0xC3], [0..<1, 1..<2]),
      (ids(" "), [0..<1]), (ids("  a"), [0..<2, 2..<3]), (ids("don't stop"), [0..<5, 5..<10]),
      ([99_999, 97], [1..<2]),
    ]
    for (ids, expected) in cases {
      try units.find(.words, of: ids, classes: classes, texts: texts)
      #expect(units.ranges == expected, "\(ids)")
    }
  }
}
