import CICU
import TestSupport
import Testing
import UnicodeText

extension NastyText {
  fileprivate mutating func index(below bound: Int) -> Int { Int(number(below: UInt32(bound))) }
}

/// Marks of many classes, among them some that decompose, that compose, and of class 1.
private let marks: [Unicode.Scalar] = [
  "\u{300}", "\u{301}", "\u{316}", "\u{327}", "\u{328}", "\u{31B}", "\u{334}", "\u{338}", "\u{340}",
  "\u{341}", "\u{343}", "\u{344}", "\u{345}", "\u{35C}", "\u{360}", "\u{5B0}", "\u{64B}", "\u{651}",
  "\u{670}", "\u{711}", "\u{93C}", "\u{94D}", "\u{E38}", "\u{E48}", "\u{F71}", "\u{F73}", "\u{F75}",
  "\u{F81}", "\u{302A}", "\u{3099}", "\u{309A}", "\u{FB1E}", "\u{1D165}", "\u{1D16D}",
]

/// What may stand around a run and inside of it: starters of all kinds, and what NFKC leaves out.
private let others: [Unicode.Scalar] = [
  "a", "x", "<", "é", "\u{1EAD}", "中", "ﬁ", "\u{1E9B}", "か", "\u{FF76}", "\u{FF9E}", "\u{309B}",
  "\u{1100}",
  "\u{1161}", "\u{11A8}", "가", "\u{9C7}", "\u{9BE}", "\u{9D7}", "\u{AD}", "\u{34F}", "\u{200D}",
  "\u{226E}",
  "\u{FDFA}", "\u{FE70}", "\u{115F}", "\u{1F82}", "\u{212B}", "\u{1109A}", "\u{110BA}",
]

@Suite struct MarkRunsTests {
  /// Runs of up to 700 marks over a few or all kinds, with and without something in between.
  private static func text(_ source: inout NastyText) -> [UInt8] {
    var text = String.UnicodeScalarView()
    for _ in 0..<source.index(below: 3) + 1 {
      for _ in 0..<source.index(below: 4) {
        text.append(others[source.index(below: others.count)])
      }
      let kinds = (0..<source.index(below: 20) + 1).map { _ in
        marks[source.index(below: marks.count)]
      }
      let between = source.index(below: 3) == 0 ? others[source.index(below: others.count)] : nil
      // Now and then some marks of one kind in front.
      if source.index(below: 3) == 0 {
        let lead = marks[source.index(below: marks.count)]
        for _ in 0..<source.index(below: 100) { text.append(lead) }
      }
      let longest = source.index(below: 4) == 0 ? 700 : 120
      for _ in 0..<source.index(below: longest) {
        text.append(kinds[source.index(below: kinds.count)])
        if let between, source.index(below: 40) == 0 { text.append(between) }
      }
    }
    for _ in 0..<source.index(below: 3) {
      text.append(others[source.index(below: others.count)])
    }
    return Array(String(text).utf8)
  }

  @Test(arguments: Transformed.forms)
  func `runs of marks give ICU's text and edits`(form: bpd_transform) throws {
    var source = NastyText(seed: 88)
    for round in 0..<3000 {
      let text = Self.text(&source)
      let expected = try Transformed(text, form, reorders: false)
      let found = try Transformed(text, form, reorders: true)
      #expect(found == expected, "round \(round): \(String(decoding: text, as: UTF8.self))")
      #expect(Transformed.isUnchanged(text, form) == (expected.bytes == text))
      if found != expected { return }
    }
  }

  /// Insertion by insertion this takes most of an hour.
  @Test(arguments: [
    "nfc", "nfd", "nfkc", "nfkd", "nfkc-casefold", "nfd,strip-accents,lowercase", "nfkd,nfc",
  ])
  func `a long run takes no quadratic time`(name: String) throws {
    let normalizer = try #require(TextNormalizer(name: name))
    let count = 300_000
    let kinds = Array(marks.filter { ![0x334, 0x338].contains($0.value) }.prefix(20))
    var text = String.UnicodeScalarView(["a"])
    for index in 0..<count { text.append(kinds[(index &* index &+ index / 7) % kinds.count]) }
    let bytes = Array(String(text).utf8)
    let normalized = try #require(try normalizer.normalize(bytes))
    let again = try normalizer.normalize(normalized.bytes)
    #expect(again == nil || again?.bytes == normalized.bytes)
    #expect(normalized.offsets.originalRange(of: 0..<normalized.bytes.count).lowerBound == 0)
  }
}
