import PreTokenization
import TestSupport
import Testing

@Suite struct SafeCutTests {
  @Test(arguments: [PreTokenizer.gpt2, .whitespace, .whitespaceSplit])
  func `a text cut at a safe place has the pre-tokens of its halves`(
    preTokenizer: PreTokenizer
  ) throws {
    var source = NastyText(seed: 73)
    var cuts = 0
    for round in 0..<5000 {
      let text = source.next(longest: 20, isValid: round % 2 == 0)
      let whole = try preTokenizer.split(text)
      for position in 1..<max(text.count, 1) {
        let isSafe = text.withUnsafeBufferPointer {
          preTokenizer.isSafeCut($0, at: position, isASCIIOnly: round % 3 == 0)
        }
        if !isSafe { continue }
        cuts += 1
        let halves =
          try preTokenizer.split(Array(text[..<position]))
          + preTokenizer.split(Array(text[position...]))
        #expect(halves == whole, "\(text) at \(position)")
      }
    }
    #expect(cuts > 1000)
  }
}
