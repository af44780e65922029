import BytePairEncoding
import TestSupport
import Testing

@Suite struct WordTallyTests {
  @Test func `words of all lengths are counted as a dictionary does`() {
    var text = NastyText(seed: 17)
    var expected: [[UInt8]: UInt64] = [:]
    var first = WordTally()
    var second = WordTally()
    for round in 0..<20_000 {
      // Zeros at the end must not be taken for padding, and words longer than 15 bytes lie
      // elsewhere.
      var word = text.next(longest: 5, isValid: false)
      if round % 3 == 0 { word += [UInt8](repeating: 0, count: Int(text.number(below: 20))) }
      guard !word.isEmpty else { continue }
      let count = UInt64(text.number(below: 3) + 1)
      expected[word, default: 0] += count
      word.withUnsafeBufferPointer {
        if round % 2 == 0 {
          first.add($0, occurrences: count)
        } else {
          second.add($0, occurrences: count)
        }
      }
    }
    first.add(second)
    let counts = first.sortedCounts()
    #expect(counts.count == expected.count)
    for index in 0..<counts.count {
      #expect(counts.occurrences(index) == expected[Array(counts.word(index))])
      if index > 0 {
        #expect(counts.word(index - 1).lexicographicallyPrecedes(counts.word(index)))
      }
    }
  }
}
