import PreTokenization
import TestSupport
import Testing

private func text(_ pieces: [[UInt8]]) -> [String] {
  pieces.map { String(decoding: $0, as: UTF8.self) }
}

@Suite struct SplitRuleTests {
  /// What Hugging Face tokenizers 0.23 gives for Split("-", behavior) on "--a-b--", and inverted.
  @Test(arguments: [
    (SplitRule.Behavior.removed, ["a", "b"], ["-", "-", "-", "-", "-"]),
    (
      .isolated, ["-", "-", "a", "-", "b", "-", "-"], ["-", "-", "a", "-", "b", "-", "-"]
    ), (.mergedWithPrevious, ["-", "-", "a-", "b-", "-"], ["-", "-a", "-b", "-", "-"]),
    (.mergedWithNext, ["-", "-a", "-b", "-", "-"], ["-", "-", "a-", "b-", "-"]),
    (.contiguous, ["--", "a", "-", "b", "--"], ["--", "a", "-", "b", "--"]),
  ])
  func `behaviours are Hugging Face's`(
    behavior: SplitRule.Behavior,
    plain: [String],
    inverted: [String]
  ) throws {
    for pattern in [SplitRule.Pattern.literal("-"), .regex("-")] {
      let input = Array("--a-b--".utf8)
      let rule = try SplitRule(pattern, behavior)
      #expect(text(try PreTokenizer([.split(rule)]).split(input)) == plain)
      let other = try SplitRule(pattern, behavior, isInverted: true)
      #expect(text(try PreTokenizer([.split(other)]).split(input)) == inverted)
    }
  }

  @Test func `empty matches cut, and nothing is lost`() throws {
    let rule = try SplitRule(.regex("x*"), .isolated)
    #expect(
      text(try PreTokenizer([.split(rule)]).split(Array("abxxc".utf8))) == ["a", "b", "xx", "c"]
    )
    let merged = try SplitRule(.regex("x*"), .mergedWithPrevious)
    #expect(
      text(try PreTokenizer([.split(merged)]).split(Array("abxxc".utf8))) == ["a", "bxx", "c"]
    )
    #expect(try PreTokenizer([.split(rule)]).split([]) == [])
  }

  @Test func `all behaviours but one keep every byte of any text`() throws {
    var source = NastyText(seed: 44)
    for behavior in SplitRule.Behavior.allCases where behavior != .removed {
      for pattern in [SplitRule.Pattern.digit, .punctuation, .literal("'"), .regex(#"\p{L}+|\s"#)] {
        let preTokenizer = PreTokenizer([.split(try SplitRule(pattern, behavior))])
        #expect(preTokenizer.isLossless)
        for _ in 0..<300 {
          let text = source.next(isValid: false)
          let pieces = try preTokenizer.split(text)
          #expect(pieces.flatMap { $0 } == text)
          #expect(pieces.allSatisfy { !$0.isEmpty })
        }
      }
    }
  }

  @Test func `stages cut what the stages before left`() throws {
    let preTokenizer = PreTokenizer(
      [.whitespaceSplit, .split(try SplitRule(.digit, .isolated)), .gpt2]
    )
    #expect(
      text(try preTokenizer.split(Array("it's 42!x y".utf8)))
        == ["it", "'s", "4", "2", "!", "x", "y"]
    )
    #expect(!preTokenizer.isLossless)
  }
}
