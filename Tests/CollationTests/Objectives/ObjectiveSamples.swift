import BytePairEncoding
import Collation
import Corpora
import Noise
import PreTokenization
import TestSupport
import TextTestSupport
import Tokenization
import UnicodeText

/// A tokenizer with all marks that objectives need, and recipes that use every operation.
enum ObjectiveSamples {
  static let sentinelCount = 300
  static let firstMark: UInt32 = 400

  static func marks() -> [String] {
    ["<|endoftext|>", "<mask>", "<pad>", "</s>", "<PRE>", "<SUF>", "<MID>", "[R]", "[S]", "[X]"]
      + (0..<sentinelCount).map { "<extra_id_\($0)>" }
  }

  static func id(_ mark: String) -> UInt32 {
    firstMark + UInt32(marks().firstIndex(of: mark) ?? 0)
  }

  private static let shared = Result { try makeTokenizer() }

  static func tokenizer() throws -> Tokenizer { try shared.get() }

  private static func makeTokenizer() throws -> Tokenizer {
    let model = try toyModel("t-h th-e i-n a-n an-d \\20-the \\20-and i-s \\20-is in-g e-r o-u")
    return Tokenizer(
      normalizer: .init([]),
      preTokenizer: .gpt2,
      model: model,
      addedTokens: marks().enumerated().map { index, mark in
        AddedToken(id: TokenID(firstMark + UInt32(index)), content: Array(mark.utf8))
      }
    )
  }

  static func collator(_ recipe: String) throws -> Collator {
    try CollationRecipe(Array("{\(recipe)}".utf8)).collator(for: tokenizer())
  }

  static func stream(_ recipe: String, seed: UInt64 = 3) throws -> BatchStream {
    let recipe = try CollationRecipe(Array("{\(recipe)}".utf8))
    let tokenizer = try tokenizer()
    return try BatchStream(
      CollationSamples.store(),
      tokenizer: tokenizer,
      separator: recipe.separator(for: tokenizer),
      collator: recipe.collator(for: tokenizer),
      seed: seed
    )
  }

  /// Batches of given ids.
  static func stream(_ recipe: String, ids: [UInt32], seed: UInt64 = 3) throws -> BatchStream {
    BatchStream(TokenStream(ids: ids), collator: try collator(recipe), seed: seed)
  }

  static let noise =
    #""token_replacement": 0.1, "token_dropout": 0.1, "word_dropout": 0.1, "span_dropout": 0.1"#
  static let size = #""batch_size": 5, "block_size": 24"#

  /// Every objective, every kind of rows, every operation.
  static let recipes: [String] =
    ["windows", "contiguous", "documents", "grid", "packed"].map {
      #""rows": "\#($0)", "objective": "causal", \#(noise), \#(size)"#
    }
    + ["tokens", "count", "words", "spans", "ngrams"].map {
      #""rows": "packed", "objective": "masked", "mask_choice": "\#($0)", \#(size)"#
    }
    + ["windows", "documents", "grid"].flatMap { rows in
      [
        #""objective": "span_corruption""#, #""objective": "ul2", \#(noise)"#,
        #""objective": "denoising", "permute_sentences": true, "word_shuffle": 3, \#(noise)"#,
        #""objective": "prefix""#, #""objective": "fill_in_the_middle""#,
        #""objective": "replaced""#, #""objective": "permutation""#,
      ].map { #""rows": "\#(rows)", \#($0), \#(size)"# }
    }
    + [
      #""objective": "replaced", "replacement_law": "frequency", \#(size)"#,
      #""rows": "grid", "bpe_dropout": "0.4:linear:0:1", \#(noise), \#(size)"#,
      #""rows": "grid", "bpe_dropout": 0.2, "typos": 0.1, "block_size": 40, "batch_size": 5"#,
      #""rows": "documents", "max_tokens": 100, "objective": "masked", "block_size": 24"#,
    ]

  /// The same for rows that were not there before: their bytes have a digest of their own.
  static let laterRecipes: [String] =
    [
      #""objective": "causal", \#(noise)"#, #""objective": "masked", "mask_choice": "words""#,
      #""objective": "span_corruption""#, #""objective": "ul2", \#(noise)"#,
      #""objective": "denoising", "permute_sentences": true, "word_shuffle": 3, \#(noise)"#,
      #""objective": "prefix""#, #""objective": "fill_in_the_middle", \#(noise)"#,
      #""objective": "replaced""#, #""objective": "permutation""#,
    ].flatMap { objective in
      [
        #""rows": "pack", "bpe_dropout": "0.4:linear:0:1", "typos": 0.1, \#(objective), \#(size)"#,
        #""rows": "documents", "bpe_dropout": 0.3, "typos": "0.1:linear:0:1", \#(objective), \#(size)"#,
      ]
    } + [#""rows": "pack", "shuffle": false, "drop_last": true, "partial_rows": "drop", \#(size)"#]
}

extension Batch {
  /// The targets of a row without what stands for none at its end.
  func writtenTargets(ofRow row: Int) -> [UInt32] {
    targets[row * targetLength..<row * targetLength + targetLengths[row]].map { UInt32($0) }
  }
}
