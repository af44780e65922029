import BytePairEncoding
import Corpora
import TestSupport
import Testing
import Tokenization
import TokenizerFormats

@Suite struct TextMeasureTests {
  private let tokenizer: Tokenizer

  init() throws {
    tokenizer = try Tokenizer(
      contentsOf: "\(SharedData.projectFolder)/vocab/multilingual/tokenizer.json"
    )
  }

  private func measure(_ text: [UInt8]) throws -> TextMeasure {
    let folder = try TemporaryFolder()
    return try TextMeasure(of: DocumentReader(paths: [folder.put("text", text)]), tokenizer)
  }

  @Test func `words have a letter or a number`() throws {
    let words: [(text: String, words: Int, characters: Int)] = [
      ("", 0, 0), ("…! -- ?\n", 0, 7), ("a\n", 1, 1), ("It's 3 o'clock, isn't it?", 5, 25),
      ("один два\n\nтри", 3, 11), ("e\u{301}t\u{301}e\u{301}", 1, 6), ("😀 x", 1, 3),
    ]
    for (text, words, characters) in words {
      let measure = try measure(Array(text.utf8))
      #expect(measure.words == words, "\(text)")
      #expect(measure.characters == characters, "\(text)")
      #expect(measure.bytes == text.utf8.count { $0 != 0x0A })
    }
    #expect(try measure([]).tokensPerWord == nil)
    #expect(try measure([]).bytesPerToken == nil)
  }

  @Test func `any bytes are measured as they are encoded line by line`() throws {
    var source = NastyText(seed: 81)
    var sum = TextMeasure(vocabularySize: tokenizer.vocabularySize)
    var all: [UInt8] = []
    for _ in 0..<200 {
      let text = source.next(longest: 60, isValid: false)
      var counts = [UInt64](repeating: 0, count: tokenizer.vocabularySize)
      var encoder = TokenizerEncoder(tokenizer)
      for line in text.split(separator: 0x0A) {
        for id in try encoder.encode(Array(line)).ids { counts[Int(id)] += 1 }
      }
      let measure = try measure(text)
      #expect(measure.tokenCounts == counts)
      #expect(UInt64(measure.tokens) == counts.reduce(0, +))
      #expect(
        measure.count { $0.index % 2 == 0 } + measure.count { $0.index % 2 == 1 }
          == counts.reduce(0, +)
      )
      #expect(measure.words <= measure.characters && measure.characters <= measure.bytes)
      sum += measure
      all += text + [0x0A]
    }
    let whole = try measure(all)
    #expect(whole.tokenCounts == sum.tokenCounts)
    #expect([whole.bytes, whole.words, whole.tokens] == [sum.bytes, sum.words, sum.tokens])
  }
}
