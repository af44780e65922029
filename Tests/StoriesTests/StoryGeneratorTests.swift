import Stories
import Testing

/// Stories of one seed as text, without the line ends.
private func stories(_ numbers: Range<UInt64>, seed: UInt64 = 0) -> [String] {
  let generator = StoryGenerator(seed: seed)
  var text: [UInt8] = []
  for number in numbers { generator.appendStory(number, to: &text) }
  return text.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}

private func story(_ number: UInt64, seed: UInt64) -> [UInt8] {
  var text: [UInt8] = []
  StoryGenerator(seed: seed).appendStory(number, to: &text)
  return text
}

/// FNV-1a, 64 bits.
private func digest(_ bytes: [UInt8]) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

@Suite("Story generator: a pure function of seed and number")
struct StoryDeterminismTests {
  @Test("a story does not depend on what was generated before, nor on the text it is appended to")
  func independence() {
    let generator = StoryGenerator(seed: 7)
    let alone = story(12, seed: 7)
    var text: [UInt8] = []
    for number: UInt64 in [40, 3, 12, 0, 12] {
      let start = text.count
      generator.appendStory(number, to: &text)
      if number == 12 { #expect(Array(text[start...]) == alone) }
    }
  }

  @Test("seeds and numbers give different stories")
  func difference() {
    #expect(story(0, seed: 0) != story(0, seed: 1))
    #expect(story(0, seed: 0) != story(1, seed: 0))
    #expect(story(0, seed: 1) != story(1, seed: 0))
    // Numbers use all their 64 bits.
    #expect(story(0, seed: 0) != story(1 << 32, seed: 0))
    #expect(story(.max, seed: .max).last == UInt8(ascii: "\n"))
  }

  @Test("the first 1,000 stories of seed 0 have the committed digest")
  func committedDigest() {
    let generator = StoryGenerator(seed: 0)
    var text: [UInt8] = []
    for number in 0..<1000 { generator.appendStory(UInt64(number), to: &text) }
    // A new digest means that every corpus changes: say so in the changelog.
    #expect(digest(text) == 0x364A_49ED_65EE_C447)
  }
}

@Suite("Story generator: the form of a story")
struct StoryFormTests {
  /// Words before which a vowel letter is not a vowel sound, or the other way round.
  private static let consonantSounds = ["uni", "use", "one", "eu"]
  private static let vowelSounds = ["hour", "honest"]

  @Test("each story is one line of printable ASCII", arguments: [0, 1, 99] as [UInt64])
  func lines(seed: UInt64) {
    let generator = StoryGenerator(seed: seed)
    var text: [UInt8] = []
    for number: UInt64 in 0..<2000 {
      let start = text.count
      generator.appendStory(number, to: &text)
      let line = text[start...]
      #expect(line.last == UInt8(ascii: "\n"))
      #expect(line.dropLast().allSatisfy { $0 >= 32 && $0 < 127 })
    }
  }

  @Test("spaces, punctuation, quotation marks and braces", arguments: [0, 5] as [UInt64])
  func punctuation(seed: UInt64) {
    let bad = [
      "  ", " .", " ,", " !", " ?", " ;", " :", "..", ",,", ",.", ".,", "!.", "?.", "!,", "\"\"",
      "{", "}", "<", ">", "[", "]", "|", "_",
    ]
    for story in stories(0..<1500, seed: seed) {
      for sequence in bad where story.contains(sequence) {
        Issue.record("\(sequence.debugDescription) in: \(story)")
      }
      #expect(story.count { $0 == "\"" }.isMultiple(of: 2), "quotation marks in: \(story)")
      #expect(".!?\"".contains(story.last ?? " "), "no end in: \(story)")
    }
  }

  @Test("quotations open before a word, close behind punctuation, and stand alone")
  func quotations() {
    for story in stories(0..<3000, seed: 2) {
      let parts = story.split(separator: "\"", omittingEmptySubsequences: false)
      for (number, part) in parts.enumerated() {
        if number.isMultiple(of: 2) {
          // Outside: a space before the next opening mark and after the last closing one.
          if number > 0 {
            #expect(part.isEmpty || part.hasPrefix(" "), "after a quotation: \(story)")
          }
          if number < parts.count - 1 {
            #expect(part.isEmpty || part.hasSuffix(" "), "before a quotation: \(story)")
          }
        } else {
          #expect(part.first?.isLetter == true, "a quotation begins badly: \(story)")
          #expect(",.!?".contains(part.last ?? " "), "a quotation ends badly: \(story)")
        }
      }
    }
  }

  @Test("sentences begin with a capital letter")
  func capitals() {
    for story in stories(0..<3000, seed: 3) {
      let bytes = Array(story.utf8)
      #expect(bytes[0] >= UInt8(ascii: "A") && bytes[0] <= UInt8(ascii: "Z"))
      for (end, next) in zip(bytes.indices, bytes.indices.dropFirst(2)) {
        guard ".!?".utf8.contains(bytes[end]), bytes[end + 1] == UInt8(ascii: " ") else { continue }
        var start = next
        if bytes[start] == UInt8(ascii: "\"") { start += 1 }
        #expect(
          bytes[start] >= UInt8(ascii: "A") && bytes[start] <= UInt8(ascii: "Z"),
          "a small letter at \(start) of: \(story)"
        )
      }
    }
  }

  @Test("a and an fit the next word")
  func articles() {
    for story in stories(0..<5000, seed: 4) {
      let words = story.lowercased().split { !$0.isLetter && $0 != "'" }
      for (article, next) in zip(words, words.dropFirst()) where ["a", "an"].contains(article) {
        var isVowel = next.first.map { "aeiou".contains($0) } ?? false
        if Self.consonantSounds.contains(where: next.hasPrefix) { isVowel = false }
        if Self.vowelSounds.contains(where: next.hasPrefix) { isVowel = true }
        #expect((article == "an") == isVowel, "\(article) \(next) in: \(story)")
      }
    }
  }

  @Test("a story has 60 to 250 words")
  func lengths() {
    for story in stories(0..<20_000) {
      let count = 1 + story.utf8.count { $0 == UInt8(ascii: " ") }
      #expect(60...250 ~= count, "\(count) words: \(story)")
    }
  }
}

@Suite("Story generator: variety")
struct StoryVarietyTests {
  @Test("of 20,000 stories less than 0.1 % stand twice, and they use 1,500 words")
  func wordsAndDuplicates() {
    let all = stories(0..<20_000)
    #expect(all.count - Set(all).count < 20)
    var words: Set<Substring> = []
    for story in all {
      words.formUnion(story.lowercased().split { !$0.isLetter && $0 != "'" && $0 != "-" })
    }
    #expect(words.count >= 1500)
  }

  @Test("two stories share few sequences of eight words")
  func sharedSequences() {
    func sequences(_ story: String) -> Set<[Substring]> {
      let words = story.split(separator: " ")
      return Set((0..<words.count - 7).map { Array(words[$0..<$0 + 8]) })
    }
    let all = stories(0..<2000, seed: 6).map(sequences)
    let shared = zip(all, all.dropFirst()).map { $0.intersection($1).count }
    let mean = Double(shared.reduce(0, +)) / Double(shared.count)
    #expect(mean < 1)
    // Only stories of one plot have sentences in common.
    #expect(shared.count { $0 > 0 } < shared.count / 8)
  }

  @Test("every alternative of every rule of every plot is told")
  func reachability() {
    let grammar = StoryGrammar.english
    #expect(grammar.plotNames.count >= 12)
    #expect(Set(grammar.plotNames).count == grammar.plotNames.count)
    let counts = StoryGenerator(seed: 0).alternativeCounts(ofStories: 0..<100_000)
    #expect(counts.count == grammar.alternativeLabels.count)
    for (label, count) in zip(grammar.alternativeLabels, counts) where count == 0 {
      Issue.record("never told: \(label)")
    }
  }
}
