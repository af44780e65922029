import BytePairEncoding
import TestSupport
import Testing
import TextTestSupport

@Suite struct MergeUsageTests {
  @Test func `merges behind the tokens of a text are those that cut its words`() throws {
    let alphabet = Array("abé".utf8)
    var text = NastyText(seed: 31)
    var applied: UInt64 = 0
    for _ in 0..<500 {
      let model = try randomModel(&text, alphabet: alphabet, merges: 24)
      var encoder = BPEEncoder(model: model)
      var expected = [UInt64](repeating: 0, count: model.merges.merges.count)
      var counts = [UInt64](repeating: 0, count: model.vocabulary.count)
      for _ in 0..<20 {
        let word = (0..<text.number(below: 40)).map { _ in
          alphabet[Int(text.number(below: UInt32(alphabet.count)))]
        }
        for step in model.derivation(of: word) { expected[step.rank] += 1 }
        var ids: [UInt32] = []
        word.withUnsafeBufferPointer { encoder.encode($0, noise: nil, into: &ids) }
        for id in ids { counts[Int(id)] += 1 }
      }
      #expect(model.mergeUsage(tokenCounts: counts) == expected)
      applied += expected.reduce(0, +)
    }
    #expect(applied > 10_000)
  }
}
