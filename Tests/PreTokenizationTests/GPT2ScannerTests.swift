import Noise
import PreTokenization
import TestSupport
import Testing

/// The kernel, on both of its paths, against the scanner that goes from character to character.
@Suite struct GPT2ScannerTests {
  /// The first place at which the kernel and the scanner differ, or nil.
  private static func difference(_ text: [UInt8], isPortable: Bool) -> Int? {
    var batch = PreTokenBuffer()
    return text.withUnsafeBufferPointer { difference($0, isPortable, &batch) }
  }

  private static func difference(
    _ bytes: UnsafeBufferPointer<UInt8>,
    _ isPortable: Bool,
    _ batch: inout PreTokenBuffer
  ) -> Int? {
    var position = 0
    var expected = 0
    while position < bytes.count {
      batch.removeAll()
      GPT2Scanner.fill(&batch, from: bytes, at: &position, isPortable: isPortable)
      if batch.count == 0 { return position }
      for index in 0..<batch.count {
        let end = GPT2Scanner.end(of: bytes, from: expected)
        if batch[index] != expected..<end { return expected }
        expected = end
      }
    }
    return expected == bytes.count ? nil : expected
  }

  private static let alphabets: [[UInt8]] = [
    Array("ab ".utf8), Array("a '".utf8), Array("sdmtrevl' ".utf8), Array("aZ09 !'\n\t".utf8),
    Array("aé \u{A0}".utf8), Array("я1 .'\u{3000}".utf8), Array("中a。\u{2028} ".utf8),
    Array("ع\u{301}ह\u{93F} 😀".utf8), [0x20, 0x80, 0xC3, 0x97, 0xD0, 0xE5, 0xE2, 0xF0, 0x61],
    Array(0...255),
  ]

  @Test(arguments: [false, true])
  func `a million random strings are cut alike`(isPortable: Bool) {
    var stream = RandomStream(key: NoiseKey(seed: 71, site: .testing), item: 0)
    var batch = PreTokenBuffer()
    var differing: [[UInt8]] = []
    for alphabet in Self.alphabets {
      // The strings are parts of one long one.
      let pool = (0..<100_000).map { _ in
        alphabet[Int(stream.next(below: UInt32(alphabet.count)))]
      }
      for round in 0..<100_000 {
        // Most are short, some reach over several blocks.
        let length = Int(stream.next(below: round % 16 == 0 ? 200 : 24))
        let start = Int(stream.next(below: UInt32(pool.count - length)))
        pool.withUnsafeBufferPointer {
          let text = UnsafeBufferPointer(rebasing: $0[start..<start + length])
          if Self.difference(text, isPortable, &batch) != nil { differing.append(Array(text)) }
        }
      }
    }
    #expect(differing.prefix(3) == [])
  }

  @Test(arguments: [false, true])
  func `nasty strings are cut alike`(isPortable: Bool) {
    var source = NastyText(seed: 72)
    for round in 0..<50_000 {
      let text = source.next(longest: 60, isValid: round % 2 == 0)
      #expect(Self.difference(text, isPortable: isPortable) == nil, "\(text)")
    }
  }

  @Test(arguments: [false, true])
  func `nothing depends on where a block ends`(isPortable: Bool) {
    let middles = [
      "'ll", "'s", "'re x", "' s", "  ", " \n ", "\u{3000}", " \u{3000}\u{3000}x", "\u{A0}", "é",
      "中",
      "😀", "a1!", "''", "'ſ", "\u{2028}'t", "क\u{94D}",
    ]
    for fill in ["a", "a ", "! ", "12 ", "я", "中 ", " ", "\n", "'s", "\u{A0}"] {
      let filler = Array(fill.utf8)
      for count in 0...130 {
        let front = (0..<count).map { filler[$0 % filler.count] }
        for middle in middles {
          for back in ["", "b", " b", String(repeating: "c", count: 70)] {
            let text = front + Array(middle.utf8) + Array(back.utf8)
            #expect(Self.difference(text, isPortable: isPortable) == nil, "\(text)")
          }
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func `every character is of its class`(isPortable: Bool) {
    var differing: [UInt32] = []
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(scalar).utf8)
      let text = Array("a".utf8) + bytes + Array("b1".utf8) + bytes + Array("2!".utf8) + bytes
      if Self.difference(text + Array("? ".utf8) + bytes, isPortable: isPortable) != nil {
        differing.append(value)
      }
    }
    #expect(differing.prefix(3) == [])
  }

  @Test func `long runs are cut alike`() {
    for piece in ["a", " ", "1", "!", "'", "é", "中", "\u{3000}", "a b", "😀"] {
      let text = Array(String(repeating: piece, count: 20_000).utf8)
      for isPortable in [false, true] {
        #expect(Self.difference(text, isPortable: isPortable) == nil)
      }
    }
  }
}
