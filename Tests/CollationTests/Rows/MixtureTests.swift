import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Execution
import Noise
import TestSupport
import Testing
import Tokenization

@Suite("Several sources in one stream")
struct MixtureTests {
  /// Tokens whose ids say their source and place.
  private func tokens(_ source: Int, _ count: Int, documents: [Int] = []) -> TokenStream {
    TokenStream(ids: (0..<count).map { UInt32(source * 1000 + $0) }, documentStarts: documents)
  }

  private func mixture(
    _ counts: [Int],
    _ shares: [SourceShare],
    shuffled: Bool = true,
    seed: UInt64 = 2
  ) throws -> BatchStream {
    var collator = CollationSamples.collator(.windows, batch: 7, length: 1)
    collator.isShuffled = shuffled
    collator.objective = CollationSamples.masking(0)
    let streams = counts.enumerated().map { source, count in
      BatchStream(tokens(source, count), collator: collator)
    }
    return try BatchStream(mixing: streams, shares, seed: seed)
  }

  /// The row of each sample of an epoch: source and place.
  private func rows(_ stream: BatchStream, _ epoch: UInt32) throws -> [UInt32] {
    try stream.batches(epoch: epoch).flatMap(\.inputs)
  }

  @Test("repeats: over epochs each row as often as the others of its source, exactly")
  func repeats() throws {
    let counts = [10, 33, 1, 4]
    let repeats = [1, 0.5, 3, 1.75]
    let expected = [10, 17, 3, 7]
    for (seed, shuffled) in [(0, true), (1, true), (5, false)] as [(UInt64, Bool)] {
      let stream = try mixture(
        counts,
        repeats.map { .repeats($0) },
        shuffled: shuffled,
        seed: seed
      )
      var seen: [UInt32: Int] = [:]
      for epoch in 0..<8 as Range<UInt32> {
        let rows = try rows(stream, epoch)
        #expect(rows.count == 37)
        for source in counts.indices {
          #expect(rows.count { Int($0) / 1000 == source } == expected[source])
          // What an epoch shows of a source is passes, the first and last of them maybe not whole.
          let times = Dictionary(grouping: rows.filter { Int($0) / 1000 == source }) { $0 }
          let most = (expected[source] + counts[source] - 1) / counts[source]
          #expect(times.values.allSatisfy { $0.count <= most + 1 })
        }
        for row in rows { seen[row, default: 0] += 1 }
        for (source, count) in counts.enumerated() {
          let times = (0..<count).map { seen[UInt32(source * 1000 + $0)] ?? 0 }
          #expect((times.max() ?? 0) - (times.min() ?? 0) <= 1)
          #expect(times.reduce(0, +) == Int(epoch + 1) * expected[source])
        }
      }
    }
  }

  @Test("weights: parts of all rows by largest remainders, as the slow way deals them out")
  func weights() throws {
    var draws = RandomStream(key: NoiseKey(seed: 6, site: .testing), item: 1)
    for _ in 0..<300 {
      let counts = (0..<1 + draws.next(below: 5)).map { _ in Int(1 + draws.next(below: 40)) }
      let weights = counts.map { _ in Double(1 + draws.next(below: 9)) }
      let stream = try mixture(counts, weights.map { .weight($0) })
      let rows = try rows(stream, 0)
      let (total, sum) = (counts.reduce(0, +), weights.reduce(0, +))
      #expect(rows.count == total)
      var dealt = weights.map { Int(Double(total) * ($0 / sum)) }
      while dealt.reduce(0, +) < total {
        let rests = weights.indices.map { Double(total) * (weights[$0] / sum) - Double(dealt[$0]) }
        var best = 0
        for index in rests.indices where rests[index] > rests[best] { best = index }
        dealt[best] += 1
      }
      let found = counts.indices.map { source in rows.count { Int($0) / 1000 == source } }
      #expect(found == dealt)
    }
  }

  @Test("orders differ between epochs, seeds and sources; sources are mixed")
  func orders() throws {
    let stream = try mixture([200, 200], [.repeats(1), .repeats(2)])
    let first = try rows(stream, 0)
    #expect(try rows(stream, 1) != first)
    #expect(try rows(mixture([200, 200], [.repeats(1), .repeats(2)], seed: 3), 0) != first)
    let own = first.filter { $0 < 1000 }
    #expect(own != first.filter { $0 >= 1000 }.prefix(200).map { $0 - 1000 })
    let early = first.prefix(300).count { $0 < 1000 }
    #expect(isPlausible(successes: early, of: 300, probability: 1 / 3))
    let plain = try rows(mixture([3, 4], [.repeats(1), .repeats(2)], shuffled: false), 0)
    #expect(plain == [0, 1, 2, 1000, 1001, 1002, 1003, 1000, 1001, 1002, 1003])
  }

  private static let size = #""batch_size": 5, "block_size": 24"#
  private static let recipes =
    ["windows", "documents", "packed", "grid"].map {
      #""rows": "\#($0)", \#(size), "token_dropout": 0.1, "word_dropout": 0.1"#
        + ($0 == "grid" ? #", "bpe_dropout": 0.3, "typos": 0.05"# : "")
    } + [#""objective": "masked", "rows": "packed", \#(size)"#]

  private func texts(_ recipe: String, seed: UInt64 = 3) throws -> BatchStream {
    let recipe = try CollationRecipe(Array("{\(recipe)}".utf8))
    let tokenizer = try ObjectiveSamples.tokenizer()
    let streams = try [30, 12].map {
      try BatchStream(
        CollationSamples.store($0),
        tokenizer: tokenizer,
        separator: recipe.separator(for: tokenizer),
        collator: recipe.collator(for: tokenizer)
      )
    }
    return try BatchStream(mixing: streams, [.repeats(1), .repeats(2.5)], seed: seed)
  }

  @Test("any threads, any ranks, any step, with noise on", arguments: recipes)
  func addressing(recipe: String) throws {
    let stream = try texts(recipe)
    let expected = try stream.batches(epoch: 2)
    #expect(expected.count > 3)
    for (threads, depth) in [(1, 0), (2, 3), (8, 5)] {
      let ring = stream.prefetched(
        epoch: 2,
        steps: 0..<expected.count,
        threads: threads,
        depth: depth
      )
      for batch in expected {
        let made = try #require(try ring.next())
        #expect(made == batch)
        ring.recycle(made)
      }
    }
    for batch in expected {
      #expect(batch.inputs.count == batch.rows * batch.length)
      #expect(batch.documents.count == batch.inputs.count)
      #expect(batch.documents.allSatisfy { $0 < 42 || $0 == Batch.noDocument })
      let cut = min(2, batch.rows)
      let parts = try [0..<cut, cut..<batch.rows].map {
        try stream.batch(epoch: 2, step: batch.step, rows: $0)
      }
      #expect(parts[0].inputs + parts[1].inputs == batch.inputs)
      #expect(parts[0].documents + parts[1].documents == batch.documents)
    }
    let steps = stream.stepCount(epoch: 0)
    #expect(stream.address(ofStep: 2 * steps + 1)?.epoch == 2)
    #expect(try texts(recipe, seed: 4).batch(step: 0) != stream.batch(step: 0))
  }

  @Test("a text that is repeated in an epoch is encoded anew each time")
  func ownNoise() throws {
    let tokenizer = try ObjectiveSamples.tokenizer()
    let recipe = try CollationRecipe(
      Array(
        (#"{"rows": "grid", "objective": "masked", "mlm_probability": 0, "bpe_dropout": 0.5, "#
          + #""batch_size": 1, "block_size": 400, "separator": null}"#).utf8
      )
    )
    let document = Array(repeating: "the island and the thing", count: 4).joined(separator: " ")
    let text = try BatchStream(
      DocumentStore([Array(document.utf8)]),
      tokenizer: tokenizer,
      separator: nil,
      collator: recipe.collator(for: tokenizer)
    )
    let stream = try BatchStream(mixing: [text, text], [.repeats(3), .repeats(3)])
    let rows = try (0..<2 as Range<UInt32>).flatMap { try stream.batches(epoch: $0).map(\.inputs) }
    #expect(rows.count == 12 && Set(rows).count == 12)
    for row in rows {
      let tokens = row.prefix { $0 != 402 }.map { TokenID($0) }
      #expect(tokenizer.decode(tokens) == Array(document.utf8))
    }
  }

  @Test("a source without a row")
  func empty() {
    let error = #expect(throws: InvalidData.self) {
      _ = try mixture([3, 0], [.weight(1), .weight(1)])
    }
    #expect(error?.description.contains("source 2 does not give a single row") == true)
    #expect(throws: Never.self) { _ = try mixture([3, 0], [.repeats(1), .repeats(1)]) }
  }

  @Test(
    "recipes with sources: what they say, and what is wrong",
    arguments: [
      (#""sources": []"#, "a list of sources"), (#""sources": [3]"#, "source 1: found 3"),
      (
        #""sources": [{"path": "a"}, {"paht": "b"}]"#,
        "source 2: there is no setting 'paht'; the nearest is 'path'"
      ),
      (#""sources": [{"weight": 1}]"#, "source 1: the setting 'path' is missing"),
      (#""sources": [{"path": "a", "weight": 0}]"#, "'weight' should be a number above 0"),
      (#""sources": [{"path": "a", "repeat": "x"}]"#, "'repeat' should be a number"),
      (#""sources": [{"path": "a", "repeat": 1, "weight": 1}]"#, "exclude each other"),
      (
        #""sources": [{"path": "a", "weight": 1}, {"path": "b"}]"#,
        "all sources have a weight, or none"
      ),
      (#""sources": [{"path": "a"}], "rows": "contiguous""#, "end to end"),
      (#""sources": [{"path": "a"}], "shift_windows": true"#, "of one source"),
      (#""sources": [{"path": "a"}], "rows": "documents", "max_tokens": 9"#, "of one source"),
    ]
  )
  func badSources(settings: String, message: String) throws {
    let recipe = try CollationRecipe(Array("{\(settings)}".utf8))
    let error = #expect(throws: InvalidData.self) { _ = try recipe.sources() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("recipes with sources that are right")
  func goodSources() throws {
    let recipe = try CollationRecipe(
      Array(
        (#"{"fields": "t", "sources": [{"path": ["a", "b"], "repeat": 2.5}, "#
          + #"{"path": "c", "fields": ["u"]}, {"path": "d", "from": "npy"}]}"#).utf8
      )
    )
    let sources = try #require(try recipe.sources())
    #expect(sources.map(\.paths) == [["a", "b"], ["c"], ["d"]])
    #expect(sources.map(\.share) == [.repeats(2.5), .repeats(1), .repeats(1)])
    #expect(sources.map { $0.fields?.texts } == [["t"], ["u"], nil])
    #expect(sources.map(\.format) == [nil, nil, "npy"])
    #expect(try CollationRecipe().sources() == nil)
  }
}
