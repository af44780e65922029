import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Execution
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite("Fields of JSON: dropout, classes, pairs")
struct FieldTests {
  let tokenizer: Tokenizer
  let folder: TemporaryFolder

  init() throws {
    tokenizer = try ObjectiveSamples.tokenizer()
    folder = try TemporaryFolder()
  }

  /// Texts of three fields and a class for each document; some fields are empty or null.
  let documents: [(texts: [String], label: Int)] = {
    let words = ["the", "and", "island", "thing", "ünder", "中文", "is  a", "tethering"]
    var draws = RandomStream(key: NoiseKey(seed: 8, site: .testing), item: 2)
    return (0..<60).map { _ in
      let texts = (0..<3).map { _ in
        (0..<Int(draws.next(below: 9))).map { _ in words[Int(draws.next(below: 8))] }
          .joined(separator: " ")
      }
      return (texts, Int(draws.next(below: 3)))
    }
  }()

  func store(_ fields: DocumentFields) throws -> DocumentStore {
    let lines = documents.enumerated().map { number, document in
      let texts = document.texts.map { $0.isEmpty && number % 2 == 0 ? "null" : "\"\($0)\"" }
      return #"{"a": \#(texts[0]), "x": [1], "b": \#(texts[1]), "c": \#(texts[2]), "#
        + #""class": \#(document.label), "name": "\#(["no", "so", "yes"][document.label])"}"#
    }
    let path = try folder.put("documents.jsonl", Array(lines.joined(separator: "\n").utf8))
    return try DocumentStore(DocumentReader(paths: [path]), fields: fields)
  }

  func stream(
    _ settings: String,
    seed: UInt64 = 3,
    threads: Int = 1
  ) throws -> BatchStream {
    let recipe = try CollationRecipe(Array("{\(settings)}".utf8))
    return try BatchStream(
      store(#require(try recipe.fields())),
      tokenizer: tokenizer,
      separator: recipe.separator(for: tokenizer),
      collator: recipe.collator(for: tokenizer),
      seed: seed,
      threads: threads
    )
  }

  /// The fields of a document that stay, by Philox by hand.
  func kept(_ document: Int, _ rates: [Double], _ seed: UInt64, _ epoch: UInt32) -> [Bool] {
    rates.enumerated().map { field, rate in
      let words = CollationOracle.words(
        seed,
        epoch,
        site: 21,
        item: document,
        position: field,
        count: 1
      )
      return Double(words[0]) >= (rate * 4_294_967_296).rounded()
    }
  }

  func text(_ document: Int, _ kept: [Bool]) -> String {
    documents[document].texts.enumerated().map { field, text in
      !kept[field] || text.isEmpty ? "" : (field == 0 ? "" : "\n") + text
    }.joined()
  }

  static let plain =
    #""fields": ["a", "b", "c"], "objective": "masked", "mlm_probability": 0, "shuffle": false"#

  @Test("rows of documents have the fields that the oracle keeps")
  func documentRows() throws {
    let end = ObjectiveSamples.id("<|endoftext|>")
    for seed in 0..<60 as Range<UInt64> {
      let rates = [[0, 0.5, 1], [0.3, 0.3, 0.3], [1, 1, 1]][Int(seed % 3)]
      let stream = try stream(
        #"\#(Self.plain), "rows": "documents", "batch_size": 7, "block_size": 200, "#
          + #""field_dropout": {"a": \#(rates[0]), "b": \#(rates[1]), "c": \#(rates[2])}"#,
        seed: seed
      )
      var number = 0
      for batch in try stream.batches(epoch: UInt32(seed)) {
        for row in 0..<batch.rows {
          let expected = text(number, kept(number, rates, seed, UInt32(seed)))
          let ids = batch.inputs(ofRow: row)
          #expect(ids.last == end)
          #expect(tokenizer.decode(ids.dropLast().map { TokenID($0) }) == Array(expected.utf8))
          #expect(batch.documents[row * batch.length] == UInt32(number))
          number += 1
        }
      }
      #expect(number == documents.count)
    }
  }

  @Test("grid rows leave out the same fields, wherever they are cut", arguments: [8, 40, 400])
  func gridRows(length: Int) throws {
    let end = ObjectiveSamples.id("<|endoftext|>")
    for seed in 0..<40 as Range<UInt64> {
      let rates = [[0, 0.5, 0.5], [0.5, 0, 1]][Int(seed % 2)]
      let stream = try stream(
        #"\#(Self.plain), "rows": "grid", "batch_size": 5, "block_size": \#(length), "slack": 0.6, "#
          + #""bpe_dropout": 0.1, "field_dropout": {"a": \#(rates[0]), "b": \#(rates[1]), "#
          + #""c": \#(rates[2])}"#,
        seed: seed
      )
      var ids: [UInt32] = []
      var cut = 0
      for batch in try stream.batches(epoch: 4) {
        for row in 0..<batch.rows { ids += batch.inputs(ofRow: row) }
        cut += batch.cutTokens
      }
      let texts = documents.indices.map { text($0, kept($0, rates, seed, 4)) }
      #expect(ids.count { $0 == end } + cut >= documents.count)
      if cut > 0 { continue }
      let parts = ids.split(separator: end, omittingEmptySubsequences: false).dropLast()
      #expect(
        parts.map { tokenizer.decode($0.map { TokenID($0) }) } == texts.map { Array($0.utf8) }
      )
    }
  }

  @Test("the rates, as the audit counts them", arguments: ["documents", "grid"])
  func rates(rows: String) throws {
    let stream = try stream(
      #"\#(Self.plain), "rows": "\#(rows)", "block_size": 300, "field_dropout": 0.3"#
    )
    var builder = BatchBuilder(stream)
    var audit = StreamAudit()
    for epoch in 0..<100 as Range<UInt32> {
      for step in 0..<stream.stepCount(epoch: epoch) {
        try builder.audit(into: &audit, epoch: epoch, step: step)
      }
    }
    let trials = try #require(audit.trials[.fieldDropout])
    let fields = documents.reduce(0) { $0 + $1.texts.count { !$0.isEmpty } }
    #expect(trials.count == 100 * fields)
    #expect(isPlausible(successes: trials.successes, of: trials.count, probability: 0.3))
  }

  static let objectives = [
    "causal", "masked", "span_corruption", "denoising", "prefix", "fill_in_the_middle", "replaced",
    "permutation", "ul2",
  ]

  static let recipes: [String] = {
    var recipes: [String] = []
    for objective in objectives {
      for rows in ["documents", "grid"] {
        for rate in [0.4, 1] {
          recipes.append(
            #""fields": ["a", "b", "c"], "rows": "\#(rows)", "objective": "\#(objective)", "#
              + #""field_dropout": \#(rate), "batch_size": 5, "block_size": 24"#
          )
        }
      }
    }
    recipes += [
      #""fields": "b", "objective": "classification", "label_field": "class", "cls_token": "[R]", "#
        + #""rows": "documents", "field_dropout": 0.3, "token_dropout": 0.2, "batch_size": 4"#,
      #""fields": ["c", "a"], "objective": "pairs", "cls_token": "[R]", "rows": "documents", "#
        + #""field_dropout": 0.3, "max_tokens": 100, "block_size": 20"#,
      #""fields": ["c", "a"], "objective": "causal", "batch_size": 3, "block_size": 20"#,
    ]
    return recipes
  }()

  @Test("any threads, any depth, any ranks, also without a single token", arguments: recipes)
  func addressing(recipe: String) throws {
    let stream = try stream(recipe, threads: 2)
    let expected = try stream.batches(epoch: 2)
    #expect(expected.count > 1)
    for (threads, depth) in [(1, 0), (8, 5)] {
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
      #expect(batch.targets.count == batch.rows * batch.targetLength)
      let cut = min(2, batch.rows)
      let parts = try [0..<cut, cut..<batch.rows].map {
        try stream.batch(epoch: 2, step: batch.step, rows: $0)
      }
      #expect(parts[0].inputs + parts[1].inputs == batch.inputs)
      #expect(parts[0].tokenTypes + parts[1].tokenTypes == batch.tokenTypes)
      #expect(parts[0].labels + parts[1].labels == batch.labels)
      #expect(parts[0].documents + parts[1].documents == batch.documents)
    }
  }

  @Test("one text or two between marks, cut as Hugging Face cuts them", arguments: [5, 9, 12, 60])
  func classes(length: Int) throws {
    let (start, end) = (ObjectiveSamples.id("[R]"), ObjectiveSamples.id("</s>"))
    var encoder = TokenizerEncoder(tokenizer)
    for fields in [["a"], ["a", "b"]] {
      let names = fields.map { "\"\($0)\"" }.joined(separator: ", ")
      let stream = try stream(
        #""fields": [\#(names)], "rows": "documents", "shuffle": false, "block_size": \#(length), "#
          + #""objective": "\#(fields.count == 1 ? "classification" : "pairs")", "batch_size": 8, "#
          + #""cls_token": "[R]", "label_field": "name", "labels": ["no", "so", "yes"]"#
      )
      // A document without a token is no row.
      let present = documents.indices.filter { number in
        !documents[number].texts.prefix(fields.count).allSatisfy(\.isEmpty)
      }
      var seen = 0
      for batch in try stream.batches() {
        for row in 0..<batch.rows {
          let number = present[batch.step * 8 + row]
          seen += 1
          let texts = try documents[number].texts.prefix(fields.count).map {
            try encoder.encode(Array($0.utf8), options: EncodingOptions()).ids
          }
          let counts = CollationOracle.longestFirst(
            texts.map(\.count),
            limit: length - fields.count - 1
          )
          var (inputs, types): ([UInt32], [Int32]) = ([start], [0])
          for (index, text) in texts.enumerated() {
            inputs += text.prefix(counts[index]) + [end]
            types += [Int32](repeating: Int32(index), count: counts[index] + 1)
          }
          #expect(batch.inputs(ofRow: row) == inputs)
          let columns = row * batch.length..<(row + 1) * batch.length
          let padding = [Int32](repeating: 0, count: batch.length - types.count)
          #expect(Array(batch.tokenTypes[columns]) == types + padding)
          #expect(batch.labels[row] == Int32(documents[number].label))
          #expect(batch.targets[columns].allSatisfy { $0 == Batch.ignoredTarget })
        }
      }
      #expect(seen == present.count)
    }
  }
}
