import TestSupport
import Testing
import UnicodeText

/// Replacing a byte everywhere, by counting and run by run.
@Suite struct OffsetLayerTests {
  /// The same replacement as a regular expression, whose layer is a list of runs.
  private let byRuns = TextNormalizer([.prepend("▁"), .replace(.regex(" "), with: "▁")])
  private let byCounting = TextNormalizer([.prepend("▁"), .replace(.literal(" "), with: "▁")])

  @Test func `counting leads back as runs do`() throws {
    var source = NastyText(seed: 91)
    for _ in 0..<2000 {
      let text = source.next(isValid: false)
      let runs = try byRuns.normalize(text)
      let counted = try byCounting.normalize(text)
      #expect(runs?.bytes == counted?.bytes)
      guard let runs, let counted else { continue }
      let count = runs.bytes.count
      for start in 0..<count {
        #expect(counted.offsets.originalStart(of: start) == runs.offsets.originalStart(of: start))
        let end = start + 1 + Int(source.number(below: UInt32(count - start)))
        for byCharacters in [false, true] {
          #expect(
            counted.offsets.originalRange(of: start..<end, byCharacters: byCharacters)
              == runs.offsets.originalRange(of: start..<end, byCharacters: byCharacters)
          )
        }
      }
    }
  }

  @Test func `a cursor leads back as single look-ups do`() throws {
    var source = NastyText(seed: 92)
    let steps: [[TextNormalizer.Step]] = [
      byCounting.steps, byRuns.steps, [.nfkd, .stripAccents], byCounting.steps + [.nfc, .nmt],
    ]
    for round in 0..<2000 {
      let text = source.next(isValid: false)
      guard let normalized = try TextNormalizer(steps[round % steps.count]).normalize(text) else {
        continue
      }
      var cursor = OffsetCursor(normalized.offsets)
      var start = 0
      while start <= normalized.bytes.count {
        var offsets: [Int] = []
        for _ in 0...source.number(below: 4) where start <= normalized.bytes.count {
          offsets.append(start)
          start += Int(source.number(below: 3))
        }
        let expected = offsets.map { normalized.offsets.originalStart(of: $0) }
        cursor.mapToOriginal(&offsets)
        #expect(offsets == expected)
        start += offsets.isEmpty ? 1 : 0
      }
    }
  }
}
