import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Files
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import UnicodeText

extension TextRowTests {
  @Test("byte counts add up to the bytes of the text, with the line feeds of separators")
  func byteCounts() throws {
    let text = store.ranges.reduce(0) { $0 + $1.count }
    for separator in [nil, separator] {
      let tokens = try TokenStream(
        encoding: store,
        tokenizer: tokenizer,
        separator: separator,
        threads: 2
      )
      var (ids, counts): ([UInt32], [UInt32]) = ([], [])
      try tokens.read(0..<tokens.count, into: &ids, byteCounts: &counts)
      let total = text + (separator == nil ? 0 : store.count)
      #expect(counts.reduce(0) { $0 + Int($1) } == total)
      #expect(tokens.documentStarts.count == store.count + 1)
      let collator = CollationSamples.collator(.windows, batch: 4, length: 50)
      let batches = try BatchStream(tokens, collator: collator).batches()
      #expect(batches.reduce(0) { $0 + $1.targetByteCount } == total - Int(counts[0]))
      if separator != nil {
        let table = TokenBytes.table(tokenizer, separator: separator)
        #expect(ids.reduce(0) { $0 + Int(table[Int($1)]) } == total)
      }
    }
  }

  @Test("bytes are those of the original text, whatever a normaliser makes of it")
  func normalizedBytes() throws {
    let lossy = Tokenizer(
      normalizer: .init([.nfkc, .lowercase]),
      preTokenizer: .gpt2,
      model: try toyModel("a-b")
    )
    let store = DocumentStore(["ﬁne ① Ünder e\u{301}", "", "½", "x"].map { Array($0.utf8) })
    let tokens = try TokenStream(
      encoding: store,
      tokenizer: lossy,
      separator: nil,
      threads: 1
    )
    var (ids, counts): ([UInt32], [UInt32]) = ([], [])
    try tokens.read(0..<tokens.count, into: &ids, byteCounts: &counts)
    #expect(counts.reduce(0) { $0 + Int($1) } == store.ranges.reduce(0) { $0 + $1.count })
  }

  @Test("documents are padded to the longest of their batch, or a multiple; what is cut is counted")
  func documents() throws {
    for multiple in [1, 8] {
      var collator = CollationSamples.collator(.documents, batch: 4, length: 20)
      collator.lengthMultiple = multiple
      collator.isShuffled = false
      let tokens = try TokenStream(
        encoding: store,
        tokenizer: tokenizer,
        separator: separator,
        threads: 1
      )
      var (ids, counts): ([UInt32], [UInt32]) = ([], [])
      try tokens.read(0..<tokens.count, into: &ids, byteCounts: &counts)
      let starts = tokens.documentStarts
      let documents = (0..<store.count).map { Array(ids[starts[$0]..<starts[$0 + 1]]) }
        .filter { $0.count > 1 }
      let batches = try BatchStream(tokens, collator: collator).batches()
      #expect(batches.count == (documents.count + 3) / 4)
      for (step, batch) in batches.enumerated() {
        let expected = Array(documents[step * 4..<min(step * 4 + 4, documents.count)])
        for (row, document) in expected.enumerated() {
          #expect(batch.inputs(ofRow: row) == Array(document.dropLast().prefix(20)))
          #expect(batch.targets(ofRow: row) == document.dropFirst().prefix(20).map { Int32($0) })
        }
        let longest = expected.map { min($0.count - 1, 20) }.max() ?? 0
        #expect(batch.length == (longest + multiple - 1) / multiple * multiple)
        #expect(batch.cutTokens == expected.reduce(0) { $0 + max($1.count - 21, 0) })
      }
      #expect(batches.contains { $0.cutTokens > 0 })
    }
  }

  @Test("no text, empty documents, one word longer than a row")
  func extremes() throws {
    let collator = CollationSamples.collator(.grid, batch: 2, length: 4)
    let cases: [([String], Int)] = [([], 0), (["", "", ""], 0), (["a"], 1), (["abcdefgh"], 1)]
    for (documents, steps) in cases {
      let stream = try BatchStream(
        DocumentStore(documents.map { Array($0.utf8) }),
        tokenizer: tokenizer,
        separator: nil,
        collator: collator
      )
      #expect(stream.stepCount(epoch: 0) == steps)
      if steps > 0 {
        let batch = try stream.batch(step: 0)
        #expect(batch.cutTokens == max(documents[0].utf8.count - 5, 0))
        #expect(batch.cutTokens == batch.cutBytes)
      }
    }
  }
}
