import Collation
import Corpora
import Noise
import TestSupport
import Testing

/// Faults that collators of other libraries have, each as a test that would fail on them.
///
/// The others of their list are in the tests of the operations: special tokens chosen or put in, rates, words of
/// scripts without spaces, noise that workers change, rows that are dropped.
@Suite("Faults of peers")
struct PeerFaultTests {
  private let ids = (0..<4000).map { UInt32($0 % 256) }
  private let masked = #""objective": "masked", "block_size": 50, "batch_size": 8"#

  @Test("padding that is the end of text does not erase the end of text from the targets")
  func paddingIsEnd() throws {
    let end = ObjectiveSamples.id("<|endoftext|>")
    let documents = [[1, 2, 3, end], [4, 5, end], [6, end]] as [[UInt32]]
    let starts = documents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let collator = try ObjectiveSamples.collator(
      #""rows": "documents", "pad_token": "<|endoftext|>", "shuffle": false"#
    )
    let tokens = TokenStream(ids: documents.flatMap { $0 }, documentStarts: starts)
    let batch = try BatchStream(tokens, collator: collator).batch(step: 0)
    #expect(batch.inputs == [1, 2, 3, 4, 5, end, 6, end, end])
    #expect(batch.targets == [2, 3, Int32(end), 5, Int32(end), -100, Int32(end), -100, -100])
    #expect(batch.attentionMask == [1, 1, 1, 1, 1, 0, 1, 0, 0])
  }

  @Test("seed 0 is a seed, and a seed and an epoch never add up to the same noise")
  func seeds() throws {
    let targets = { (seed: UInt64, epoch: UInt32) in
      try ObjectiveSamples.stream(#"\#(masked), "shuffle": false"#, ids: ids, seed: seed)
        .batch(epoch: epoch, step: 0).targets
    }
    #expect(try targets(0, 0) == targets(0, 0))
    #expect(try targets(0, 0) != targets(1, 0))
    #expect(try targets(1, 0) != targets(0, 1))
    #expect(try targets(0, 2) != targets(1, 1))
  }

  @Test("rows a million apart have noise of their own")
  func millionRows() throws {
    let many = [UInt32](repeating: 7, count: 16_000_320)
    let recipe = #""objective": "masked", "block_size": 16, "batch_size": 20, "shuffle": false"#
    let stream = try ObjectiveSamples.stream(recipe, ids: many)
    #expect(try stream.batch(step: 0).targets != stream.batch(step: 50_000).targets)
  }

  @Test("whole words keep the shares of mask and random tokens, and words end at punctuation")
  func wholeWords() throws {
    let text = Array(String(repeating: "stop, go; wait. ", count: 4000).utf8).map { UInt32($0) }
    let recipe =
      #""objective": "masked", "mask_choice": "words", "block_size": 500, "#
      + #""shuffle": false, "mlm_probability": 0.2, "mask_replace_prob": 0.5, "#
      + #""random_replace_prob": 0.5"#
    let mask = ObjectiveSamples.id("<mask>")
    var (masked, words, commas) = (0, 0, 0)
    for batch in try ObjectiveSamples.stream(recipe, ids: text).batches() {
      for row in 0..<batch.rows {
        let (inputs, targets) = (batch.inputs(ofRow: row), batch.targets(ofRow: row))
        for place in 1..<inputs.count where targets[place] == 44 {
          words += 1
          masked += inputs[place] == mask ? 1 : 0
          commas += targets[place - 1] < 0 ? 1 : 0
        }
      }
    }
    #expect(isPlausible(successes: masked, of: words, probability: 0.5))
    #expect(isPlausible(successes: commas, of: words, probability: 0.8))
  }

  @Test("token 0 is a token like others, in every objective")
  func tokenZero() throws {
    let zeros = [UInt32](repeating: 0, count: 600)
    for objective in ["span_corruption", "ul2", "denoising"] {
      let recipe = #""objective": "\#(objective)", "block_size": 64, "shuffle": false"#
      var count = 0
      for batch in try ObjectiveSamples.stream(recipe, ids: zeros).batches() {
        for row in 0..<batch.rows {
          let targets = batch.writtenTargets(ofRow: row).count { $0 == 0 }
          let inputs = batch.inputs(ofRow: row).count { $0 == 0 }
          count += objective == "denoising" ? targets : targets + inputs
        }
      }
      #expect(count == 600)
    }
  }

  @Test("permutations of rows of odd length: every order, special tokens seen by all")
  func permutations() throws {
    let end = ObjectiveSamples.id("<|endoftext|>")
    let recipe =
      #""objective": "permutation", "block_size": 5, "batch_size": 64, "#
      + #""shuffle": false, "plm_probability": 0.3"#
    let row = [10, 11, end, 12, 13] as [UInt32]
    let stream = try ObjectiveSamples.stream(recipe, ids: (0..<12_000).flatMap { _ in row })
    var orders: [[Int32]: Int] = [:]
    var found = 0
    for batch in try stream.batches() {
      for place in 0..<batch.rows {
        let order = Array(batch.order[place * 5..<place * 5 + 5])
        orders[order, default: 0] += 1
        #expect(order.sorted() == [0, 1, 2, 3, 4] && order[2] == 0)
        let targets = batch.targets(ofRow: place)
        let chosen = targets.indices.filter { targets[$0] >= 0 }
        found += chosen.count
        // The last of the order are to be found.
        #expect(chosen.allSatisfy { order[$0] >= 5 - Int32(chosen.count) })
        #expect(chosen.allSatisfy { targets[$0] == Int32(row[$0]) })
      }
    }
    #expect(orders.count == 24 && ChiSquare(uniform: Array(orders.values)).isPlausible)
    #expect(abs(Double(found) / 12_000 - 1.2) < 0.02)
  }

  @Test("a prefix and a middle: every cut, all tokens in their place, the next token as target")
  func parts() throws {
    let row = (0..<20).map { UInt32($0) }
    let many: [UInt32] = Array(repeatElement(row, count: 6000).joined()) + [0]
    let last = row + [0 as UInt32]
    let prefix = #""objective": "prefix", "block_size": 20, "batch_size": 64, "shuffle": false"#
    var prefixes = [Int](repeating: 0, count: 20)
    for batch in try ObjectiveSamples.stream(prefix, ids: many).batches() {
      for place in 0..<batch.rows {
        #expect(batch.inputs(ofRow: place) == row)
        let length = batch.prefixLengths[place]
        prefixes[length] += 1
        let next = row.dropFirst().map { Int32($0) } + [0]
        let expected = [Int32](repeating: -100, count: length - 1) + next.dropFirst(length - 1)
        #expect(batch.targets(ofRow: place) == expected)
      }
    }
    #expect(prefixes[0] == 0 && ChiSquare(uniform: Array(prefixes[1...])).isPlausible)

    let marks = ["<PRE>", "<SUF>", "<MID>"].map { ObjectiveSamples.id($0) }
    let fill =
      #""objective": "fill_in_the_middle", "block_size": 23, "batch_size": 64, "#
      + #""shuffle": false"#
    var kinds = [0, 0, 0]
    var cuts: Set<[Int]> = []
    for batch in try ObjectiveSamples.stream(fill, ids: many).batches() {
      for place in 0..<batch.rows {
        let inputs = batch.inputs(ofRow: place)
        let targets = batch.targets(ofRow: place).map { UInt32($0) }
        #expect(Array(inputs.dropFirst()) == Array(targets.dropLast()))
        let whole = inputs + [targets[targets.count - 1]]
        let parts = whole.split(omittingEmptySubsequences: false) { marks.contains($0) }
        guard parts.count == 4 else {
          #expect(whole == last)
          kinds[0] += 1
          continue
        }
        #expect(whole.filter { marks.contains($0) } == marks && parts[0].isEmpty)
        // PSM: prefix, suffix, middle. SPM: nothing, suffix, prefix and middle.
        var joined: [UInt32] = Array(parts[1])
        joined += parts[3]
        joined += parts[2]
        #expect(joined == last)
        kinds[parts[1].isEmpty ? 2 : 1] += 1
        cuts.insert([parts[1].count, parts[2].count])
      }
    }
    let total = kinds.reduce(0, +)
    #expect(isPlausible(successes: kinds[0], of: total, probability: 0.5))
    // An empty prefix looks like SPM: one of 22 cuts in the mean twice.
    #expect(abs(Double(kinds[2]) / Double(total) - 0.25 - 0.25 / 11) < 0.03)
    #expect(cuts.count > 230)
  }
}
