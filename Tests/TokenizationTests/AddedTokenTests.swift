import BytePairEncoding
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

/// The tokens of 256 bytes and some added ones.
private func tokenizer(
  _ added: [AddedToken],
  normalizer: TextNormalizer = .none
) throws -> Tokenizer {
  var vocabulary = Vocabulary()
  for byte in UInt8.min...UInt8.max { vocabulary.append([byte]) }
  return Tokenizer(
    normalizer: normalizer,
    preTokenizer: .none,
    model: try BPEModel(vocabulary: vocabulary, merges: []),
    addedTokens: added
  )
}

/// Added tokens as Hugging Face's find_matches has them.
///
/// At every place the longest token that starts there, without a look at anything else. Characters are
/// ASCII here.
private func expectedMatches(
  _ text: [UInt8],
  _ added: [AddedToken],
  allowsSpecial: Bool
) -> [(id: UInt32, range: Range<Int>)] {
  func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A }
  func isWord(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  var found: [(UInt32, Range<Int>)] = []
  var position = 0
  var last = 0
  while position < text.count {
    let here = added.filter { text[position...].starts(with: $0.content) }
    guard let token = here.max(by: { $0.content.count < $1.content.count }) else {
      position += 1
      continue
    }
    var start = position
    var end = position + token.content.count
    position = end
    if token.isSpecial && !allowsSpecial { continue }
    if token.matching.isSingleWord {
      if start > 0 && isWord(text[start - 1]) { continue }
      if end < text.count && isWord(text[end]) { continue }
    }
    if token.matching.stripsLeft {
      while start > 0 && isSpace(text[start - 1]) { start -= 1 }
      // What the token before has taken is gone; where that is all, nothing is left.
      start = max(start, last)
      end = max(end, start)
    }
    if token.matching.stripsRight { while end < text.count && isSpace(text[end]) { end += 1 } }
    found.append((token.id.rawValue, start..<end))
    last = end
  }
  return found
}

@Suite struct AddedTokenTests {
  @Test func `the automaton agrees with a search at every place, under every flag`() throws {
    var source = NastyText(seed: 71)
    let alphabet = Array("ab< \n".utf8)
    func string(_ longest: UInt32) -> [UInt8] {
      (0..<source.number(below: longest)).map { _ in alphabet[Int(source.number(below: 5))] }
    }
    var total = 0
    for _ in 0..<400 {
      var contents: Set<[UInt8]> = []
      for _ in 0..<source.number(below: 12) { contents.insert(string(6)) }
      contents.remove([])
      let added = contents.sorted { $0.lexicographicallyPrecedes($1) }.enumerated().map {
        var matching = AddedToken.Matching()
        matching.isSingleWord = source.number(below: 4) == 0
        matching.stripsLeft = source.number(below: 4) == 0
        matching.stripsRight = source.number(below: 4) == 0
        return AddedToken(
          id: TokenID(300 + $0.offset),
          content: $0.element,
          isSpecial: source.number(below: 2) == 0,
          matching: matching
        )
      }
      var encoder = TokenizerEncoder(try tokenizer(added))
      for round in 0..<20 {
        let text = string(30)
        var options = EncodingOptions()
        options.wantsOffsets = true
        options.allowsSpecial = round % 2 == 0
        let encoded = try encoder.encode(text, options: options)
        let found = zip(encoded.ids, encoded.offsets).filter { $0.0 >= 300 }
        let expected = expectedMatches(text, added, allowsSpecial: options.allowsSpecial)
        #expect(found.map(\.0) == expected.map(\.id))
        #expect(found.map(\.1) == expected.map(\.range))
        total += expected.count
        // What no token took is there as its bytes. Where a token was found inside the white space of
        // the one before it, the text goes on behind the later one.
        var ids: [UInt32] = []
        var position = 0
        for match in expected {
          ids += text[position..<max(position, match.range.lowerBound)].map { UInt32($0) }
          ids.append(match.id)
          position = match.range.upperBound
        }
        #expect(encoded.ids == ids + text[position...].map { UInt32($0) })
      }
    }
    #expect(total > 5000)
  }

  @Test func `normalised tokens are found in normalised text, others before it`() throws {
    var normalized = AddedToken.Matching()
    normalized.isNormalized = true
    let tokenizer = try tokenizer(
      [
        AddedToken(id: TokenID(300), content: Array("ÀB".utf8), matching: normalized),
        AddedToken(id: TokenID(301), content: Array("XY".utf8)),
      ],
      normalizer: TextNormalizer([.nfc, .lowercase])
    )
    var encoder = TokenizerEncoder(tokenizer)
    var options = EncodingOptions()
    options.allowsSpecial = true
    options.wantsOffsets = true
    let text = Array("a\u{300}b XY xy ÀB".utf8)
    let encoded = try encoder.encode(text, options: options)
    let found = zip(encoded.ids, encoded.offsets).filter { $0.0 >= 300 }
    #expect(found.map(\.0) == [300, 301, 300])
    #expect(found.map(\.1) == [0..<4, 5..<7, 11..<14])
  }

  @Test func `ten thousand tokens and their prefixes are found`() throws {
    let words = (0..<10_000).map { "<\($0)>" } + (0..<100).map { "<\($0)" }
    let added = words.enumerated().map {
      AddedToken(id: TokenID(300 + $0.offset), content: Array($0.element.utf8))
    }
    var encoder = TokenizerEncoder(try tokenizer(added))
    var options = EncodingOptions()
    options.allowsSpecial = true
    let text = words.joined(separator: "<x")
    let encoded = try encoder.encode(Array(text.utf8), options: options)
    #expect(encoded.ids.filter { $0 >= 300 } == (300..<UInt32(300 + words.count)).map { $0 })
  }

  @Test func `white space that several tokens strip is read once`() throws {
    var matching = AddedToken.Matching()
    matching.stripsRight = true
    matching.stripsLeft = true
    let token = AddedToken(id: TokenID(300), content: [0x0A], matching: matching)
    var encoder = TokenizerEncoder(try tokenizer([token]))
    var options = EncodingOptions()
    options.allowsSpecial = true
    // Quadratic work on this would take minutes.
    let text = [UInt8](repeating: 0x0A, count: 300_000)
    #expect(try encoder.encode(text, options: options).ids.count == text.count)
  }
}

@Suite struct TokenDecoderTests {
  @Test func `what comes out token by token is the decoded text, in whole characters`() throws {
    let tokenizer = try sampleTokenizer()
    var source = NastyText(seed: 72)
    for round in 0..<2000 {
      let text =
        round % 2 == 0
        ? source.next(isValid: false)
        : (0..<source.number(below: 20)).map { _ in UInt8(source.number(below: 256)) }
      var encoder = TokenizerEncoder(tokenizer)
      var options = EncodingOptions()
      options.noise = SegmentationNoise(rate: dropoutRate(0.7), seed: UInt64(round))
      let tokens = try encoder.encode(text, options: options).tokens
      var decoder = TokenDecoder(tokenizer)
      let parts = tokens.map { decoder.push($0) } + [decoder.finish()]
      #expect(Array(parts.joined().utf8) == Array(String(decoding: text, as: UTF8.self).utf8))
      // A text without invalid bytes never shows a replacement character.
      if String(validating: text, as: UTF8.self) != nil, !text.contains(0xEF) {
        #expect(parts.allSatisfy { !$0.unicodeScalars.contains("\u{FFFD}") })
      }
    }
  }

  @Test func `special tokens are left out, and words get their spaces`() throws {
    let tokenizer = try sampleTokenizer()
    let end = try #require(tokenizer.id(of: "<|endoftext|>"))
    let tokens = try tokenizer.encode("the cat") + [end]
    var decoder = TokenDecoder(tokenizer, skipsSpecial: true)
    #expect(tokens.map { decoder.push($0) }.joined() + decoder.finish() == "the cat")
    var recipe = TokenizerRecipe(kind: .word, normalizer: .none)
    recipe.specialTokens = []
    let words = try learnedTokenizer(recipe, from: "a b")
    var wordDecoder = TokenDecoder(words)
    #expect(try words.encode("b a b").map { wordDecoder.push($0) } == ["b", " a", " b"])
  }
}
