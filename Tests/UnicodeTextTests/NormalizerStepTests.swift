import Testing
import UnicodeText

/// A step, a text, what Hugging Face tokenizers 0.23 makes of it, and for each character of that its
/// range of characters in the text.
private struct Example: Sendable {
  let step: [TextNormalizer.Step]
  let text: String
  let result: String
  let offsets: [ClosedRange<Int>]

  init(
    _ step: [TextNormalizer.Step],
    _ text: String,
    _ result: String,
    _ offsets: [ClosedRange<Int>]
  ) {
    (self.step, self.text, self.result, self.offsets) = (step, text, result, offsets)
  }
}

private func replace(_ literal: String, _ content: String) -> TextNormalizer.Step {
  .replace(.literal(literal), with: content)
}

private func replace(regex: String, _ content: String) -> TextNormalizer.Step {
  .replace(.regex(regex), with: content)
}

private let bert = TextNormalizer.Step.bert(TextNormalizer.BertCleaning())

/// Ranges are closed over the bounds: 0...1 is the first character.
private let examples: [Example] = [
  Example([replace("ab", "x")], "zabz", "zxz", [0...1, 2...3, 3...4]),
  Example([replace("a", "xyz")], "zaz", "zxyzz", [0...1, 1...2, 1...2, 1...2, 2...3]),
  Example([replace("a", "")], "zaaz", "zz", [0...1, 3...4]),
  Example([replace("a", "")], "az", "z", [1...2]),
  Example([replace("é", "ee")], "zéz", "zeez", [0...1, 1...2, 1...2, 2...3]),
  Example([replace("abc", "xy")], "zabcz", "zxyz", [0...1, 3...4, 3...4, 4...5]),
  Example([replace("aa", "b")], "aaa", "ba", [1...2, 2...3]),
  Example([replace("", "-")], "ab", "-a-b-", [0...0, 0...1, 0...1, 1...2, 1...2]),
  Example([replace(regex: "x*", "-")], "axxb", "-a-b-", [0...0, 0...1, 2...3, 3...4, 3...4]),
  Example([replace(regex: "x*", "-")], "xx", "-", [1...2]),
  Example([replace(regex: "(?=b)", "_")], "ab", "a_b", [0...1, 0...1, 1...2]),
  Example([replace(regex: "(?=b)", "_")], "b", "_b", [0...0, 0...1]),
  Example([replace(regex: "^", "XY")], "ab", "XYab", [0...0, 0...0, 0...1, 1...2]),
  Example([replace(regex: "$", "XY")], "ab", "abXY", [0...1, 1...2, 1...2, 1...2]),
  Example([replace(regex: "(a)", "$1")], "a", "$1", [0...1, 0...1]),
  Example([.prepend("▁")], "ab", "▁ab", [0...1, 0...1, 1...2]),
  Example([.prepend("▁")], " ", "▁ ", [0...1, 0...1]),
  Example([.prepend("xyz")], "é", "xyzé", [0...1, 0...1, 0...1, 0...1]),
  Example([.prepend("▁")], "", "", []),
  Example([.prepend("▁"), replace(" ", "▁")], "a b", "▁a▁b", [0...1, 0...1, 1...2, 2...3]),
  Example([.prepend("▁"), replace(" ", "▁")], " ", "▁▁", [0...1, 0...1]),
  Example([replace("a", ""), .prepend("x")], "ab", "xb", [1...2, 1...2]),
  Example([replace("a", ""), replace("", "-")], "ab", "-b-", [0...0, 1...2, 1...2]),
  Example(
    [.strip(left: true, right: false)],
    "  a b  ",
    "a b  ",
    [2...3, 3...4, 4...5, 5...6, 6...7]
  ),
  Example([.strip(left: false, right: true)], "  a ", "  a", [0...1, 1...2, 2...3]),
  Example([.strip(left: true, right: true)], " \u{2028}\u{200B} ", "\u{200B}", [2...3]),
  Example([.strip(left: true, right: true)], " \t ", "", []),
  Example([.nmt], "a\u{1}b", "ab", [0...1, 2...3]),
  Example([.nmt], "a\u{200B}▁b", "a  b", [0...1, 1...2, 2...3, 3...4]),
  Example([bert], "É中", "e 中 ", [0...1, 1...2, 1...2, 1...2]),
  Example([bert], "\u{0}a\u{A0}\u{85}b", "a b", [1...2, 2...3, 4...5]),
  Example([bert], " \t", "  ", [0...1, 1...2]),
  Example([.byteLevel], "a é", "aĠÃ©", [0...1, 1...2, 2...3, 2...3]),
  Example([.byteLevel, .prepend("x")], "é", "xÃ©", [0...1, 0...1, 0...1]),
  Example([.nfd, .stripAccents], "a\u{301}\u{323}b", "ab", [0...1, 3...4]),
]

@Suite struct NormalizerStepTests {
  @Test(arguments: examples.indices)
  func `results and offsets are those of Hugging Face`(index: Int) throws {
    let example = examples[index]
    let text = Array(example.text.utf8)
    let normalizer = TextNormalizer(example.step)
    let normalized = try normalizer.normalize(text)
    let bytes = normalized?.bytes ?? text
    #expect(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.elementsEqual(
        example.result.unicodeScalars
      )
    )
    let places = UTF8Text.characters(of: text).map(\.lowerBound) + [text.count]
    let offsets = UTF8Text.characters(of: bytes).map { character in
      let range = normalized?.offsets.originalRange(of: character, byCharacters: true) ?? character
      return [range.lowerBound, range.upperBound].compactMap { places.firstIndex(of: $0) }
    }
    #expect(offsets == example.offsets.map { [$0.lowerBound, $0.upperBound] })
    let untracked = try text.withUnsafeBufferPointer {
      try normalizer.normalize($0, tracksOffsets: false)
    }
    #expect(untracked?.bytes ?? text == bytes)
  }

  @Test(arguments: [
    ("strip-accents", [0x300, 0x8D4, 0x1CF2, 0x1885], [0x8CA, 0x111C9, 0x1ABF, 0x2B]),
    ("bert", [0x1734, 0x300, 0x200B, 0xFFFD, 0xE000], [0x1885, 0x8D4, 0x890, 0x378]),
  ])
  func `categories are those of the peer's version of Unicode`(
    name: String,
    removed: [UInt32],
    kept: [UInt32]
  ) throws {
    let normalizer = try #require(TextNormalizer(name: name))
    for (scalars, isKept) in [(removed, false), (kept, true)] {
      for value in scalars {
        let scalar = try #require(Unicode.Scalar(value))
        let result = try normalizer.normalize(Array("x\(Character(scalar))y".utf8))
        #expect((result == nil) == isKept, "U+\(String(value, radix: 16))")
      }
    }
  }
}
