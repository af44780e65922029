import CUnicode
import TestSupport
import Testing

/// The loops that look at several bytes at once, against loops over one.
@Suite struct MarkedTextTests {
  /// Texts of marks, long ASCII words, other characters and invalid bytes.
  private func text(_ source: inout NastyText) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<source.number(below: 12) {
      switch source.number(below: 6) {
      case 0: text += Array("\u{2581}".utf8)
      case 1: text += [UInt8](repeating: 0x61, count: Int(source.number(below: 40)))
      case 2: text += Array("\u{2580}\u{2581} the word ".utf8)
      case 3: text += [0xE2, 0x96]
      case 4: text += Array("a b  c \u{7F}".utf8.prefix(Int(source.number(below: 8))))
      default: text += source.next(longest: 3, isValid: false)
      }
    }
    return text
  }

  private func prefix(of text: [UInt8], in set: [UInt64]) -> Int {
    var position = 0
    while position < text.count {
      let character = text.withUnsafeBufferPointer { text in
        text.baseAddress.map { bpd_decode_utf8($0 + position, text.count - position) }
      }
      guard let character, character.scalar <= 0x10FFFF,
        set[Int(character.scalar / 64)] >> UInt64(character.scalar % 64) & 1 == 1
      else { return position }
      position += Int(character.length)
    }
    return position
  }

  @Test func `prefixes of characters of a set`() {
    var source = NastyText(seed: 301)
    for round in 0..<6000 {
      var set = [UInt64](repeating: 0, count: 0x110000 / 64)
      func add(_ scalar: UInt32) { set[Int(scalar / 64)] |= 1 << UInt64(scalar % 64) }
      if round % 3 > 0 { for scalar in 0x20...0x7E as ClosedRange<UInt32> { add(scalar) } }
      if round % 3 > 1 { add(0x2581) }
      for _ in 0..<source.number(below: 4) { add(source.number(below: 0x3000)) }
      let text = text(&source)
      let found = text.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { bpd_prefix_in_set($0, bytes.count, set) } ?? 0
      }
      #expect(found == prefix(of: text, in: set))
    }
  }

  @Test func `marks behind other bytes`() {
    var source = NastyText(seed: 302)
    let mark = Array("\u{2581}".utf8)
    for _ in 0..<6000 {
      let text = text(&source)
      var joins = [Bool](repeating: false, count: 256)
      joins[0x81] = true
      joins[Int(source.number(below: 256))] = true
      for start in 1..<max(text.count, 2) where start < text.count {
        let expected = (start..<text.count).first {
          text[$0...].starts(with: mark) && !joins[Int(text[$0 - 1])]
        }
        let found = bpd_next_mark(text, text.count, start, mark, mark.count, joins)
        #expect(found == expected ?? text.count)
      }
    }
  }

  @Test(arguments: [[0x5F], Array("\u{2581}".utf8), Array("0123456789".utf8)] as [[UInt8]])
  func `a byte replaced everywhere`(content: [UInt8]) {
    var source = NastyText(seed: 303)
    for _ in 0..<3000 {
      let text = text(&source)
      var expected: [UInt8] = []
      var places: [Int64] = []
      for byte in text {
        if byte == 0x20 { places.append(Int64(expected.count)) }
        expected += byte == 0x20 ? content : [byte]
      }
      #expect(bpd_count_byte(text, text.count, 0x20) == places.count)
      var output = [UInt8](repeating: 0xAA, count: expected.count + 8)
      var starts = [Int64](repeating: -1, count: places.count)
      let length = bpd_replace_byte(
        text,
        text.count,
        0x20,
        content,
        content.count,
        &output,
        &starts
      )
      #expect(Array(output.prefix(length)) == expected)
      #expect(starts == places)
    }
  }
}
