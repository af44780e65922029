import Files
import TestSupport
import Testing
import UnicodeText

@Suite struct TextBreaksTests {
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
