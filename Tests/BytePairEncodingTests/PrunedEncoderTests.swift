import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

@Suite struct PrunedEncoderTests {
  @Test func `scaffold tokens are split into the fewest tokens, plain and under dropout`() throws {
    var text = NastyText(seed: 43)
    var splits = 0
    for _ in 0..<1000 {
      let setting = PruningSample(&text)
      let result = setting.learner(.bytes).learn(
        from: setting.counts,
        initial: initialVocabulary(),
        sizes: [setting.size],
        pruningMethod: .scaffold
      ) { _ in }[0]
      let model = try PrunedModel(
        tokens: result.vocabulary,
        merges: result.merges,
        pruning: result.pruning
      )
      let plain = try BPEModel(vocabulary: model.expanded, merges: model.merges)
      func split(_ token: TokenID) -> [TokenID] {
        if token.index < model.vocabulary.count { return [token] }
        let ways = model.merges.filter { $0.product == token }
          .map { split($0.left) + split($0.right) }
        let fewest = ways.map(\.count).min()
        return ways.first { $0.count == fewest } ?? []
      }
      var encoder = PrunedEncoder(model)
      var inner = BPEEncoder(model: plain)
      let rate = try #require(DropoutRate(0.3))
      for (number, word) in setting.words.enumerated() {
        let address = WordAddress(document: UInt64(number), position: 3)
        for noise in [nil, SegmentationNoise(rate: rate, seed: 5)] {
          var (ids, all): ([UInt32], [UInt32]) = ([], [])
          try word.bytes.withUnsafeBufferPointer {
            try encoder.encode($0, noise: noise, at: address, into: &ids)
            inner.encode($0, noise: noise, at: address, into: &all)
          }
          #expect(ids.map { TokenID($0) } == all.flatMap { split(TokenID($0)) })
          splits += ids.count - all.count
        }
      }
    }
    #expect(splits > 500, "\(splits)")
  }

  @Test func `dropout on events is the literal one, draw for draw`() throws {
    var text = NastyText(seed: 44)
    var dropped = 0
    for round in 0..<2000 {
      let setting = PruningSample(&text)
      let result = setting.learner(.bytes).learn(
        from: setting.counts,
        initial: initialVocabulary(),
        sizes: [setting.size],
        pruningMethod: .picky(threshold: 0.5)
      ) { _ in }[0]
      var oracle = setting.oracle(.bytes, size: setting.size)
      let events = oracle.picky(setting.words, share: 0.5).events
      let model = try PrunedModel(
        tokens: result.vocabulary,
        merges: result.merges,
        pruning: result.pruning
      )
      var encoder = PrunedEncoder(model)
      let rate = try #require(DropoutRate([0, 0.1, 0.5, 1][round % 4]))
      let noise = SegmentationNoise(rate: rate, seed: UInt64(round))
      let word = (0..<text.number(below: 30)).map { _ in UInt8(97 + text.number(below: 4)) }
      let address = WordAddress(document: 7, position: round)
      var draws = noise.stream(address)
      let threshold = BernoulliThreshold(rate.value)
      let expected = replay(events, on: word) { _ in
        let isDropped = rate != .zero && draws.happens(threshold)
        dropped += isDropped ? 1 : 0
        return isDropped
      }
      #expect(try encoder.tokens(word, model, noise: noise, at: address) == expected)
      if rate.value == 1 { #expect(expected.count == word.count) }
    }
    #expect(dropped > 1000, "\(dropped)")
  }

  @Test func `merges inside a character are not dropped`() throws {
    var tokens = Vocabulary()
    let bytes = Array("éx".utf8)
    for byte in bytes { tokens.append([byte]) }
    let letter = tokens.append(Array("é".utf8))
    let both = tokens.append(bytes)
    let three = tokens.append(bytes + [bytes[2]])
    let merges = [
      Merge(left: TokenID(0), right: TokenID(1), product: letter),
      Merge(left: letter, right: TokenID(2), product: both),
      Merge(left: both, right: TokenID(2), product: three),
    ]
    let removal = VocabularyPruning.Removal(both, after: 3)
    let model = try PrunedModel(
      tokens: tokens,
      merges: merges,
      pruning: .removals([removal])
    )
    var encoder = PrunedEncoder(model)
    let all = try #require(DropoutRate(1))
    let characters = SegmentationNoise(rate: all, seed: 1)
    let single = SegmentationNoise(rate: all, seed: 1, unit: .byte)
    #expect(try encoder.tokens(bytes, model) == [Array("é".utf8), [bytes[2]]])
    #expect(try encoder.tokens(bytes, model, noise: characters) == [Array("é".utf8), [bytes[2]]])
    #expect(try encoder.tokens(bytes, model, noise: single) == bytes.map { [$0] })
  }

  @Test func `long words take no quadratic time`() throws {
    let counts = PruningSample.repeated
    let result = BPELearner(vocabularySize: 60, law: .bytes).learn(
      from: counts,
      initial: initialVocabulary(),
      sizes: [60],
      pruningMethod: .picky(threshold: 0.6)
    ) { _ in }[0]
    let model = try PrunedModel(
      tokens: result.vocabulary,
      merges: result.merges,
      pruning: result.pruning
    )
    var encoder = PrunedEncoder(model)
    var text = NastyText(seed: 45)
    let word = (0..<1 << 20).map { _ in UInt8(97 + text.number(below: 4)) }
    #expect(try encoder.tokens(word, model).flatMap { $0 } == word)
  }

  @Test func `a model that undoes itself takes a limited number of steps, and is refused then`()
    throws
  {
    // All prefixes of a letter in a row, each made and removed many times.
    var tokens = Vocabulary()
    tokens.append(Array("a".utf8))
    for length in 2..<60 { tokens.append([UInt8](repeating: 97, count: length)) }
    func model(rounds: Int) throws -> PrunedModel {
      var merges: [Merge] = []
      var removals: [VocabularyPruning.Removal] = []
      for _ in 0..<rounds {
        for id in 1..<tokens.count {
          merges.append(Merge(left: TokenID(id - 1), right: TokenID(0), product: TokenID(id)))
          if id > 1 { removals.append(.init(TokenID(id - 1), after: merges.count)) }
        }
        removals.append(.init(TokenID(tokens.count - 1), after: merges.count))
      }
      return try PrunedModel(tokens: tokens, merges: merges, pruning: .removals(removals))
    }
    var encoder = PrunedEncoder(try model(rounds: 2), cacheCapacity: 0)
    let word = [UInt8](repeating: 97, count: 100)
    #expect(try encoder.tokens(word, model(rounds: 2)).count == 100)
    #expect(encoder.steps > 100)
    let endless = try model(rounds: 5000)
    encoder = PrunedEncoder(endless, cacheCapacity: 0)
    for rate in [0, 0.5, 0.9] {
      let noise = SegmentationNoise(rate: try #require(DropoutRate(rate)), seed: 3)
      for length in [2, 59, 1000, 100_000] {
        let word = [UInt8](repeating: 97, count: length)
        #expect(throws: PrunedEncoder.TooManyEvents.self) {
          try encoder.tokens(word, endless, noise: noise)
        }
        // The last step may write the parts of one token.
        #expect(encoder.steps > length && encoder.steps <= 4096 + 256 * length + 60)
      }
    }
    // One letter has nothing to merge.
    #expect(try encoder.tokens(Array("a".utf8), endless).count == 1)
  }

  @Test func `what does not fit together is refused`() throws {
    var tokens = initialVocabulary()
    let pair = tokens.append(Array("ab".utf8))
    let merge = Merge(left: TokenID(0), right: TokenID(1), product: pair)
    func make(_ pruning: VocabularyPruning) throws -> PrunedModel {
      try PrunedModel(tokens: tokens, merges: [merge], pruning: pruning)
    }
    #expect(try make(.removals([.init(pair, after: 1)])).leftOutCount == 1)
    #expect(try make(.scaffold([pair])).leftOutCount == 1)
    for pruning: VocabularyPruning in [
      .scaffold([TokenID(0)]), .scaffold([TokenID(99)]), .removals([.init(pair, after: 0)]),
      .removals([.init(pair, after: 2)]), .removals([.init(TokenID(0), after: 1)]),
      .removals([.init(pair, after: 1), .init(pair, after: 1)]),
    ] {
      #expect(throws: BPEModel.InvalidModel.self) { try make(pruning) }
    }
  }
}
