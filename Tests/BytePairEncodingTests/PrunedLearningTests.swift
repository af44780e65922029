import BytePairEncoding
import Noise
import TestSupport
import Testing
import TextTestSupport

private let laws = LearningLaw.allCases.filter { $0 != .huggingFace }

private func initialVocabulary() -> Vocabulary {
  var vocabulary = Vocabulary()
  for byte in "abcde".utf8 { vocabulary.append([byte]) }
  return vocabulary
}

/// A random small corpus with random settings.
private struct Setting {
  let words: [(bytes: [UInt8], count: Int)]
  let minimumFrequency: Int
  let longestToken: Int
  let size: Int

  init(_ text: inout NastyText) {
    let letters = text.number(below: 3) + 2
    let longest: UInt32 = text.number(below: 4) == 0 ? 24 : 9
    words = (0..<text.number(below: 8) + 1).map { _ in
      (
        bytes: (0..<text.number(below: longest)).map { _ in UInt8(97 + text.number(below: letters))
        },
        count: Int(text.number(below: 5) + 1)
      )
    }
    minimumFrequency = Int(text.number(below: 3))
    longestToken = text.number(below: 2) == 0 ? Int.max : Int(text.number(below: 6) + 2)
    size = 6 + Int(text.number(below: 40))
  }

  var counts: WordCounts {
    var counts = WordCounts()
    for word in words { counts.append(word.bytes, occurrences: UInt64(word.count)) }
    return counts
  }

  func oracle(_ law: LearningLaw, size: Int) -> LearnerOracle {
    let longest = longestToken
    return LearnerOracle(
      law: law,
      initial: initialVocabulary(),
      size: size,
      minimumFrequency: minimumFrequency,
      isAllowed: { $0.count <= longest }
    )
  }

  func learner(_ law: LearningLaw) -> BPELearner {
    BPELearner(
      vocabularySize: size,
      minimumFrequency: UInt64(minimumFrequency),
      law: law,
      limits: JoinLimits(longestToken: longestToken)
    )
  }
}

extension BPELearner.PrunedResult {
  /// The merges by bytes, and where tokens are removed.
  fileprivate var steps: [[[UInt8]]] {
    var steps = merges.map { merge in
      [Array(vocabulary.bytes(of: merge.left)), Array(vocabulary.bytes(of: merge.right))]
    }
    guard case .removals(let removals) = pruning else { return steps }
    for removal in removals.reversed() {
      steps.insert([Array(vocabulary.bytes(of: removal.token))], at: removal.mergeCount)
    }
    return steps
  }
}

extension PrunedLearning {
  fileprivate var steps: [[[UInt8]]] {
    events.map { event in
      switch event {
      case .merge(let left, let right): [left, right]
      case .split(let token, _): [token]
      }
    }
  }
}

extension PrunedModel {
  fileprivate var learnedTokens: [[UInt8]] {
    (5..<vocabulary.count).map { Array(vocabulary.bytes(of: TokenID($0))) }
  }
}

extension PrunedEncoder {
  fileprivate mutating func tokens(
    _ word: [UInt8],
    _ model: PrunedModel,
    noise: SegmentationNoise? = nil,
    at address: WordAddress = WordAddress()
  ) throws -> [[UInt8]] {
    var ids: [UInt32] = []
    try word.withUnsafeBufferPointer { try encode($0, noise: noise, at: address, into: &ids) }
    return ids.map { Array(model.vocabulary.bytes(of: TokenID($0))) }
  }
}

@Suite struct PrunedLearnerTests {
  @Test(arguments: laws)
  func `PickyBPE agrees with counting everything anew, and words end as in learning`(
    law: LearningLaw
  ) throws {
    var text = NastyText(seed: 41)
    var (merges, removals, restored) = (0, 0, 0)
    for round in 0..<3000 {
      let setting = Setting(&text)
      let share = [0.3, 0.5, 0.7, 0.9, 1][Int(text.number(below: 5))]
      let sizes = [setting.size, min(setting.size, 12)]
      let results = setting.learner(law).learn(
        from: setting.counts,
        initial: initialVocabulary(),
        sizes: sizes,
        pruningMethod: .picky(threshold: share)
      ) { _ in }
      for (size, result) in zip(sizes, results) {
        var oracle = setting.oracle(law, size: size)
        let expected = oracle.picky(setting.words, share: share)
        #expect(result.steps == expected.steps, "law \(law), round \(round), size \(size)")
        let model = try PrunedModel(
          tokens: result.vocabulary,
          merges: result.merges,
          pruning: result.pruning
        )
        #expect(model.learnedTokens == expected.tokens)
        var encoder = PrunedEncoder(model)
        for (word, tokens) in zip(setting.words, expected.words) {
          #expect(try encoder.tokens(word.bytes, model) == tokens, "law \(law), round \(round)")
          #expect(encoder.steps < 1024)
        }
        for _ in 0..<3 {
          let word = (0..<text.number(below: 20)).map { _ in UInt8(97 + text.number(below: 4)) }
          let tokens = replay(expected.events, on: word)
          // The second time from the cache.
          #expect(try encoder.tokens(word, model) == tokens)
          #expect(try encoder.tokens(word, model) == tokens)
        }
        merges += result.merges.count
        if case .removals(let all) = result.pruning {
          removals += all.count
          restored += all.count - model.leftOutCount
        }
      }
    }
    let counts = "\(merges) merges, \(removals) removals, \(restored) restored"
    #expect(merges > 20_000 && removals > 5000 && restored > 200, "\(counts)")
  }

  @Test(arguments: laws)
  func `Scaffold-BPE agrees with counting everything anew`(law: LearningLaw) throws {
    var text = NastyText(seed: 42)
    var (merges, scaffolds) = (0, 0)
    for round in 0..<3000 {
      let setting = Setting(&text)
      let sizes = [min(setting.size, 12), setting.size]
      for threshold: Int64 in [1, 3, 1000] {
        var learner = setting.learner(law)
        learner.threshold = threshold
        let results = learner.learn(
          from: setting.counts,
          initial: initialVocabulary(),
          sizes: sizes,
          pruningMethod: .scaffold
        ) { _ in }
        for (size, result) in zip(sizes, results) {
          var oracle = setting.oracle(law, size: size)
          let expected = oracle.scaffold(setting.words)
          let steps = expected.steps
          let rules = steps.enumerated().filter { !steps[($0 + 1)...].contains($1) }.map(\.1)
          #expect(result.steps == rules, "law \(law), round \(round), threshold \(threshold)")
          let model = try PrunedModel(
            tokens: result.vocabulary,
            merges: result.merges,
            pruning: result.pruning
          )
          #expect(model.learnedTokens == expected.tokens)
          merges += result.merges.count
          scaffolds += model.leftOutCount
        }
      }
    }
    #expect(merges > 20_000 && scaffolds > 2000, "\(merges) \(scaffolds)")
  }

  @Test func `scaffold tokens are split into the fewest tokens, plain and under dropout`() throws {
    var text = NastyText(seed: 43)
    var splits = 0
    for _ in 0..<1000 {
      let setting = Setting(&text)
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
      let setting = Setting(&text)
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
    let counts = Setting.repeated
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

extension Setting {
  /// Words of four letters, many of which come up again.
  fileprivate static var repeated: WordCounts {
    var text = NastyText(seed: 46)
    var counts = WordCounts()
    for _ in 0..<300 {
      let word = (0..<40).map { _ in UInt8(97 + text.number(below: 4)) }
      counts.append(word, occurrences: UInt64(text.number(below: 50) + 1))
    }
    return counts
  }
}
