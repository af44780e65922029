import BytePairEncoding
import Collation
import Corpora
import Diagnostics
import Noise
import TestSupport
import Testing
import TextTestSupport
import Tokenization

@Suite("Errors that people make")
struct ErrorListTests {
  private static let list = "the\tteh\nthe\thte\nthe\tteh\nisland\tiland\r\n\nünder\tunder\na\t\n"
  private let tokenizer: Tokenizer
  private let folder: TemporaryFolder

  init() throws {
    tokenizer = try CollationSamples.tokenizer()
    folder = try TemporaryFolder()
  }

  /// The text of all rows, and the bytes that their tokens count.
  private func made(
    _ text: String,
    rate: Double,
    length: Int,
    seed: UInt64
  ) throws -> (text: String, bytes: Int) {
    let path = try folder.put("errors.tsv", Array(Self.list.utf8))
    let settings =
      #"{"rows": "grid", "objective": "masked", "mlm_probability": 1, "mask_replace_prob": 0, "#
      + #""random_replace_prob": 0, "separator": null, "shuffle": false, "typos": \#(rate), "#
      + #""typo_list": "\#(path)", "block_size": \#(length), "slack": 0.9}"#
    let stream = try BatchStream(
      DocumentStore([Array(text.utf8)]),
      tokenizer: tokenizer,
      separator: nil,
      collator: CollationRecipe(Array(settings.utf8)).collator(for: tokenizer),
      seed: seed
    )
    var ids: [TokenID] = []
    var bytes = 0
    for batch in try stream.batches() {
      for row in 0..<batch.rows { ids += batch.inputs(ofRow: row).map { TokenID($0) } }
      // A row whose only word is left out has no token that its byte could be counted with.
      bytes += batch.targetByteCount + batch.lengths.count { $0 == 0 }
      #expect(batch.cutTokens == 0)
    }
    return (String(decoding: tokenizer.decode(ids), as: UTF8.self), bytes)
  }

  /// What one seed makes of a text, word by word, with Philox by hand.
  private func expected(_ text: String, rate: Double, seed: UInt64) -> String {
    let forms = ["the": ["teh", "hte", "teh"], "island": ["iland"], "ünder": ["under"], "a": [""]]
    let signs = Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    var (made, offset) = ("", 0)
    for part in text.split(separator: " ", omittingEmptySubsequences: false) {
      if offset > 0 { made += " " }
      let front = part.prefix { signs.contains($0) }
      let back = String(part.dropFirst(front.count).reversed().prefix { signs.contains($0) })
      let word = String(part.dropFirst(front.count).dropLast(back.count))
      var shown = word
      if let wrong = forms[word] {
        let position = offset + front.utf8.count
        let words = CollationOracle.words(seed, 0, site: 16, item: 0, position: position, count: 8)
        if Double(words[0]) < (rate * 4_294_967_296).rounded() {
          shown = wrong[CollationOracle.lemire(words.dropFirst(), below: wrong.count)]
        }
      }
      made += front + shown + back.reversed()
      offset += part.utf8.count + 1
    }
    return made
  }

  @Test("what the oracle makes, whatever the rows, and bytes that add up", arguments: [40, 600])
  func oracle(length: Int) throws {
    let words = [
      "the", "The", "(the),", "island.", "ünder", "thing", "a", "", "中文", "thethe", "--",
    ]
    for seed in 0..<400 as Range<UInt64> {
      var draws = RandomStream(key: NoiseKey(seed: seed, site: .testing), item: 4)
      let text = (0..<50).map { _ in words[Int(draws.next(below: 11))] }.joined(separator: " ")
      let rate = [0, 0.3, 1][Int(seed % 3)]
      let (made, bytes) = try made(text, rate: rate, length: length, seed: seed)
      #expect(made == expected(text, rate: rate, seed: seed))
      #expect(bytes == text.utf8.count)
    }
  }

  @Test(
    "lists that are none are said, with the line",
    arguments: [
      ("the", "line 1: a right word, a tab and a wrong one"), ("a\tb\tc", "line 1"),
      ("ok\tko\n\tx", "line 2"), ("two words\tx", "line 1"),
      ("u\tyou", "more than twice the bytes"),
    ]
  )
  func badLists(list: String, message: String) throws {
    let error = #expect(throws: InvalidData.self) { try ErrorList(Array(list.utf8)) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("a list that is not there, or of characters")
  func badSettings() throws {
    let missing = try CollationRecipe(
      Array(#"{"rows": "grid", "typos": 1, "typo_list": "\#(folder["no"])"}"#.utf8)
    )
    #expect(throws: FileError.self) { _ = try missing.collator(for: tokenizer) }
    let path = try folder.put("errors.tsv", Array(Self.list.utf8))
    let recipe = try CollationRecipe(
      Array(#"{"rows": "grid", "typo_unit": "characters", "typo_list": "\#(path)"}"#.utf8)
    )
    #expect(throws: InvalidData.self) { _ = try recipe.collator(for: tokenizer) }
  }
}
