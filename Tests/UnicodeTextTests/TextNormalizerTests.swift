import Files
import Foundation
import TestSupport
import Testing
import UnicodeText

private func normalized(_ text: [UInt8], _ name: String) throws -> [UInt8] {
  let normalizer = try #require(TextNormalizer(name: name))
  return try normalizer.normalize(text)?.bytes ?? text
}

/// Foundation's own normal forms: another implementation, with another ICU.
private func byFoundation(_ text: String, _ name: String) -> String {
  switch name {
  case "nfc": text.precomposedStringWithCanonicalMapping
  case "nfd": text.decomposedStringWithCanonicalMapping
  // Foundation's one-step NFKC leaves half-width kana and their marks apart.
  case "nfkc":
    text.decomposedStringWithCompatibilityMapping.precomposedStringWithCanonicalMapping
  default: text.decomposedStringWithCompatibilityMapping
  }
}

@Suite struct TextNormalizerTests {
  @Test(arguments: [
    ("nfc", "e\u{301} A\u{30A} \u{212B}", "é Å Å"),
    ("nfd", "é ½", "e\u{301} ½"),
    ("nfkc", "ﬁ ① Ａ", "fi 1 A"),
    ("nfkd", "é½", "e\u{301}1\u{2044}2"),
    ("nfkc-casefold", "ＧＲÖSSE Straße\u{AD}", "grösse strasse"),
    ("lowercase", "ΟΔΟΣ İÅ", "οδοσ i\u{307}å"),
    ("nfd,strip-accents,lowercase", "Ärger Çà", "arger ca"),
    ("none", "e\u{301}", "e\u{301}"),
  ])
  func `a few examples by hand`(name: String, text: String, expected: String) throws {
    #expect(try normalized(Array(text.utf8), name) == Array(expected.utf8))
  }

  @Test(arguments: ["nfc", "nfd", "nfkc", "nfkd"])
  func `nasty strings agree with Foundation, where both know the characters`(name: String) throws {
    var source = NastyText(seed: 21)
    for _ in 0..<4000 {
      let bytes = source.next()
      let text = String(decoding: bytes, as: UTF8.self)
      let isKnown = text.unicodeScalars.allSatisfy {
        guard let age = $0.properties.age else { return false }
        return age.major <= 14
      }
      if !isKnown { continue }
      #expect(try normalized(bytes, name) == Array(byFoundation(text, name).utf8))
    }
  }

  @Test(arguments: TextNormalizer.Step.named.map(\.step).filter { TextNormalizer([$0]).isLocal })
  func `bytes that are not UTF-8 stay, and what is between them is normalised`(
    step: TextNormalizer.Step
  ) throws {
    var source = NastyText(seed: 22)
    let normalizer = TextNormalizer([step])
    for _ in 0..<2000 {
      var text: [UInt8] = []
      var expected: [UInt8] = []
      for _ in 0..<source.number(below: 4) + 1 {
        let valid = source.next(longest: 8)
        text += valid + [0xFF]
        expected += (try normalizer.normalize(valid)?.bytes ?? valid) + [0xFF]
      }
      #expect(try normalizer.normalize(text)?.bytes ?? text == expected)
    }
  }

  @Test(arguments: TextNormalizer.Step.named.map(\.step).filter { TextNormalizer([$0]).isLocal })
  func `long texts are cut into pieces without a trace`(step: TextNormalizer.Step) throws {
    // Pieces are of 32 kB: marks and characters of several bytes stand at every place of the cut.
    let normalizer = TextNormalizer([step])
    for lead in 0..<7 {
      let unit = "e\u{301}\u{323}\u{1100}\u{1161}\u{11A8}Ａ\u{FB01}"
      let start = String(repeating: "x", count: 32_760 + lead)
      let text = start + String(repeating: unit, count: 3000)
      let whole = try normalizer.normalize(Array(text.utf8))?.bytes ?? Array(text.utf8)
      let once = try normalizer.normalize(Array(unit.utf8))?.bytes ?? Array(unit.utf8)
      let first = Array((start + unit).utf8)
      let head = try normalizer.normalize(first)?.bytes ?? first
      // The unit's last character begins no composition with the next unit's first, an ASCII letter.
      #expect(whole.count == head.count + 2999 * once.count)
      #expect(Array(whole.suffix(once.count)) == once)
    }
  }

  @Test func `names are read and unknown ones refused`() {
    #expect(TextNormalizer(name: "nfc,lowercase")?.steps == [.nfc, .lowercase])
    #expect(TextNormalizer(name: "none")?.steps == [])
    for name in ["", "NFC", "nfc,", "nfc,,nfd", "utf8"] {
      #expect(TextNormalizer(name: name) == nil)
    }
  }

  @Test(arguments: [("8.0.0", true), ("17.0.0", false)])
  func `the conformance file of Unicode`(version: String, isWhole: Bool) throws {
    guard let path = SharedData.path("unicode/\(version)/NormalizationTest.txt") else {
      print("skipped: \(SharedData.folder)/unicode/\(version)/NormalizationTest.txt is missing")
      return
    }
    let lines = String(decoding: try InputFile(path).readAll(), as: UTF8.self)
      .split(separator: "\n")
    var tested = 0
    for line in lines where line.first?.isHexDigit == true {
      let columns = line.split(separator: ";").prefix(5).map { column in
        column.split(separator: " ").compactMap {
          UInt32($0, radix: 16).flatMap(Unicode.Scalar.init)
        }
      }
      if !isWhole && !columns.joined().allSatisfy({ ICUVersion.assigns($0) }) { continue }
      let texts = columns.map { scalars in Array(String(String.UnicodeScalarView(scalars)).utf8) }
      for (name, sources) in [("nfc", [0, 1, 2]), ("nfd", [0, 1, 2])] {
        for source in sources {
          #expect(try normalized(texts[source], name) == texts[name == "nfc" ? 1 : 2], "\(line)")
        }
        for source in 3...4 {
          #expect(try normalized(texts[source], name) == texts[name == "nfc" ? 3 : 4], "\(line)")
        }
      }
      for source in 0...4 {
        #expect(try normalized(texts[source], "nfkc") == texts[3], "\(line)")
        #expect(try normalized(texts[source], "nfkd") == texts[4], "\(line)")
      }
      tested += 1
    }
    #expect(tested > 18_000)
    print("NormalizationTest \(version): \(tested) lines, ICU \(ICUVersion.library)")
  }
}
