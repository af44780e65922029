import PreTokenization
import TestSupport
import Testing

/// The characters of a text, by Swift's decoder, with the classes of the tables under test.
private func characters(_ text: [UInt8]) -> [PatternSpecification.Character] {
  var characters: [PatternSpecification.Character] = []
  var rest = text[...]
  while !rest.isEmpty {
    let scalar = (1...4).lazy.compactMap { length -> (Int, Unicode.Scalar)? in
      guard length <= rest.count,
        let scalars = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars,
        scalars.count == 1, let scalar = scalars.first
      else { return nil }
      return (length, scalar)
    }.first
    let length = scalar?.0 ?? 1
    let kind = CharacterClass(scalar?.1.value ?? .max)
    characters.append(
      PatternSpecification.Character(
        bytes: Array(rest.prefix(length)),
        isLetter: kind.isLetter,
        isNumber: kind.isNumber,
        isSpace: kind.isWhitespace,
        isWord: kind.isWord
      )
    )
    rest = rest.dropFirst(length)
  }
  return characters
}

private func text(_ pieces: [[UInt8]]) -> [String] {
  pieces.map { String(decoding: $0, as: UTF8.self) }
}

@Suite struct PreTokenScannerTests {
  @Test(arguments: [
    (PreTokenizer.gpt2, PatternSpecification.gpt2), (.whitespace, .whitespace),
    (.whitespaceSplit, .whitespaceSplit),
  ])
  func `scanners agree with their patterns on nasty strings`(
    preTokenizer: PreTokenizer,
    pattern: PatternSpecification
  ) throws {
    var source = NastyText(seed: 41)
    for round in 0..<20_000 {
      let text = source.next(longest: 30, isValid: round % 2 == 0)
      #expect(try preTokenizer.split(text) == pattern.split(characters(text)))
    }
  }

  @Test func `GPT-2's examples`() throws {
    let cases: [(String, [String])] = [
      ("Hello world", ["Hello", " world"]),
      ("I'll don't we've 'S", ["I", "'ll", " don", "'t", " we", "'ve", " '", "S"]),
      ("a  b", ["a", " ", " b"]),
      ("a \n b", ["a", " \n", " b"]),
      ("end  ", ["end", "  "]),
      ("x=1,2", ["x", "=", "1", ",", "2"]),
      ("2024年 ½", ["2024", "年", " ½"]),
      ("tab\tx", ["tab", "\t", "x"]),
      ("", []),
    ]
    for (input, expected) in cases {
      #expect(text(try PreTokenizer.gpt2.split(Array(input.utf8))) == expected)
    }
  }

  @Test(arguments: PreTokenizer.named.map(\.preTokenizer).filter(\.isLossless))
  func `lossless pre-tokenisers cover every byte`(preTokenizer: PreTokenizer) throws {
    var source = NastyText(seed: 42)
    for _ in 0..<3000 {
      let text = source.next(longest: 40, isValid: false)
      let pieces = try preTokenizer.split(text)
      #expect(pieces.flatMap { $0 } == text)
      #expect(pieces.allSatisfy { !$0.isEmpty })
    }
  }

  @Test func `ICU words keep their space, and one word of Thai is not one word`() throws {
    let english = try PreTokenizer.icuWords.split(Array("It isn't 3.5 %,  no".utf8))
    #expect(text(english) == ["It", " isn't", " 3.5", " %", ",", "  ", "no"])
    let thai = try PreTokenizer.icuWords.split(Array("สวัสดีชาวโลก".utf8))
    #expect(thai.count > 1)
  }

  @Test func `batches join without a seam`() throws {
    let text = Array(String(repeating: "ab 12 !? ", count: 1000).utf8)
    let pieces = try PreTokenizer.gpt2.split(text)
    #expect(pieces.count == 3001)
    #expect(pieces.flatMap { $0 } == text)
  }
}
