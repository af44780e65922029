import BytePairEncoding
import TestSupport
import Testing
import TextTestSupport

private let laws = LearningLaw.allCases.filter { $0 != .huggingFace }

@Suite struct PrunedLearningTests {
  @Test(arguments: laws)
  func `PickyBPE agrees with counting everything anew, and words end as in learning`(
    law: LearningLaw
  ) throws {
    var text = NastyText(seed: 41)
    var (merges, removals, restored) = (0, 0, 0)
    for round in 0..<3000 {
      let setting = PruningSample(&text)
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
      let setting = PruningSample(&text)
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
}
