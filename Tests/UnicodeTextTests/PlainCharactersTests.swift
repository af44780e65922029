import CICU
import TestSupport
import Testing

/// The quick check against ICU's normal form of the same text.
@Suite struct PlainCharactersTests {
  private static func check(_ text: [UInt8], _ form: bpd_transform) throws -> Bool {
    let expected = try Transformed(text, form, reorders: false).bytes == text
    let found = Transformed.isUnchanged(text, form)
    #expect(
      found == expected,
      "\(String(decoding: text, as: UTF8.self).unicodeScalars.map(\.value))"
    )
    return found == expected
  }

  @Test(arguments: Transformed.forms)
  func `every character alone, and behind a letter, is judged as ICU does`(
    form: bpd_transform
  ) throws {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for before in ["", "a", "\u{1100}", "\u{AC00}", "long enough e"] {
        guard try Self.check(Array((before + String(scalar)).utf8), form) else { return }
        // Scripts of thousands of like characters are looked at in part.
        if value > 0x20000 { break }
      }
    }
  }

  @Test(arguments: Transformed.forms)
  func `mixed texts are judged as ICU does`(form: bpd_transform) throws {
    let blocks: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x20...0x7E, 0xA0...0x17F, 0x300...0x36F, 0x370...0x52F, 0x590...0x6FF,
      0x900...0xDFF, 0x1100...0x11FF, 0x1E00...0x20CF, 0x2100...0x2BFF, 0x3040...0x30FF,
      0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFFEF, 0x11000...0x110FF, 0x1D100...0x1D1FF,
      0x1F300...0x1F6FF,
    ]
    var source = NastyText(seed: 16)
    for _ in 0..<4000 {
      // Few blocks, so that many of the texts are normalized.
      let chosen = (0...source.number(below: 2)).map { _ in
        blocks[Int(source.number(below: UInt32(blocks.count)))]
      }
      var text = ""
      for _ in 0..<source.number(below: 40) {
        let block = chosen[Int(source.number(below: UInt32(chosen.count)))]
        let value = block.lowerBound + source.number(below: UInt32(block.count))
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      guard try Self.check(Array(text.utf8), form) else { return }
    }
  }
}
