import BytePairEncoding
import Collation
import Corpora
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite("Errors in the text")
struct TypoTests {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try CollationSamples.tokenizer() }

  /// Each row's text, and the bytes that its tokens count.
  private func rows(
    _ documents: [String],
    _ recipe: String,
    seed: UInt64 = 1,
    epoch: UInt32 = 0
  ) throws -> [(text: [UInt8], bytes: Int)] {
    let settings =
      #"{"rows": "grid", "objective": "masked", "mlm_probability": 1, "#
      + #""mask_replace_prob": 0, "random_replace_prob": 0, "separator": null, "shuffle": false, "#
      + "\(recipe)}"
    let stream = try BatchStream(
      DocumentStore(documents.map { Array($0.utf8) }),
      tokenizer: tokenizer,
      separator: nil,
      collator: CollationRecipe(Array(settings.utf8)).collator(for: tokenizer),
      seed: seed
    )
    return try stream.batches(epoch: epoch).flatMap { batch in
      (0..<batch.rows).map { row in
        let bytes = batch.targetBytes[row * batch.length..<(row + 1) * batch.length]
        let tokens = batch.inputs(ofRow: row).map { TokenID($0) }
        return (tokenizer.decode(tokens), bytes.reduce(0) { $0 + Int($1) })
      }
    }
  }

  /// Every text that one error can make of a word at one place.
  private func errors(of word: [Character]) -> Set<String> {
    let keys = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"].map { Array($0) }
    var texts: Set<String> = []
    for (place, letter) in word.enumerated() {
      let (front, back) = (String(word[..<place]), String(word[(place + 1)...]))
      texts.insert(front + back)
      let shown = String(letter)
      let other = shown == shown.uppercased() ? shown.lowercased() : shown.uppercased()
      texts.insert(front + (other == shown ? shown + shown : other) + back)
      texts.insert(front + " " + shown + back)
      var neighbors: [Character] = []
      for (line, row) in keys.enumerated() {
        guard let column = row.firstIndex(of: letter) else { continue }
        for (near, place) in [
          (line, column - 1), (line, column + 1), (line - 1, column), (line + 1, column),
        ]
        where keys.indices.contains(near) && keys[near].indices.contains(place) {
          neighbors.append(keys[near][place])
        }
      }
      if neighbors.isEmpty { texts.insert(front + shown + shown + back) }
      for neighbor in neighbors {
        texts.insert(front + shown + String(neighbor) + back)
        texts.insert(front + String(neighbor) + back)
      }
      if place + 1 < word.count {
        texts.insert(front + String(word[place + 1]) + shown + String(word[(place + 2)...]))
      } else {
        texts.insert(front + shown + shown)
      }
    }
    return texts
  }

  @Test("one error a word at rate 1: all that the oracle makes, and nothing else")
  func oracle() throws {
    for word in ["qat5", "zoé!", "中文x"] {
      let expected = errors(of: Array(word))
      let documents = [String](repeating: word, count: 4000)
      let recipe = #""typos": 1, "typo_unit": "words", "block_size": 64, "slack": 0.9"#
      // Rows are many documents end to end: one document a row shows each.
      var seen: Set<String> = []
      for document in stride(from: 0, to: 4000, by: 1000) {
        for seed in 0..<400 as Range<UInt64> {
          let made = try rows([documents[document]], recipe, seed: seed &+ UInt64(document))
          let text = String(decoding: made[0].text, as: UTF8.self)
          seen.insert(text)
          #expect(expected.contains(text), "\(text)")
        }
      }
      #expect(seen.count > expected.count * 9 / 10, "\(expected.subtracting(seen))")
    }
  }

  @Test("the rate of characters, and byte counts that add up to the text")
  func rates() throws {
    // Swapped, doubled or changed: of words of one letter 'm' errors are seen one by one.
    let document = String(repeating: "m\t", count: 50_000)
    for rate in [0.0, 0.05, 0.3] {
      let made = try rows(
        [document],
        #""typos": \#(rate), "block_size": 512, "slack": 0.5"#
      )
      let text = made.flatMap(\.text)
      let words = text.split(separator: 9, omittingEmptySubsequences: false).dropLast()
      let changed = words.count { $0 != [109] }
      #expect(words.count == 50_000)
      #expect(isPlausible(successes: changed, of: 50_000, probability: rate))
      #expect(made.reduce(0) { $0 + $1.bytes } == 100_000)
    }
  }

  @Test("an explanation shows which tokens have errors: the others are what the text has there")
  func explained() throws {
    let text = Array("the island, and an under-thing is in the thing: is it?".utf8)
    for list in [false, true] {
      for seed in 0..<300 as Range<UInt64> {
        let rate = [0, 0.1, 1][Int(seed % 3)]
        var collator = Collator()
        (collator.rows, collator.length, collator.slack) = (.grid, 400, 0.6)
        collator.objective = CollationSamples.masking(0)
        collator.typos = Typos(
          rate: NoiseRate(dropoutRate(rate)),
          unit: list ? .words : .characters,
          list: list ? try ErrorList(Array("the\tteh\nis\t\nthing\tting\n".utf8)) : nil
        )
        let stream = try BatchStream(
          DocumentStore([text]),
          tokenizer: tokenizer,
          separator: nil,
          collator: collator,
          seed: seed
        )
        var builder = BatchBuilder(stream)
        let tokens = try builder.explanation(step: 0, row: 0).tokens
        for token in tokens where token.change == nil {
          let source = try #require(token.source)
          #expect(tokenizer.bytes(of: TokenID(token.after)) == text[source.bytes])
        }
        let wrong = tokens.count { $0.change == .typo }
        var audit = StreamAudit()
        try builder.audit(into: &audit, step: 0)
        let errors = audit.trials[.typo]?.successes ?? 0
        #expect((wrong > 0) == (errors > 0))
        #expect(rate > 0 || wrong == 0)
      }
    }
  }

  @Test("any bytes: counts add up, rows may be cut anywhere, epochs differ")
  func anyText() throws {
    var source = NastyText(seed: 3)
    let documents = (0..<40).map { _ in
      String(decoding: (0..<30).flatMap { _ in source.next(isValid: true) }, as: UTF8.self)
    }
    let total = documents.reduce(0) { $0 + $1.utf8.count }
    for unit in ["characters", "words"] {
      let settings = #""typos": 0.3, "typo_unit": "\#(unit)", "bpe_dropout": 0.2, "slack": 0.8"#
      let wide = try rows(documents, settings + #", "block_size": 4000"#)
      #expect(wide.reduce(0) { $0 + $1.bytes } == total)
      #expect(
        try rows(documents, settings + #", "block_size": 4000"#).map(\.text) == wide.map(\.text)
      )
      let next = try rows(documents, settings + #", "block_size": 4000"#, epoch: 1)
      #expect(next.map(\.text) != wide.map(\.text))
      #expect(next.reduce(0) { $0 + $1.bytes } == total)
    }
  }
}
