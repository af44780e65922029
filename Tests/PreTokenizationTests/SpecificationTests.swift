import Glibc
import Noise
import PreTokenization
import TestSupport
import Testing
import UnicodeText

/// What cuts a text into ranges.
private protocol Cutter {
  func cut(_ text: [UInt8]) throws -> [Range<Int>]
}

/// As a pre-tokeniser does, without its marking.
private final class ScannerCutter: Cutter {
  private var scanner: PreTokenScanner
  private var batch = PreTokenBuffer()

  init(_ preTokenizer: PreTokenizer) { scanner = PreTokenScanner(preTokenizer) }

  func cut(_ text: [UInt8]) throws -> [Range<Int>] {
    try text.withUnsafeBufferPointer { bytes in
      var pieces: [Range<Int>] = []
      try scanner.start(bytes)
      repeat {
        scanner.fill(&batch, from: bytes)
        for index in 0..<batch.count { pieces.append(batch[index]) }
      } while batch.count > 0
      return pieces
    }
  }
}

/// ICU's stretches, where a single space belongs to the word behind it.
private struct WordCutter: Cutter {
  let breaker: TextBreaker

  func cut(_ text: [UInt8]) throws -> [Range<Int>] {
    var ends = [0]
    try text.withUnsafeBufferPointer { try breaker.appendBoundaries(of: $0, to: &ends) }
    var stretches = zip(ends, ends.dropFirst()).map { $0..<$1 }
    for index in stretches.indices.dropLast().reversed() {
      let next = stretches[index + 1]
      let first = String(decoding: text[next], as: UTF8.self).unicodeScalars.first
      guard text[stretches[index]] == [0x20], first?.properties.isWhitespace == false else {
        continue
      }
      stretches[index] = stretches[index].lowerBound..<next.upperBound
      stretches.remove(at: index + 1)
    }
    return stretches
  }
}

/// Every pre-tokeniser against a specification of its own: its regular expression under the general
/// engine, or what its documentation says.
///
/// `BPEDROP_EXHAUSTIVE=1` takes a million strings for each, and everything around every block border.
@Suite struct SpecificationTests {
  private static let isExhaustive = getenv("BPEDROP_EXHAUSTIVE") != nil

  private static let punctuation = #"[\p{P}$+<=>^`|~]"#

  /// The names of all of them, and the regular expressions of those that are no pattern's text.
  private static let names = [
    "gpt2", "cl100k", "o200k", "llama3", "qwen2", "deepseek-v3", "whitespace", "whitespace-split",
    "digits", "single-digits", "punctuation", "bert", "metaspace", "icu-words",
  ]

  private static func specification(of name: String) throws -> any Cutter {
    func splits(_ rules: (String, SplitRule.Behavior)...) throws -> any Cutter {
      ScannerCutter(PreTokenizer(try rules.map { .split(try SplitRule(.regex($0.0), $0.1)) }))
    }
    switch name {
    case "gpt2":
      return try splits(
        (
          #"(?:'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"#,
          .isolated
        )
      )
    case "whitespace":
      let word = #"\w\x{200C}\x{200D}"#
      let rule = try SplitRule(.regex("[\(word)]+|[^\(word)\\s]+"), .removed, isInverted: true)
      return ScannerCutter(PreTokenizer([.split(rule)]))
    case "whitespace-split": return try splits((#"\s"#, .removed))
    case "digits": return try splits((#"\p{N}"#, .contiguous))
    case "single-digits": return try splits((#"\p{N}"#, .isolated))
    case "punctuation": return try splits((punctuation, .isolated))
    case "bert": return try splits((#"\s"#, .removed), (punctuation, .isolated))
    case "metaspace": return try splits(("(?=\u{2581})", .isolated))
    case "icu-words": return WordCutter(breaker: try TextBreaker(.words))
    default:
      let stages = try PreTokenizer(name: name).stages.map { stage -> PreTokenizer.Stage in
        guard case .split(let rule) = stage, case .regex(let pattern) = rule.pattern else {
          return stage
        }
        // In parentheses it is no text that is known, so ICU matches it.
        return .split(try SplitRule(.regex("(?:\(pattern))"), rule.behavior))
      }
      return ScannerCutter(PreTokenizer(stages))
    }
  }

  private static let alphabets = [
    "ab ", "a '", "sdmtrevl'SLſ ", "aZ09 !'\n\t", "aé \u{A0}", "я1 .'\u{3000}", "中a。\u{2028} ",
    "ع\u{301}ह\u{93F} 😀", "aA/\r\n .1", "ǅʰª\u{301}aA'", "一ぁァ1½a,$+ ", "_-\u{200C}\u{200D}²a ",
    "\u{2581} a\u{2581}", "ไทยคำ a\u{E33}", "12٣Ⅷ a",
  ].map { Array($0.unicodeScalars) }

  @Test(arguments: names)
  func `random strings over nasty alphabets are cut as specified`(name: String) throws {
    let fast = ScannerCutter(try PreTokenizer(name: name))
    let slow = try Self.specification(of: name)
    var source = NastyText(seed: 74)
    var differing: [String] = []
    let count = Self.isExhaustive ? 1_000_000 : 8000
    for round in 0..<count {
      var text: [UInt8] = []
      if round % 4 == 0 {
        text = source.next(longest: 20)
      } else {
        let alphabet = Self.alphabets[round % Self.alphabets.count]
        // Most are short, some reach over several blocks.
        for _ in 0..<source.number(below: round % 16 == 1 ? 150 : 20) {
          let scalar = alphabet[Int(source.number(below: UInt32(alphabet.count)))]
          text += Array(String(scalar).utf8)
        }
      }
      if try fast.cut(text) != slow.cut(text) {
        differing.append(String(decoding: text, as: UTF8.self))
      }
    }
    #expect(differing.prefix(3) == [])
  }

  @Test(arguments: names)
  func `nothing depends on where a block ends`(name: String) throws {
    let fast = ScannerCutter(try PreTokenizer(name: name))
    let slow = try Self.specification(of: name)
    let middles = [
      "'ll", "'S x", "  ", " \n ", "\r\n/", "\u{3000}\u{3000}x", "\u{A0}", "é", "中ぁ", "😀", "a1!",
      "'ſ", "1234", "क\u{94D}", "aBc", "\u{2581}", "คำ",
    ]
    var differing: [String] = []
    for (number, filler) in ["a", "a ", "! ", "12 ", "я", "中 ", " ", "\n", "'s", "\u{A0}"]
      .enumerated()
    {
      for count in 0...130 {
        let units = Array(filler.unicodeScalars)
        // Bytes, not characters, are what blocks count: up to two ASCII letters shift the rest.
        var front: [UInt8] = []
        for index in 0... {
          let next = Array(String(units[index % units.count]).utf8)
          if front.count + next.count > count { break }
          front += next
        }
        front = Array(repeating: UInt8(ascii: "x"), count: count - front.count) + front
        for (index, middle) in middles.enumerated() {
          let backs = ["", "b", " b", String(repeating: "c", count: 70)]
          for (place, back) in backs.enumerated() {
            if !Self.isExhaustive && (number + count + index + place) % 29 != 0 { continue }
            let text = front + Array(middle.utf8) + Array(back.utf8)
            if try fast.cut(text) != slow.cut(text) {
              differing.append(String(decoding: text, as: UTF8.self))
            }
          }
        }
      }
    }
    #expect(differing.prefix(3) == [])
  }
}
