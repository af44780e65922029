import BytePairEncoding
import Diagnostics
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite struct ModelInputTests {
  private let tokenizer: Tokenizer
  private let start = InputToken(id: TokenID(1), piece: Array("<s>".utf8))
  private let end = InputToken(id: TokenID(2), piece: Array("</s>".utf8))
  private let pad = InputToken(id: TokenID(3), piece: Array("<pad>".utf8))

  init() throws { tokenizer = try sampleTokenizer() }

  // MARK: - Against the oracle

  private func makeTemplate(_ chance: inout Chance) -> InputTemplate {
    let specials = [
      InputTemplate.Special(name: Array("a".utf8), tokens: [start]),
      InputTemplate.Special(name: Array("b".utf8), tokens: [end, start, end]),
      InputTemplate.Special(name: [], tokens: []),
    ]
    func pieces(_ texts: [InputTemplate.Piece], _ chance: inout Chance) -> [InputTemplate.Piece] {
      var pieces: [InputTemplate.Piece] = []
      for text in texts {
        for _ in 0..<chance.choice(of: 3) {
          pieces.append(
            .special(specials[chance.choice(of: 3)], typeID: UInt32(chance.choice(of: 3)))
          )
        }
        pieces.append(text)
      }
      return pieces
    }
    let first = InputTemplate.Piece.first(typeID: UInt32(chance.choice(of: 4)))
    let second = InputTemplate.Piece.second(typeID: UInt32(chance.choice(of: 4)))
    let pairs = [[first, second], [second, first], [first, second, first]]
    return InputTemplate(
      single: pieces(chance.happens(0.8) ? [first] : [first, first], &chance),
      pair: pieces(pairs[chance.choice(of: 3)], &chance)
    )
  }

  private func makeRules(_ chance: inout Chance) -> InputRules {
    var steps: [PostProcessor.Step] = []
    for _ in 0..<chance.choice(of: 4) {
      let trimming = OffsetTrimming(keepsFirstSpace: chance.happens(0.5))
      switch chance.choice(of: 4) {
      case 0: steps.append(.trimming(trimming))
      case 1: steps.append(.bert(start: start, separator: end))
      case 2:
        let trims = chance.happens(0.5)
        steps.append(.roberta(start: start, separator: end, trimming: trims ? trimming : nil))
      default: steps.append(.template(makeTemplate(&chance)))
      }
    }
    var rules = InputRules(postProcessor: PostProcessor(steps))
    if chance.happens(0.7) {
      rules.truncation = Truncation(
        maxLength: chance.choice(of: 24),
        strategy: Truncation.Strategy.allCases[chance.choice(of: 3)],
        stride: chance.happens(0.5) ? 0 : chance.choice(of: 5),
        side: InputSide.allCases[chance.choice(of: 2)]
      )
    }
    if chance.happens(0.6) {
      rules.padding = Padding(
        pad,
        length: chance.happens(0.5) ? .longest : .fixed(chance.choice(of: 40)),
        side: InputSide.allCases[chance.choice(of: 2)],
        multiple: chance.happens(0.5) ? nil : 1 + chance.choice(of: 9),
        typeID: UInt32(chance.choice(of: 2))
      )
    }
    return rules
  }

  private func oracleText(_ text: [UInt8], _ sequence: UInt8) throws -> [OracleToken] {
    let plain = Tokenizer(
      normalizer: tokenizer.normalizer,
      preTokenizer: tokenizer.preTokenizer,
      model: tokenizer.model
    )
    var options = EncodingOptions()
    (options.wantsOffsets, options.alignsByCharacters) = (true, true)
    var encoder = TokenizerEncoder(plain, cacheCapacity: 0)
    let encoded = try encoder.encode(text, options: options)
    let offsets = text.withUnsafeBufferPointer {
      plain.offsets(of: encoded, in: $0, unit: .chars)
    }
    return encoded.ids.indices.map { index in
      OracleToken(
        id: encoded.ids[index],
        piece: plain.piece(of: TokenID(encoded.ids[index])),
        sequence: sequence,
        word: encoded.wordIDs[index],
        offsets: offsets[index]
      )
    }
  }

  private func check(
    _ rows: [ModelInput],
    _ expected: [[OracleToken]],
    _ comment: Comment
  ) throws {
    try #require(rows.count == expected.count, comment)
    for (row, tokens) in zip(rows, expected) {
      #expect(row.ids == tokens.map(\.id), comment)
      #expect(row.pieces(tokenizer) == tokens.map(\.piece), comment)
      #expect(row.typeIDs == tokens.map(\.typeID), comment)
      #expect(row.attentionMask == tokens.map(\.attention), comment)
      #expect(row.specialTokensMask == tokens.map(\.special), comment)
      #expect(row.sequenceIDs == tokens.map(\.sequence), comment)
      #expect(row.wordIDs == tokens.map(\.word), comment)
      #expect(row.offsets == tokens.map(\.offsets), comment)
    }
  }

  @Test func `rows are those of the oracle, whatever the rules`() throws {
    var (made, refused) = (0, 0)
    for seed in 0..<1500 {
      var chance = Chance(seed: UInt64(seed))
      var source = NastyText(seed: UInt64(seed))
      let rules = makeRules(&chance)
      var options = ModelInputOptions(rules)
      options.addsSpecialTokens = chance.happens(0.7)
      options.wantsOverflow = chance.happens(0.7)
      options.offsetUnit = .chars
      let texts = (0..<4).map { number in
        InputText(
          source.next(longest: number == 0 ? 2 : 24, isValid: false),
          chance.happens(0.5) ? source.next(longest: 20) : nil
        )
      }
      var encoder = TokenizerEncoder(tokenizer)
      var (batch, expected): ([InputText], [[[OracleToken]]]) = ([], [])
      for text in texts {
        let sequences = [text.first] + (text.second.map { [$0] } ?? [])
        let tokens = try sequences.enumerated().map { try oracleText($1, UInt8($0)) }
        do {
          let rows = try oracleInputs(tokens, rules, addsTokens: options.addsSpecialTokens)
          expected.append(options.wantsOverflow ? rows : Array(rows.prefix(1)))
          batch.append(text)
        } catch is OracleRefusal {
          #expect(throws: InvalidData.self, "\(seed)") {
            _ = try encoder.inputs(text.first, second: text.second, options: options)
          }
          refused += 1
        }
      }
      if let padding = rules.padding { oraclePad(&expected, padding) }
      let rows = try BatchEncoder(tokenizer, threads: 1 + seed % 3).inputs(batch, options: options)
      try #require(rows.count == expected.count)
      for (rows, expected) in zip(rows, expected) {
        try check(rows, expected, "seed \(seed)")
        made += rows.count
      }
    }
    #expect(made > 5000 && refused > 500, "\(made) rows, \(refused) refusals")
  }

  // MARK: - Extremes

  @Test func `rows of nothing`() throws {
    var encoder = TokenizerEncoder(tokenizer)
    var options = ModelInputOptions(InputRules())
    #expect(try encoder.inputs([], options: options).map(\.ids) == [[]])
    #expect(try encoder.inputs([], second: [], options: options).map(\.ids) == [[]])
    options.rules.postProcessor = PostProcessor([.bert(start: start, separator: end)])
    #expect(try encoder.inputs([], options: options).map(\.ids) == [[1, 2]])
    options.rules.padding = Padding(pad, multiple: 4)
    let batch = BatchEncoder(tokenizer, threads: 2)
    #expect(try batch.inputs([], options: options).isEmpty)
    let rows = try batch.inputs([InputText([]), InputText([], [])], options: options)
    #expect(rows.map { $0.map(\.ids) } == [[[1, 2, 3, 3]], [[1, 2, 2, 3]]])
  }

  @Test func `what no row fits is an error that says so`() throws {
    var options = ModelInputOptions(
      InputRules(
        postProcessor: PostProcessor([.bert(start: start, separator: end)]),
        truncation: Truncation(maxLength: 2)
      )
    )
    func message(_ text: String, _ second: String?) -> String {
      var encoder = TokenizerEncoder(tokenizer)
      do {
        _ = try encoder.inputs(
          Array(text.utf8),
          second: second.map { Array($0.utf8) },
          options: options
        )
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("a b", "c").contains("no room for the 3 special tokens"))
    options.rules.truncation = Truncation(maxLength: 4, stride: 3)
    #expect(message("a b", nil).contains("a stride of 3 must be below the 2 tokens"))
    options.rules.truncation = Truncation(maxLength: 5, strategy: .onlySecond)
    #expect(message("a b c d e", nil).contains("only the second text"))
    #expect(message("a b c d e", "f").contains("cannot cut"))
    options.rules.truncation = Truncation(maxLength: 6, stride: 2)
    #expect(message("a b c d e", "f g h i").contains("a stride of 2 must be below the 2 tokens"))
    options.rules.truncation = Truncation(maxLength: 5)
    options.wantsOverflow = true
    let long = Array(repeating: "a", count: 2000).joined(separator: " ")
    #expect(message(long, long).contains("more than 1048576 rows"))
    let noPair = InputTemplate(single: [.first(typeID: 0)], pair: [.first(typeID: 0)])
    options.rules = InputRules(postProcessor: PostProcessor([.template(noPair)]))
    #expect(message("a", "b").contains("no place for one of the texts"))
  }

  // MARK: - Noise and counts

  @Test func `the first text of a pair has the noise that it has alone`() throws {
    let rate = try #require(DropoutRate(0.5))
    var options = ModelInputOptions(InputRules())
    options.encoding.noise = SegmentationNoise(rate: rate, seed: 3, epoch: 2)
    let (first, second) = (Array(sampleText.utf8), Array(sampleText.utf8))
    var encoder = TokenizerEncoder(tokenizer)
    let alone = try encoder.encode(first, number: 7, options: options.encoding).ids
    let other = try encoder.encode(
      second,
      number: 7 + TokenizerEncoder.secondText,
      options: options.encoding
    ).ids
    #expect(alone != other)
    let pair = try encoder.inputs(first, second: second, number: 7, options: options)
    #expect(pair.map(\.ids) == [alone + other])
    for threads in [1, 2, 8] {
      let batch = try BatchEncoder(tokenizer, threads: threads).inputs(
        Array(repeating: InputText(first, second), count: 40),
        firstNumber: 0,
        options: options
      )
      #expect(batch[7] == pair && batch[8] != pair)
    }
  }

  @Test func `tokens are counted as they are encoded`() throws {
    var source = NastyText(seed: 12)
    let rate = try #require(DropoutRate(0.3))
    var documents = (0..<200).map { _ in source.next(longest: 60, isValid: false) }
    documents += [[], Array(repeating: UInt8(ascii: "a"), count: 200_000)]
    documents.append((0..<40_000).flatMap { _ in Array("cat ".utf8) + source.next(longest: 9) })
    var options = EncodingOptions()
    options.appended = TokenID(5)
    for noise in [nil, SegmentationNoise(rate: rate, seed: 1, epoch: 1)] {
      options.noise = noise
      let encoder = BatchEncoder(tokenizer, threads: 2)
      let expected = try encoder.encode(documents, firstNumber: 3, options: options)
      let counts = try encoder.countTokens(in: documents, firstNumber: 3, options: options)
      #expect(counts == expected.map(\.ids.count))
    }
  }
}
