import BytePairEncoding
import Collation
import Corpora
import Noise
import TestSupport
import Testing
import Tokenization

@Suite("Noise operations on tokens, and choices of masked tokens")
struct NoiseOperationTests {
  private static let count = 10_000_000
  private let mask = ObjectiveSamples.id("<mask>")

  /// Words of one to four letters behind a space, and a special token now and then; the last is no end.
  private static let text: [UInt32] = {
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
  private func forEach(
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

  private func isOrdinary(_ id: UInt32) -> Bool { id < ObjectiveSamples.firstMark }

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

  @Test("an exact count: as many as the rate says, to the nearest, every token equally likely")
  func exactCount() throws {
    var (chosen, ordinary) = ([0], [0])
    var perPlace = [Int](repeating: 0, count: 4)
    var (column, wrong) = (0, 0)
    try forEach(#""objective": "masked", "mask_choice": "count""#) { id, _, target, isStart in
      if isStart {
        chosen.append(0)
        ordinary.append(0)
        column = 0
      }
      if isOrdinary(id) { ordinary[ordinary.count - 1] += 1 }
      if target >= 0 {
        chosen[chosen.count - 1] += 1
        perPlace[column / 128] += 1
        wrong += isOrdinary(id) ? 0 : 1
      }
      column += 1
    }
    #expect(wrong == 0)
    #expect(zip(chosen, ordinary).allSatisfy { abs(Double($0) - 0.15 * Double($1)) < 1 })
    let total = ordinary.reduce(0, +)
    #expect(abs(Double(chosen.reduce(0, +)) - 0.15 * Double(total)) < 1000)
    #expect(ChiSquare(uniform: perPlace.map { $0 / 2 }).isPlausible)
  }

  @Test("spans and n-grams: the count of tokens, whole words, lengths, one fate for each")
  func spans() throws {
    let text = Array(Self.text.prefix(2_000_000))
    for (choice, limit) in [("spans", 10), ("ngrams", 3)] {
      let recipe =
        #""objective": "masked", "mask_choice": "\#(choice)", "block_size": 512, "#
        + #""shuffle": false"#
      var (chosen, ordinary, place, cut, wrong, rows) = (0, 0, 0, 0, 0, 0)
      var lengths: [Int: Int] = [:]
      var fates = [0, 0, 0]
      for batch in try ObjectiveSamples.stream(recipe, ids: text).batches() {
        for row in 0..<batch.rows {
          let (inputs, targets) = (batch.inputs(ofRow: row), batch.targets(ofRow: row))
          var (length, fate) = (0, Set<Int>())
          for column in inputs.indices {
            let id = text[place + column]
            if !isOrdinary(id) {
              wrong += targets[column] < 0 && inputs[column] == id ? 0 : 1
              length = 0
              fate = []
              continue
            }
            ordinary += 1
            let isStart =
              column == 0 || !isOrdinary(text[place + column - 1]) || id == 32
            if targets[column] < 0 {
              if !isStart && column > 0 && targets[column - 1] >= 0 { cut += 1 }
              if length > 0 && isStart {
                lengths[length, default: 0] += 1
                if fate.count == 1 { fates[fate.first ?? 0] += 1 }
              }
              (length, fate) = (0, [])
              continue
            }
            chosen += 1
            if isStart { length += 1 } else if column > 0 && targets[column - 1] < 0 { cut += 1 }
            if inputs[column] == mask {
              fate.insert(0)
            } else if inputs[column] != id {
              fate.insert(1)
            }
          }
          place += inputs.count
          rows += 1
        }
      }
      #expect(cut == 0 && wrong == 0)
      // At most one word more than the rate asks for.
      let excess = Double(chosen) - 0.15 * Double(ordinary)
      #expect(excess > -Double(rows) && excess < 5 * Double(rows), "\(excess) \(rows)")
      let longer = lengths.filter { $0.key > limit }.values.reduce(0, +)
      #expect(Double(longer) / Double(lengths.values.reduce(0, +)) < 0.06)
      #expect((lengths[1] ?? 0) > (lengths[2] ?? 0) && (lengths[2] ?? 0) > (lengths[3] ?? 0))
      #expect(Double(fates[0]) / Double(fates[0] + fates[1]) > 0.85)
    }
  }

  @Test("replaced tokens: 1 where another token stands, 0 at the others, none at special ones")
  func replacedTokens() throws {
    var (ordinary, replaced, wrong) = (0, 0, 0)
    try forEach(#""objective": "replaced", "mlm_probability": 0.2"#) { id, input, target, _ in
      if !isOrdinary(id) {
        if target != -100 || input != id { wrong += 1 }
        return
      }
      ordinary += 1
      if target != (id == input ? 0 : 1) || !isOrdinary(input) { wrong += 1 }
      replaced += target == 1 ? 1 : 0
    }
    let classes = try ObjectiveSamples.collator("").classes
    let seen = 0.2 * (1 - 1 / Double(classes.ordinary.count))
    #expect(wrong == 0)
    #expect(isPlausible(successes: replaced, of: ordinary, probability: seen))
  }

  @Test("rate 1 takes every ordinary token, and rate 0 none, whatever the operation")
  func extremes() throws {
    let ids = Array(Self.text.prefix(3000))
    let rows = #""block_size": 100, "shuffle": false"#
    for operation in ["token_dropout", "word_dropout", "span_dropout"] {
      let all = try ObjectiveSamples.stream(#""\#(operation)": 1, \#(rows)"#, ids: ids).batches()
      let none = try ObjectiveSamples.stream(#""\#(operation)": 0, \#(rows)"#, ids: ids).batches()
      let inputs = { (batches: [Batch]) in
        batches.flatMap { batch in (0..<batch.rows).flatMap { batch.inputs(ofRow: $0) } }
      }
      #expect(inputs(none) == Array(ids.dropLast()))
      #expect(inputs(all) == ids.dropLast().map { isOrdinary($0) ? mask : $0 })
    }
    for choice in ["tokens", "count", "words", "spans", "ngrams"] {
      let recipe = #""objective": "masked", "mask_choice": "\#(choice)", "mlm_probability": "#
      for (rate, share) in [("0", 0), ("1", 1)] {
        let batches = try ObjectiveSamples.stream("\(recipe)\(rate), \(rows)", ids: ids).batches()
        let ordinary = ids.count { isOrdinary($0) }
        let chosen = batches.reduce(0) { $0 + $1.targetCount }
        if choice == "spans" || choice == "ngrams" {
          #expect(chosen <= ordinary * share && chosen >= ordinary * share * 9 / 10)
        } else {
          #expect(chosen == ordinary * share)
        }
      }
    }
  }
}
