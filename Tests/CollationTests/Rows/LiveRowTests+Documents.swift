import BytePairEncoding
import Collation
import Corpora
import Execution
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

extension LiveRowTests {
  @Test("documents: each is encoded under the epoch's noise, and cut at the row's length")
  func documents() throws {
    for seed in 0..<60 as Range<UInt64> {
      let rate = Self.rates[Int(seed % 4)] == 0 ? 0.2 : Self.rates[Int(seed % 4)]
      let length = [1, 12, 40, 4000][Int(seed / 4 % 4)]
      var collator = collator(.documents, batch: 4, length: length)
      collator.segmentation = NoiseRate(dropoutRate(rate))
      collator.isShuffled = seed % 3 == 0
      let separator = seed % 5 == 0 ? nil : separator
      let stream = try stream(collator, separator: separator, seed: seed)
      let numbers = (0..<store.count).filter { !store.ranges[$0].isEmpty }
      let epoch = UInt32(seed % 4)
      let order = order(numbers.count, seed: seed, epoch: epoch, isShuffled: collator.isShuffled)
      let expected = try order.map {
        try encoded(store, numbers[$0], noise(rate, seed, epoch), separator)
      }
      let batches = try stream.batches(epoch: epoch)
      let rows = batches.flatMap { batch in (0..<batch.rows).map { batch.inputs(ofRow: $0) } }
      #expect(rows == expected.map { Array($0.prefix(length)) })
      #expect(batches.allSatisfy { $0.length == length })
      let cut = expected.reduce(0) { $0 + max($1.count - length, 0) }
      #expect(batches.reduce(0) { $0 + $1.cutTokens } == cut)
      let firsts = batches.flatMap { batch in
        (0..<batch.rows).map { Int(batch.documents[$0 * batch.length]) }
      }
      #expect(firsts == order.map { numbers[$0] })
    }
  }

  @Test(
    "an audit counts what was decided about each document once",
    arguments: ["pack", "documents"]
  )
  func audit(rows: String) throws {
    for seed in 0..<20 as Range<UInt64> {
      let recipe =
        #""rows": "\#(rows)", "bpe_dropout": 0.2, "typos": 0.05, "batch_size": 5, "block_size": 40, "#
        + #""objective": "\#(seed % 2 == 0 ? "causal" : "masked")""#
      let stream = try ObjectiveSamples.stream(recipe, seed: seed)
      var builder = BatchBuilder(stream)
      var audit = StreamAudit()
      for step in 0..<stream.stepCount(epoch: 1) {
        try builder.audit(into: &audit, epoch: 1, step: step)
        let batch = try builder.batch(epoch: 1, step: step)
        for row in 0..<batch.rows {
          let told = try builder.explanation(epoch: 1, step: step, row: row)
          #expect(told.tokens.map(\.after) == batch.inputs(ofRow: row))
        }
      }
      // Each character that is no control character, of each document.
      let characters = store.ranges.reduce(0) { sum, range in
        sum
          + String(decoding: store.bytes[range], as: UTF8.self).unicodeScalars
          .count { $0.value >= 0x20 }
      }
      #expect(audit.trials[.typo]?.count == characters)
      #expect(!audit.findings.contains { $0.contains("rate is off") })
    }
  }

  @Test("pairs under BPE-dropout: fields, classes, and marks stay in place")
  func pairs() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<20).map {
      #"{"a": "the island \#($0)", "b": "thing and thing", "c": \#($0 % 3)}"#
    }
    let path = try folder.put("pairs.jsonl", Array(lines.joined(separator: "\n").utf8))
    let special = ["[CLS]", "[SEP]"].enumerated().map {
      AddedToken(id: TokenID(UInt32(500 + $0)), content: Array($1.utf8))
    }
    let marked = Tokenizer(
      normalizer: .init([]),
      preTokenizer: tokenizer.preTokenizer,
      model: tokenizer.model,
      addedTokens: special
    )
    let recipe = try CollationRecipe(
      Array(
        #"{"objective": "pairs", "rows": "documents", "fields": ["a", "b"], "label_field": "c", "#
          .utf8
      ) + Array(#""bpe_dropout": 0.5, "shuffle": false, "block_size": 64, "batch_size": 4}"#.utf8)
    )
    let store = try DocumentStore(
      DocumentReader(paths: [path]),
      fields: #require(try recipe.fields())
    )
    let stream = try BatchStream(
      store,
      tokenizer: marked,
      separator: nil,
      collator: recipe.collator(for: marked),
      seed: 1
    )
    var document = 0
    var texts: Set<[UInt32]> = []
    for batch in try stream.batches() {
      for row in 0..<batch.rows {
        let ids = batch.inputs(ofRow: row)
        let parts = ids.split(separator: 501).map { Array($0) }
        #expect(ids.first == 500 && ids.last == 501 && parts.count == 2)
        let decoded = parts.map { marked.decode($0.filter { $0 != 500 }.map { TokenID($0) }) }
        #expect(decoded == [Array("the island \(document)".utf8), Array("thing and thing".utf8)])
        #expect(batch.labels[row] == Int32(document % 3))
        texts.insert(parts[1])
        document += 1
      }
    }
    #expect(document == 20 && texts.count > 3)
  }
}
