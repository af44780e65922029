import BytePairEncoding
import Collation
import Diagnostics
import Noise
import PreTokenization
import TestSupport
import Testing
import TextTestSupport
import Tokenization
import TokenizerFormats
import UnicodeText

@Suite("Recipes")
struct RecipeTests {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try CollationSamples.tokenizer() }

  private func collator(_ text: String) throws -> Collator {
    try CollationRecipe(Array(text.utf8), path: "recipe.json").collator(for: tokenizer)
  }

  @Test("an empty recipe has the documented defaults")
  func defaults() throws {
    let empty = try collator("{}")
    let none = try CollationRecipe().collator(for: tokenizer)
    for collator in [empty, none] {
      #expect(collator.rows == .windows && collator.batchSize == 32 && collator.length == 512)
      #expect(collator.isShuffled && !collator.shiftsWindows && collator.epochs == 1)
      #expect(collator.keepsPartialRows && collator.keepsPartialBatch)
      #expect(collator.noise.isEmpty && collator.segmentation == nil)
      #expect(collator.padding == TokenID(402))
      #expect(collator.objective is CausalPrediction)
    }
    #expect(try CollationRecipe().separator(for: tokenizer) == TokenID(400))
    let documentation = CollationRecipe.documentation
    #expect(documentation.count == 53)
    for part in ["batch_size (32): ", "block_size (512): ", "mlm_probability (0.15): "] {
      #expect(documentation.contains { $0.hasPrefix(part) })
    }
  }

  @Test("all settings arrive")
  func settings() throws {
    let masked = try collator(
      """
      {"rows": "documents", "objective": "masked", "batch_size": 7, "block_size": 99,
       "mlm_probability": "0.3:early:0.5", "mask_replace_prob": 0.5, "random_replace_prob": 0.5,
       "mask_token": "a", "pad_token": "b", "pad_to_multiple_of": 8, "shuffle": false,
       "drop_last": true, "epochs": 3, "separator": null}
      """
    )
    #expect(masked.rows == .documents && masked.batchSize == 7 && masked.length == 99)
    #expect(masked.padding == TokenID(98) && masked.lengthMultiple == 8 && masked.epochs == 3)
    #expect(!masked.isShuffled && !masked.keepsPartialBatch && masked.longestRow == 104)
    let masking = try #require(masked.objective as? TokenMasking)
    #expect(masking.rate == NoiseRate("0.3:early:0.5") && masking.mask == TokenID(97))
    #expect(masking.maskShare == 0.5 && masking.randomShare == 0.5)
    for id in [97, 98, 400, 401, 402] as [UInt32] { #expect(masking.classes.isSpecial(id)) }

    let live = try collator(#"{"rows": "grid", "bpe_dropout": 0.1, "slack": 0.5}"#)
    #expect(live.segmentation == NoiseRate(dropoutRate(0.1)) && live.slack == 0.5)
    #expect(live.segmentationLaw == .paper)
    let foreign = try collator(
      #"{"rows": "grid", "bpe_dropout": 0.1, "bpe_dropout_law": "subword-nmt"}"#
    )
    #expect(foreign.segmentationLaw == .subwordNMT)
    let dropout = try collator(#"{"token_dropout": 0.2, "shift_windows": true}"#)
    let operation = try #require(dropout.noise.first as? TokenDropout)
    #expect(operation.rate == NoiseRate(dropoutRate(0.2)) && dropout.shiftsWindows)
    #expect(operation.replacement == TokenID(401) && dropout.noise.count == 1)
    #expect(try collator(#"{"rows": "pack"}"#).rows == .concatenated)
    #expect(try collator(#"{"rows": "concatenated"}"#).rows == .concatenated)
    let contiguous = try collator(#"{"rows": "contiguous", "partial_rows": "drop"}"#)
    #expect(!contiguous.keepsPartialRows)
    let separator = try CollationRecipe(Array(#"{"separator": null}"#.utf8))
      .separator(for: tokenizer)
    #expect(separator == nil)
  }

  @Test(
    "what is wrong is said, with the setting and what was expected",
    arguments: [
      (#"{"bacth_size": 3}"#, "recipe.json: bacth_size: there is no such setting", "'batch_size'"),
      (#"{"mlm_prob": 3}"#, "mlm_prob: there is no such setting", "'mlm_probability'"),
      (#"{"rwos": 3}"#, "rwos: there is no such setting", "'rows'"),
      (#"{"": 3}"#, "there is no such setting", "'rows'"),
      (#"[]"#, "found an array", "an object of settings"),
      (
        #"{"rows": "window"}"#, "rows: found 'window'",
        "windows, contiguous, documents, packed, grid, concatenated, pack"
      ),
      (#"{"rows": 3}"#, "rows: found 3", "windows"),
      (#"{"batch_size": 0}"#, "batch_size: found 0", "1...65536"),
      (#"{"batch_size": 1.5}"#, "batch_size: found 1.5", "whole number"),
      (#"{"batch_size": "8"}"#, "batch_size: found '8'", "whole number"),
      (#"{"block_size": 1e300}"#, "block_size: found", "1...1048576"),
      (#"{"shuffle": 1}"#, "shuffle: found 1", "true or false"),
      (#"{"token_dropout": 1.5}"#, "token_dropout: found 1.5", "rate in 0...1"),
      (#"{"token_dropout": "0.1:soon"}"#, "token_dropout: found '0.1:soon'", "0.1:early:0.5"),
      (#"{"token_dropout": 0.1, "dropout_token": "no"}"#, "dropout_token: found 'no'", "no token"),
      (#"{"objective": "masked", "mask_token": 3}"#, "mask_token: found 3", "text of a token"),
      (
        #"{"objective": "masked", "mask_replace_prob": 0.9, "random_replace_prob": 0.2}"#,
        "random_replace_prob: found 0.9 and 0.2", "more than 1"
      ),
      (#"{"slack": 0.1}"#, "slack: the setting needs", #""rows": "grid""#),
      (#"{"mlm_probability": 0.1}"#, "mlm_probability: the setting needs", #": "masked""#),
      (
        #"{"bpe_dropout": 0.1}"#, "bpe_dropout: the setting needs",
        #""rows": "documents" or "grid" or "concatenated""#
      ),
      (#"{"rows": "pack", "slack": 0.1}"#, "slack: the setting needs", #""rows": "grid""#),
      (
        #"{"rows": "pack", "objective": "replaced", "replacement_law": "frequency"}"#,
        "replacement_law: rows that are encoded", "no frequencies"
      ),
      (
        #"{"rows": "documents", "bpe_dropout": 0.1, "max_tokens": 99}"#, "max_tokens: documents",
        "no known length"
      ),
      (
        #"{"rows": "contiguous", "shuffle": true}"#, "shuffle: the setting needs",
        #""windows" or "documents" or "packed" or "grid" or "concatenated""#
      ),
      (#"{"rows": "grid", "slack": 1}"#, "slack: found 1", "below 1"),
      (#"{"rows": "grid", "rows": "grid"}"#, "stands twice", "rows"),
      (#"{"rows": "#, "line 1", "expected"),
    ]
  )
  func errors(text: String, start: String, part: String) {
    let error = #expect(throws: InvalidData.self) { _ = try collator(text) }
    let message = error?.description ?? ""
    #expect(message.hasPrefix("recipe.json") && message.contains(start), "\(message)")
    #expect(message.contains(part), "\(message)")
  }

  @Test("a tokenizer without a mask token")
  func noMask() throws {
    let bare = Tokenizer(
      normalizer: .init([]),
      preTokenizer: .gpt2,
      model: try toyModel("a-b")
    )
    for text in [#"{"objective": "masked"}"#, #"{"token_dropout": 0.1}"#] {
      let recipe = try CollationRecipe(Array(text.utf8))
      let error = #expect(throws: InvalidData.self) { _ = try recipe.collator(for: bare) }
      #expect(error?.description.contains("<mask>") == true)
    }
    #expect(try CollationRecipe().collator(for: bare).padding == TokenID(UInt32(0)))
  }

  @Test("a collator names the rates of all noise that is on")
  func noiseRates() throws {
    func rates(_ text: String) throws -> [String] {
      try collator(text).noiseRates.map { "\($0.name)=\($0.rate)" }
    }
    #expect(try rates(#"{"bpe_dropout": 0, "token_dropout": 0, "rows": "grid"}"#) == [])
    #expect(
      try rates(
        #"{"token_dropout": "0.2:late:0.5", "word_dropout": 0.1, "span_dropout": 0.3, "#
          + #""token_replacement": 0.4}"#
      ).sorted() == [
        "span_dropout=0.3", "token_dropout=0.2:late:0.5", "token_replacement=0.4",
        "word_dropout=0.1",
      ]
    )
    #expect(
      try rates(#"{"rows": "grid", "bpe_dropout": "0.1:early:0.5", "typos": 0.01}"#)
        == ["bpe_dropout=0.1:early:0.5", "typos=0.01"]
    )
    #expect(
      try rates(#"{"rows": "grid", "fields": ["a", "b"], "field_dropout": {"b": 0.5}}"#)
        == ["field_dropout[1]=0.5"]
    )
  }

  @Test("a recipe of any bytes ends in a collator or an error")
  func anyBytes() throws {
    let text = Array(#"{"rows": "grid", "bpe_dropout": "0.1:late:0.5", "batch_size": 12}"#.utf8)
    var draws = RandomStream(key: NoiseKey(seed: 1, site: .testing), item: 3)
    for _ in 0..<3000 {
      var changed = text
      for _ in 0..<1 + draws.next(below: 3) {
        changed[Int(draws.next(below: UInt32(text.count)))] = UInt8(draws.next(below: 256))
      }
      do {
        _ = try CollationRecipe(changed).collator(for: tokenizer)
      } catch is InvalidData {}
    }
  }
}
