import PreTokenization
import Testing

@Suite struct CharacterClassTests {
  /// Swift's tables are of Unicode 17: characters that 16 has must be classified alike, but for the
  /// few whose category the later version changed.
  @Test func `classes agree with Swift's tables on all characters of Unicode 16`() {
    var compared = 0
    var differing: [String] = []
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let properties = scalar.properties
      if let age = properties.age, age.major > 16 { continue }
      let kind = CharacterClass(value)
      let category = properties.generalCategory
      let letters: [Unicode.GeneralCategory] = [
        .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      ]
      let marks: [Unicode.GeneralCategory] = [.nonspacingMark, .spacingMark, .enclosingMark]
      let numbers: [Unicode.GeneralCategory] = [.decimalNumber, .letterNumber, .otherNumber]
      let isWord =
        properties.isAlphabetic || marks.contains(category) || category == .decimalNumber
        || category == .connectorPunctuation || properties.isJoinControl
      let isSame =
        kind.isLetter == letters.contains(category) && kind.isMark == marks.contains(category)
        && kind.isNumber == numbers.contains(category)
        && kind.isWhitespace == properties.isWhitespace && kind.isWord == isWord
      if !isSame { differing.append(String(value, radix: 16)) }
      compared += 1
    }
    #expect(compared > 1_000_000)
    #expect(differing == [])
  }

  @Test func `numbers above the last code point are unassigned`() {
    let beyond = CharacterClass(0x11_0000)
    #expect(!beyond.isLetter && !beyond.isNumber && !beyond.isWhitespace && !beyond.isWord)
    #expect(CharacterClass(.max) == beyond)
  }
}
