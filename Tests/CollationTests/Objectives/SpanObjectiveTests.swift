import BytePairEncoding
import Collation
import Corpora
import Foundation
import Noise
import TestSupport
import Testing
import Tokenization

@Suite("Span corruption, mixtures, denoising")
struct SpanObjectiveTests {
  private let size = #""block_size": 512, "batch_size": 16, "shuffle": false"#

  /// Tokens of which one in fifty is special, or none.
  private func ids(_ count: Int, special: Bool, seed: UInt64 = 1) -> [UInt32] {
    var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 9)
    return (0..<count).map { _ in
      special && draws.next(below: 50) == 0
        ? ObjectiveSamples.id("<|endoftext|>") : draws.next(below: 256)
    }
  }

  /// The number of a sentinel, or nil.
  private func sentinel(_ id: UInt32) -> Int? {
    let first = ObjectiveSamples.id("<extra_id_0>")
    return id >= first && id < first + UInt32(ObjectiveSamples.sentinelCount)
      ? Int(id - first) : nil
  }

  /// Puts what sentinels stand for in their place: the row, with special tokens behind their span, and
  /// the lengths of the spans.
  private func restored(
    _ inputs: [UInt32],
    _ targets: [UInt32]
  ) -> (row: [UInt32], spans: [Int]) {
    var spans: [[UInt32]] = []
    for id in targets.dropLast() {
      if let number = sentinel(id) {
        #expect(number == spans.count)
        spans.append([])
      } else {
        spans[spans.count - 1].append(id)
      }
    }
    let end = ObjectiveSamples.id("</s>")
    #expect(inputs.last == end && targets.last == end)
    let row = inputs.dropLast().flatMap { sentinel($0).map { spans[$0] } ?? [$0] }
    return (row, spans.map(\.count))
  }

  @Test("568 tokens give 512 inputs and 114 targets, as T5 publishes")
  func publishedLengths() throws {
    let collator = try ObjectiveSamples.collator(#""objective": "span_corruption", \#(size)"#)
    let corruption = try #require(collator.objective as? SpanCorruption)
    #expect(corruption.tokens(fitting: 512) == 568)
    #expect(corruption.inputLength(ofTokens: 568) == 512)
    #expect(corruption.targetLength(ofTokens: 568) == 114)
    #expect(collator.longestTargets == 114)
    for special in [false, true] {
      let ids = ids(568 * 64, special: special)
      let stream = try ObjectiveSamples.stream(
        #""objective": "span_corruption", \#(size)"#,
        ids: ids
      )
      var row = 0
      for batch in try stream.batches() {
        #expect(batch.length == 512 && batch.targetLength == 114)
        for place in 0..<batch.rows {
          #expect(batch.lengths[place] == 512 && batch.targetLengths[place] == 114)
          let restored = restored(
            batch.inputs(ofRow: place),
            batch.writtenTargets(ofRow: place)
          )
          let source = Array(ids[row * 568..<(row + 1) * 568])
          #expect(restored.spans.count == 28 && restored.spans.reduce(0, +) == 85)
          if special {
            // A special token inside a span stands behind it.
            #expect(restored.row.sorted() == source.sorted())
            #expect(batch.writtenTargets(ofRow: place).allSatisfy { $0 != 400 })
          } else {
            #expect(restored.row == source)
          }
          row += 1
        }
      }
      #expect(row == 64)
    }
  }

  @Test("lengths of spans and places have the law that is written down")
  func laws() throws {
    // 6 of 20 tokens in 2 spans: 5 compositions, and 2 of 15 slots: 525 layouts, all equally likely.
    let recipe =
      #""objective": "span_corruption", "noise_density": 0.3, "block_size": 17, "#
      + #""batch_size": 64, "shuffle": false"#
    let source = (0..<20).map { UInt32($0) }
    let ids = (0..<60_000).flatMap { _ in source }
    let stream = try ObjectiveSamples.stream(recipe, ids: ids)
    var layouts: [[UInt32]: Int] = [:]
    var (first, last) = (0, 0)
    for batch in try stream.batches() {
      for row in 0..<batch.rows {
        let targets = batch.writtenTargets(ofRow: row)
        #expect(restored(batch.inputs(ofRow: row), targets).row == source)
        layouts[targets, default: 0] += 1
        first += targets.contains(0) ? 1 : 0
        last += targets.contains(19) ? 1 : 0
      }
    }
    #expect(layouts.count == 525)
    let test = ChiSquare(uniform: Array(layouts.values))
    #expect(test.isPlausible, "\(test)")
    // T5's own mask never hides the first token, and always the last.
    #expect(first > 5000 && first < 20_000 && last > 5000 && last < 20_000)
  }

  @Test("rows of every length: the counts of the formula, and every row is found again")
  func everyLength() throws {
    for rate in [0, 0.15, 0.5, 0.9, 1] {
      for mean in [1, 3, 8.0] {
        let corruption = SpanCorruption(
          rate: rate,
          meanLength: mean,
          sentinels: [TokenID(UInt32(1))],
          end: TokenID(UInt32(0)),
          classes: CollationSamples.classes
        )
        for tokens in 2..<200 {
          let (hidden, spans) = corruption.counts(ofTokens: tokens)
          #expect(hidden >= 1 && hidden < tokens && spans >= 1 && spans <= hidden)
          #expect(spans <= tokens - hidden)
          #expect(
            corruption.inputLength(ofTokens: tokens) <= corruption.inputLength(ofTokens: tokens + 1)
          )
        }
        for length in 3..<100 {
          let tokens = corruption.tokens(fitting: length)
          #expect(corruption.inputLength(ofTokens: tokens) <= length)
        }
      }
    }
    let documents = (0..<80).map { length in (0..<length).map { UInt32($0) } }
    let starts = documents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    let collator = try ObjectiveSamples.collator(
      #""rows": "documents", "objective": "span_corruption", "block_size": 100, "shuffle": false"#
    )
    let tokens = TokenStream(ids: documents.flatMap { $0 }, documentStarts: starts)
    var number = 1
    for batch in try BatchStream(tokens, collator: collator).batches() {
      for row in 0..<batch.rows {
        let restored = restored(batch.inputs(ofRow: row), batch.writtenTargets(ofRow: row))
        #expect(restored.row == documents[number])
        number += 1
      }
    }
    #expect(number == 80)
  }

  @Test("UL2: seven denoisers equally often, marked by their mode, each with its statistics")
  func mixture() throws {
    let ids = ids(510 * 4000, special: false)
    let stream = try ObjectiveSamples.stream(#""objective": "ul2", \#(size)"#, ids: ids)
    var modes: [UInt32: Int] = [:]
    var counts: [[Int]: Int] = [:]
    var suffixes: [Int] = []
    var row = 0
    for batch in try stream.batches() {
      for place in 0..<batch.rows {
        let inputs = batch.inputs(ofRow: place)
        let restored = restored(Array(inputs.dropFirst()), batch.writtenTargets(ofRow: place))
        #expect(restored.row == Array(ids[row * 510..<(row + 1) * 510]))
        modes[inputs[0], default: 0] += 1
        if inputs[0] == ObjectiveSamples.id("[S]") {
          #expect(restored.spans.count == 1 && sentinel(inputs[inputs.count - 2]) == 0)
          suffixes.append(restored.spans[0])
        } else {
          counts[[restored.spans.reduce(0, +), restored.spans.count], default: 0] += 1
        }
        row += 1
      }
    }
    #expect(row == 4000 && modes.count == 3)
    let expected = ["[R]": 2.0 / 7, "[S]": 1.0 / 7, "[X]": 4.0 / 7]
    for (mode, share) in expected {
      let seen = modes[ObjectiveSamples.id(mode)] ?? 0
      #expect(isPlausible(successes: seen, of: row, probability: share))
    }
    // round(510 · 0.15) = 77 (76.5), round(510 · 0.5) = 255; spans of mean 3, 8, 64.
    #expect(
      Set(counts.keys) == [[77, 26], [77, 10], [255, 85], [255, 32], [77, 1], [255, 4]]
    )
    let mean = Double(suffixes.reduce(0, +)) / Double(suffixes.count)
    #expect(abs(mean - 127.5) < 15 && suffixes.min() ?? 0 >= 1 && suffixes.max() ?? 0 <= 254)
  }

  @Test("BART: 30 % hidden in spans of Poisson's law, one mask each, and the row as target")
  func infilling() throws {
    let mask = ObjectiveSamples.id("<mask>")
    let source = (0..<250).map { UInt32($0) }
    let ids = (0..<4000).flatMap { _ in source }
    let recipe = #""objective": "denoising", "block_size": 250, "batch_size": 16, "shuffle": false"#
    let stream = try ObjectiveSamples.stream(recipe, ids: ids)
    var (hidden, masks, grown, insertions) = (0, 0, 0, 0)
    var lengths = [Int](repeating: 0, count: 12)
    for batch in try stream.batches() {
      for row in 0..<batch.rows {
        let inputs = batch.inputs(ofRow: row)
        #expect(batch.writtenTargets(ofRow: row) == source)
        #expect(inputs.filter { $0 != mask } == inputs.filter { $0 != mask }.sorted())
        let seen = Set(inputs)
        hidden += source.count { !seen.contains($0) }
        masks += inputs.count { $0 == mask }
        if inputs.count > source.count { grown += 1 }
        // The lengths of gaps between visible tokens; a mask without a gap was put in.
        var gaps: [Int] = []
        var next: UInt32 = 0
        for id in inputs where id != mask {
          if id > next { gaps.append(Int(id - next)) }
          next = id + 1
        }
        if next < 250 { gaps.append(250 - Int(next)) }
        insertions += inputs.count { $0 == mask } - gaps.count
        // The last span is shortened, and nobody knows which that was: lengths of nearly all are right.
        for gap in gaps { lengths[min(gap, 11)] += 1 }
      }
    }
    #expect(grown == 0)
    #expect(hidden == 75 * 4000)
    let law = DiscreteLaw.poisson(3)
    #expect(abs(law.mean - 3) < 1e-6)
    let spans = Double(lengths.reduce(0, +))
    // Poisson's law without 0 has mean 3 / (1 - e^-3) = 3.157; one in 24 is shortened.
    #expect(abs(Double(hidden) / spans - 3.157) < 0.12)
    #expect(abs(Double(insertions) / spans - 0.0524) < 0.01)
    let poisson = [0.14936, 0.22404, 0.22404, 0.16803, 0.10082, 0.05041].map { $0 / 0.950213 }
    for (length, share) in poisson.enumerated() {
      #expect(abs(Double(lengths[length + 1]) / spans - share) < 0.02)
    }
  }

  @Test("BART: sentences change places inside their document, and all tokens are there")
  func sentences() throws {
    let text = "One is here. Two is there! Three? Four and five. "
    let recipe =
      #""objective": "denoising", "permute_sentences": true, "noise_density": 0, "#
      + #""block_size": 128, "separator": null"#
    let bytes = Array(text.utf8)
    let ids = bytes.map { UInt32($0) } + [400] + bytes.map { UInt32($0) }
    var seen: Set<[UInt32]> = []
    for seed in 0..<300 as Range<UInt64> {
      let batch = try ObjectiveSamples.stream(recipe, ids: ids, seed: seed).batch(step: 0)
      let inputs = batch.inputs(ofRow: 0)
      #expect(batch.writtenTargets(ofRow: 0) == ids && inputs[bytes.count] == 400)
      let halves = inputs.split(separator: 400).map { Array($0) }
      #expect(halves.count == 2)
      for half in halves {
        let whole = String(decoding: half.map { UInt8($0) }, as: UTF8.self)
        for sentence in ["One is here. ", "Two is there! ", "Three? ", "Four and five. "] {
          #expect(whole.contains(sentence))
        }
        seen.insert(half)
      }
    }
    #expect(seen.count == 24)
  }

  @Test("BART: sentences whose tokens begin with a space take every order equally often")
  func sentencesBehindSpaces() throws {
    let tokenizer = try CollationSamples.tokenizer()
    let text = Array("in the! the er! and in! is on.".utf8)
    var encoder = TokenizerEncoder(tokenizer)
    let ids = try encoder.encode(text, options: EncodingOptions()).ids
    #expect(ids.contains { tokenizer.bytes(of: TokenID($0)).elementsEqual(" the".utf8) })
    let recipe =
      #"{"objective": "denoising", "permute_sentences": true, "noise_density": 0, "#
      + #""block_size": 128, "separator": null, "rows": "documents", "batch_size": 1}"#
    let stream = try BatchStream(
      DocumentStore([text]),
      tokenizer: tokenizer,
      separator: nil,
      collator: CollationRecipe(Array(recipe.utf8)).collator(for: tokenizer)
    )
    var counts: [[UInt32]: Int] = [:]
    let epochs = 4800
    for epoch in 0..<UInt32(epochs) {
      counts[try stream.batch(epoch: epoch, step: 0).inputs(ofRow: 0), default: 0] += 1
    }
    #expect(counts.count == 24)
    // 49.7 is the 99.9 % quantile of chi-squared with 23 degrees of freedom.
    let mean = Double(epochs) / 24
    #expect(counts.values.reduce(0) { $0 + pow(Double($1) - mean, 2) / mean } < 49.7)
  }
}
