import Files
import TestSupport
import Testing
import UnicodeText

@Suite struct OffsetTests {
  @Test
  func `decomposed, composed and removed characters lead back to where they came from`() throws {
    let nfc = try #require(try TextNormalizer([.nfc]).normalize(Array("ae\u{301}b".utf8)))
    #expect(String(decoding: nfc.bytes, as: UTF8.self) == "aéb")
    #expect(nfc.offsets.originalRange(of: 0..<1) == 0..<1)
    #expect(nfc.offsets.originalRange(of: 1..<3) == 1..<4)
    #expect(
      nfc.offsets.originalRange(of: 2..<3) == 1..<4,
      "a part of a changed run is the whole run"
    )
    #expect(nfc.offsets.originalRange(of: 3..<4) == 4..<5)
    let plain = try #require(
      try TextNormalizer([.nfd, .stripAccents]).normalize(Array("aéb".utf8))
    )
    #expect(plain.bytes == Array("aeb".utf8))
    #expect(plain.offsets.originalRange(of: 1..<2) == 1..<3)
    #expect(plain.offsets.originalRange(of: 2..<3) == 3..<4)
    #expect(plain.offsets.originalRange(of: 0..<3) == 0..<4)
  }

  /// The oracle: a text is the concatenation of stretches that are normalised by themselves, because
  /// an ASCII letter stands between them; so each stretch's bytes come from that stretch.
  @Test(arguments: [
    "nfc", "nfd", "nfkc", "nfkd", "nfkc-casefold", "nfd,strip-accents", "lowercase",
  ])
  func `every byte comes from its stretch, runs tile both texts`(name: String) throws {
    let normalizer = try #require(TextNormalizer(name: name))
    var source = NastyText(seed: 31)
    for _ in 0..<2000 {
      var text: [UInt8] = []
      var origins: [(transformed: Range<Int>, original: Range<Int>)] = []
      var length = 0
      for _ in 0..<source.number(below: 6) + 1 {
        let stretch = Array("x".utf8) + source.next(longest: 3, isValid: false)
        let result = try normalizer.normalize(stretch)?.bytes ?? stretch
        origins.append((length..<length + result.count, text.count..<text.count + stretch.count))
        text += stretch
        length += result.count
      }
      guard let normalized = try normalizer.normalize(text) else {
        #expect(length == text.count)
        continue
      }
      #expect(normalized.bytes.count == length)
      var lastStart = 0
      for origin in origins {
        for position in origin.transformed {
          let range = normalized.offsets.originalRange(of: position..<position + 1)
          #expect(!range.isEmpty)
          #expect(range.lowerBound >= origin.original.lowerBound)
          #expect(range.upperBound <= origin.original.upperBound)
          #expect(range.lowerBound >= lastStart, "offsets never go back")
          lastStart = range.lowerBound
        }
        guard !origin.transformed.isEmpty else { continue }
        // What a run became is what its original bytes become by themselves.
        let range = normalized.offsets.originalRange(of: origin.transformed)
        let again = try normalizer.normalize(Array(text[range]))?.bytes ?? Array(text[range])
        #expect(again == Array(normalized.bytes[origin.transformed]))
      }
    }
  }

  @Test func `word breaks cover the text, in long texts too`() throws {
    let breaker = try TextBreaker(.words)
    for text in [
      "", "a", "Hello, world! 42 don't", "สวัสดีชาวโลก", String(repeating: "ก", count: 70_000),
      String(repeating: "word ", count: 40_000),
    ] {
      let bytes = Array(text.utf8)
      var boundaries: [Int] = []
      try bytes.withUnsafeBufferPointer { try breaker.appendBoundaries(of: $0, to: &boundaries) }
      #expect(boundaries.last ?? 0 == bytes.count)
      #expect(zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 })
      #expect(boundaries.allSatisfy { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 })
    }
    var boundaries: [Int] = []
    let hello = Array("Hello, don't 3.14".utf8)
    try hello.withUnsafeBufferPointer { try breaker.appendBoundaries(of: $0, to: &boundaries) }
    #expect(boundaries == [5, 6, 7, 12, 13, 17])
  }

  @Test(arguments: ["14.0.0", "17.0.0"])
  func `the word break file of Unicode`(version: String) throws {
    guard let path = SharedData.path("unicode/\(version)/WordBreakTest.txt") else {
      print("skipped: \(SharedData.folder)/unicode/\(version)/WordBreakTest.txt is missing")
      return
    }
    let breaker = try TextBreaker(.words)
    let file = String(decoding: try InputFile(path).readAll(), as: UTF8.self)
    var tested = 0
    for line in file.split(separator: "\n") where line.first == "÷" {
      let fields = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.dropFirst()
      var bytes: [UInt8] = []
      var expected: [Int] = []
      var isKnown = true
      for field in fields {
        if field == "÷" {
          expected.append(bytes.count)
        } else if let scalar = UInt32(field, radix: 16).flatMap(Unicode.Scalar.init) {
          isKnown = isKnown && ICUVersion.assigns(scalar)
          bytes += Array(String(scalar).utf8)
        }
      }
      guard isKnown else { continue }
      var boundaries: [Int] = []
      try bytes.withUnsafeBufferPointer { try breaker.appendBoundaries(of: $0, to: &boundaries) }
      // Unicode 15 took the colon out of the middle of words; the rules of 17 differ for a few
      // sequences more.
      if version == "14.0.0" && !bytes.contains(UInt8(ascii: ":")) {
        #expect(boundaries == expected, "\(line)")
      }
      tested += boundaries == expected ? 1 : 0
    }
    #expect(tested > 1700)
  }
}
