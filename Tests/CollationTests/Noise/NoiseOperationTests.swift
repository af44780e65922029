import BytePairEncoding
import Collation
import Corpora
import Noise
import TestSupport
import Testing
import Tokenization

@Suite("Noise operations on tokens, and choices of masked tokens")
struct NoiseOperationTests {
  static let count = 10_000_000
  let mask = ObjectiveSamples.id("<mask>")

  /// Words of one to four letters behind a space, and a special token now and then; the last is no end.
  static let text: [UInt32] = {
    var draws = RandomStream(key: NoiseKey(seed: 4, site: .testing), item: 2)
    var ids: [UInt32] = []
    ids.reserveCapacity(count + 8)
    while ids.count < count {
      if draws.next(below: 40) == 0 { ids.append(ObjectiveSamples.id("<|endoftext|>")) }
      ids.append(32)
      for _ in 0..<1 + draws.next(below: 4) { ids.append(97 + draws.next(below: 26)) }
    }
    return Array(ids.prefix(count)) + [97]
  }()

  /// Each input beside the token that was read and its target, for all 10^7 tokens.
  func forEach(
    _ recipe: String,
    _ body: (_ id: UInt32, _ input: UInt32, _ target: Int32, _ isRowStart: Bool) -> Void
  ) throws {
    let stream = try ObjectiveSamples.stream(
      recipe + #", "block_size": 512, "batch_size": 64, "shuffle": false"#,
      ids: Self.text
    )
    var builder = BatchBuilder(stream)
    var place = 0
    for step in 0..<stream.stepCount(epoch: 0) {
      let batch = try builder.batch(step: step)
      for row in 0..<batch.rows {
        for column in 0..<batch.lengths[row] {
          let index = row * batch.length + column
          body(Self.text[place], batch.inputs[index], batch.targets[index], column == 0)
          place += 1
        }
      }
    }
    #expect(place >= Self.count)
  }

  func isOrdinary(_ id: UInt32) -> Bool { id < ObjectiveSamples.firstMark }

  @Test("span dropout: exactly the rate, at a row's edge, too; runs of the length; targets whole")
  func spanDropout() throws {
    var (ordinary, dropped, wrong, run) = (0, 0, 0, 0)
    var edge = (ordinary: 0, dropped: 0)
    var runs: [Int: Int] = [:]
    var place = 0
    let recipe = #""span_dropout": 0.2, "span_dropout_length": 5"#
    try forEach(recipe) { id, input, target, isStart in
      place += 1
      if target != Int32(Self.text[place]) { wrong += 1 }
      if !isOrdinary(id) {
        if input != id { wrong += 1 }
        run = -1000
        return
      }
      if isStart { run = -1000 }
      let isDropped = input == mask
      if !isDropped && input != id { wrong += 1 }
      ordinary += 1
      dropped += isDropped ? 1 : 0
      if isStart {
        edge.ordinary += 1
        edge.dropped += isDropped ? 1 : 0
      }
      if isDropped {
        run += 1
      } else {
        if run > 0 { runs[run, default: 0] += 1 }
        run = 0
      }
    }
    #expect(wrong == 0)
    // Tokens of a run are not independent: the variance is at most five times as large.
    #expect(isPlausible(successes: dropped / 5, of: ordinary / 5, probability: 0.2))
    #expect(abs(Double(dropped) / Double(ordinary) - 0.2) < 0.001)
    #expect(isPlausible(successes: edge.dropped, of: edge.ordinary, probability: 0.2))
    #expect(runs.keys.allSatisfy { $0 >= 5 })
    #expect(Double(runs[5] ?? 0) / Double(runs.values.reduce(0, +)) > 0.75)
  }

  @Test("replacement: the rate, the uniform law, special tokens neither chosen nor put in")
  func replacement() throws {
    var (ordinary, changed, wrong, place) = (0, 0, 0, 0)
    var drawn = [Int](repeating: 0, count: 512)
    try forEach(#""token_replacement": 0.1"#) { id, input, target, _ in
      place += 1
      if target != Int32(Self.text[place]) { wrong += 1 }
      if !isOrdinary(id) {
        if input != id { wrong += 1 }
        return
      }
      if !isOrdinary(input) { wrong += 1 }
      ordinary += 1
      if input != id {
        changed += 1
        drawn[Int(input)] += 1
      }
    }
    #expect(wrong == 0)
    let classes = try ObjectiveSamples.collator("").classes
    // An exchange for the same token is not seen.
    let seen = 0.1 * (1 - 1 / Double(classes.ordinary.count))
    #expect(isPlausible(successes: changed, of: ordinary, probability: seen))
    let others = classes.ordinary.filter { $0 != 32 && !(97..<123).contains($0) }
    let uniform = ChiSquare(uniform: others.map { drawn[Int($0)] })
    #expect(others.count > 200 && uniform.isPlausible, "\(uniform)")
  }

  @Test("replacement by frequency draws tokens as often as they stand in the data")
  func frequency() throws {
    var drawn = [Int](repeating: 0, count: 128)
    var counts = drawn
    for id in Self.text where isOrdinary(id) { counts[Int(id)] += 1 }
    var wrong = 0
    let recipe = #""token_replacement": 1, "replacement_law": "frequency""#
    try forEach(recipe) { id, input, _, _ in
      if !isOrdinary(id) {
        if input != id { wrong += 1 }
      } else if input < 128 {
        drawn[Int(input)] += 1
      } else {
        wrong += 1
      }
    }
    #expect(wrong == 0)
    let ids = counts.indices.filter { counts[$0] > 0 }
    let share = Double(drawn.reduce(0, +)) / Double(counts.reduce(0, +))
    let test = ChiSquare(
      observed: ids.map { drawn[$0] },
      expected: ids.map { Double(counts[$0]) * share }
    )
    #expect(test.isPlausible, "\(test)")
  }

  @Test("word dropout: the rate of words, each whole with its space, targets whole")
  func wordDropout() throws {
    let text = Array(Self.text.prefix(1_000_001))
    let recipe = #""word_dropout": 0.25, "block_size": 512, "shuffle": false"#
    let stream = try ObjectiveSamples.stream(recipe, ids: text)
    var (words, dropped, mixed, wrong, place) = (0, 0, 0, 0, 0)
    for batch in try stream.batches() {
      for row in 0..<batch.rows {
        let inputs = batch.inputs(ofRow: row)
        var units: [[Int]] = []
        for column in inputs.indices where isOrdinary(text[place + column]) {
          let isNew =
            column == 0 || !isOrdinary(text[place + column - 1]) || text[place + column] == 32
          if isNew { units.append([]) }
          units[units.count - 1].append(column)
        }
        for unit in units {
          let hidden = unit.count { inputs[$0] == mask }
          words += 1
          dropped += hidden > 0 ? 1 : 0
          mixed += hidden > 0 && hidden < unit.count ? 1 : 0
        }
        let next = text[place + 1..<place + inputs.count + 1].map { Int32($0) }
        #expect(batch.targets(ofRow: row) == next)
        wrong += inputs.indices.count { column in
          !isOrdinary(text[place + column]) && inputs[column] != text[place + column]
        }
        place += inputs.count
      }
    }
    #expect(mixed == 0 && wrong == 0 && words > 200_000)
    #expect(isPlausible(successes: dropped, of: words, probability: 0.25))
  }

  @Test("words are shuffled by at most k places, in every order that sorting allows")
  func wordShuffle() throws {
    let words = ["one", " two", " three", " four", " five"]
    let ids = words.joined().utf8.map { UInt32($0) }
    for distance in [1, 2, 4, 100] {
      let recipe =
        #""objective": "denoising", "noise_density": 0, "block_size": 32, "#
        + #""word_shuffle": \#(distance)"#
      var orders: Set<[Int]> = []
      let collator = try ObjectiveSamples.collator(recipe)
      for seed in 0..<1500 as Range<UInt64> {
        let stream = BatchStream(TokenStream(ids: ids), collator: collator, seed: seed)
        let batch = try stream.batch(step: 0)
        #expect(batch.writtenTargets(ofRow: 0) == ids)
        let text = String(decoding: batch.inputs(ofRow: 0).map { UInt8($0) }, as: UTF8.self)
        #expect(text.utf8.sorted() == words.joined().utf8.sorted())
        let order = words.indices.sorted {
          text.firstRange(of: words[$0])?.lowerBound ?? text.endIndex
            < text.firstRange(of: words[$1])?.lowerBound ?? text.endIndex
        }
        for (place, word) in order.enumerated() { #expect(abs(place - word) <= distance) }
        orders.insert(order)
      }
      // Words further than k from each other keep their order: 8 and 25 orders of five are left.
      let expected = [1: 8...8, 2: 25...25, 4: 60...120, 100: 120...120]
      #expect(expected[distance]?.contains(orders.count) == true, "\(orders.count)")
    }
  }
}
