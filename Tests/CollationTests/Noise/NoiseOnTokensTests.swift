import BytePairEncoding
import Collation
import Corpora
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite("Masking and token dropout")
struct NoiseOnTokensTests {
  private func masked(_ ids: [UInt32], _ masking: TokenMasking, seed: UInt64 = 0) -> BatchStream {
    var collator = CollationSamples.collator(.windows, batch: 64, length: 512)
    collator.isShuffled = false
    collator.objective = masking
    return BatchStream(TokenStream(ids: ids), collator: collator, seed: seed)
  }

  @Test("masking 10^7 tokens: rate, shares, uniform replacement, specials never touched")
  func masking() throws {
    let ids = CollationSamples.ids(10_000_000)
    let stream = masked(ids, CollationSamples.masking(0.15), seed: 11)
    let special = Set(CollationSamples.special.map(\.rawValue))
    var (place, ordinary, chosen, kept, hidden, replaced) = (0, 0, 0, 0, 0, 0)
    var replacements = [Int](repeating: 0, count: CollationSamples.vocabularySize)
    var (touched, wrong) = (0, 0)
    for batch in try stream.batches() {
      for row in 0..<batch.rows {
        for (input, target) in zip(batch.inputs(ofRow: row), batch.targets(ofRow: row)) {
          let id = ids[place]
          place += 1
          if special.contains(id) {
            if input != id || target != -100 { touched += 1 }
            continue
          }
          ordinary += 1
          if target == -100 {
            if input != id { wrong += 1 }
            continue
          }
          chosen += 1
          if target != Int32(id) { wrong += 1 }
          if input == CollationSamples.mask.rawValue {
            hidden += 1
          } else if input == id {
            kept += 1
          } else {
            replaced += 1
            replacements[Int(input)] += 1
          }
        }
      }
    }
    #expect(place == ids.count && touched == 0 && wrong == 0)
    #expect(isPlausible(successes: chosen, of: ordinary, probability: 0.15))
    // A random token is the old one once in 35 times, and then looks kept.
    let split = ChiSquare(
      observed: [hidden, replaced, kept],
      expected: [0.8, 0.1 * 34 / 35, 0.1 + 0.1 / 35].map { $0 * Double(chosen) }
    )
    #expect(split.isPlausible, "\(split)")
    for id in special { #expect(replacements[Int(id)] == 0) }
    let ordinaryReplacements = CollationSamples.classes.ordinary.map { replacements[Int($0)] }
    let uniform = ChiSquare(uniform: ordinaryReplacements)
    #expect(uniform.isPlausible, "\(uniform)")
  }

  @Test("token dropout on 10^7 tokens: the rate, whole targets, specials never touched")
  func dropout() throws {
    let ids = CollationSamples.ids(10_000_001)
    var collator = CollationSamples.collator(.windows, batch: 64, length: 512)
    collator.isShuffled = false
    collator.noise = [CollationSamples.dropout(0.3)]
    let special = Set(CollationSamples.special.map(\.rawValue))
    var (place, ordinary, dropped, wrong) = (0, 0, 0, 0)
    for batch in try BatchStream(TokenStream(ids: ids), collator: collator, seed: 12).batches() {
      for row in 0..<batch.rows {
        for (input, target) in zip(batch.inputs(ofRow: row), batch.targets(ofRow: row)) {
          let id = ids[place]
          place += 1
          if target != Int32(ids[place]) { wrong += 1 }
          if special.contains(id) {
            if input != id { wrong += 1 }
          } else {
            ordinary += 1
            if input == CollationSamples.mask.rawValue {
              dropped += 1
            } else if input != id {
              wrong += 1
            }
          }
        }
      }
    }
    #expect(place == 10_000_000 && wrong == 0)
    #expect(isPlausible(successes: dropped, of: ordinary, probability: 0.3))
  }

  @Test("a rate drawn for each row drops any number of its tokens with the same chance")
  func rateByRow() throws {
    // Integrated over the rate, the binomial law is uniform on 0...n.
    let (length, rows) = (19, 200_000)
    let ids = [UInt32](repeating: CollationSamples.classes.ordinary[0], count: length * rows + 1)
    var collator = CollationSamples.collator(.windows, batch: 500, length: length)
    let dropout = CollationSamples.dropout(1)
    for bound in [1, 0.4] {
      collator.noise = [
        TokenDropout(
          rate: NoiseRate(dropoutRate(bound)),
          replacement: dropout.replacement,
          classes: dropout.classes,
          isDrawnByRow: true
        )
      ]
      var counts = [Int](repeating: 0, count: length + 1)
      var pairs = 0
      for batch in try BatchStream(TokenStream(ids: ids), collator: collator, seed: 3).batches() {
        for row in 0..<batch.rows {
          let dropped = batch.inputs(ofRow: row).map { $0 == CollationSamples.mask.rawValue }
          counts[dropped.count { $0 }] += 1
          // Two tokens of a row share their rate.
          pairs += dropped[0] && dropped[length - 1] ? 1 : 0
        }
      }
      #expect(counts.reduce(0, +) == rows)
      if bound == 1 {
        #expect(ChiSquare(uniform: counts).isPlausible, "\(counts)")
      }
      let total = zip(counts, 0...).map { $0 * $1 }.reduce(0, +)
      let mean = Double(total) / Double(rows * length)
      #expect(abs(mean - bound / 2) < 0.005)
      #expect(isPlausible(successes: pairs, of: rows, probability: bound * bound / 3))
    }
  }

  @Test("both are the oracle's, for hundreds of seeds, epochs and rates")
  func oracle() throws {
    let ordinary = CollationSamples.classes.ordinary
    for seed in 0..<300 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 1)
      let rate = seed == 0 ? 0 : seed == 1 ? 1 : Double(draws.next(below: 1001)) / 1000
      let share = Double(draws.next(below: 101)) / 100
      let random = (1 - share) * Double(draws.next(below: 101)) / 100
      let epoch = draws.next(below: 5)
      let ids = CollationSamples.ids(100, seed: seed)
      var collator = CollationSamples.collator(.windows, batch: 3, length: 9)
      collator.isShuffled = false
      collator.objective = CollationSamples.masking(
        NoiseRate(dropoutRate(rate)),
        mask: share,
        random: random
      )
      let masked = BatchStream(TokenStream(ids: ids), collator: collator, seed: seed)
      collator.objective = CausalPrediction()
      collator.noise = [CollationSamples.dropout(rate)]
      let dropped = BatchStream(TokenStream(ids: ids), collator: collator, seed: seed)
      for step in 0..<4 {
        let maskedBatch = try masked.batch(epoch: epoch, step: step)
        let droppedBatch = try dropped.batch(epoch: epoch, step: step)
        for row in 0..<maskedBatch.rows {
          let sample = step * 3 + row
          let window = Array(ids[sample * 9..<min(sample * 9 + 9, 100)])
          let expected = CollationOracle.masked(
            window,
            ordinary: ordinary,
            mask: CollationSamples.mask.rawValue,
            rate: rate,
            shares: (share, random),
            at: (seed, epoch, sample)
          )
          #expect(maskedBatch.inputs(ofRow: row) == expected.inputs)
          #expect(maskedBatch.targets(ofRow: row) == expected.targets)
        }
        for row in 0..<droppedBatch.rows {
          let sample = step * 3 + row
          let window = Array(ids[sample * 9..<min(sample * 9 + 9, 99)])
          let expected = CollationOracle.dropped(
            window,
            ordinary: ordinary,
            replacement: CollationSamples.mask.rawValue,
            rate: rate,
            seed: seed,
            epoch: epoch,
            sample: sample
          )
          #expect(droppedBatch.inputs(ofRow: row) == expected)
        }
      }
    }
  }

  @Test("rate 0 leaves all, rate 1 takes every ordinary token")
  func extremes() throws {
    let ids = CollationSamples.ids(2000)
    let none = try masked(ids, CollationSamples.masking(0)).batch(step: 0)
    #expect(none.targetCount == 0)
    #expect((0..<none.rows).flatMap { none.inputs(ofRow: $0) } == ids)
    let masking = CollationSamples.masking(NoiseRate(dropoutRate(1)), mask: 1, random: 0)
    let all = try masked(ids, masking).batch(step: 0)
    for (id, input) in zip(ids, (0..<all.rows).flatMap { all.inputs(ofRow: $0) }) {
      #expect(input == (CollationSamples.classes.isSpecial(id) ? id : 2))
    }
  }

  @Test("the course of a rate spans the epochs of the run")
  func schedule() throws {
    var collator = CollationSamples.collator(.windows, batch: 4, length: 50)
    collator.epochs = 2
    let rate = NoiseRate(dropoutRate(0.5), schedule: .late(from: 0.5))
    collator.objective = CollationSamples.masking(rate)
    let ids = CollationSamples.ids(4000)
    let stream = BatchStream(TokenStream(ids: ids), collator: collator)
    #expect(try stream.batches(epoch: 0).allSatisfy { $0.targetCount == 0 })
    #expect(try stream.batches(epoch: 1).allSatisfy { $0.targetCount > 0 })
    #expect(try stream.batches(epoch: 7).allSatisfy { $0.targetCount > 0 })
  }

  @Test("noise differs between rows, epochs and seeds")
  func variety() throws {
    let ids = [UInt32](repeating: 20, count: 512 * 64)
    let masking = CollationSamples.masking(0.5)
    let batch = try masked(ids, masking).batch(step: 0)
    #expect(Set((0..<64).map { batch.targets(ofRow: $0) }).count == 64)
    #expect(try masked(ids, masking, seed: 1).batch(step: 0).targets != batch.targets)
    #expect(try masked(ids, masking).batch(epoch: 1, step: 0).targets != batch.targets)
  }

  @Test("a tokenizer's special tokens, and ids without a token, are special")
  func classes() throws {
    let tokenizer = try CollationSamples.tokenizer()
    let classes = TokenClasses(tokenizer, special: [TokenID(UInt32(5))])
    let expected = (0..<UInt32(tokenizer.vocabulary.count)).filter { $0 != 5 }
    #expect(classes.ordinary == expected)
    for id in [5, 399, 400, 401, 402, 403, 1 << 31] as [UInt32] { #expect(classes.isSpecial(id)) }
  }
}
