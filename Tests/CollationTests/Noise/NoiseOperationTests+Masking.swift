import BytePairEncoding
import Collation
import Corpora
import Noise
import TestSupport
import Testing
import Tokenization

extension NoiseOperationTests {
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
