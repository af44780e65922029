import BytePairEncoding
import Tokenization

/// The tokens that stand for hidden spans, as a recipe names them.
struct SpanMarks {
  /// Usual names of end tokens, in the order in which they are looked up.
  static let ends = ["</s>", "<|endoftext|>", "[SEP]"]
  /// The letter that stands for the number in the name of a sentinel.
  private static let number: Character = "N"

  /// What stands for the spans, in order.
  let sentinels: [TokenID]
  /// What begins the input under each mode of a mixture.
  let modes: [DenoiserMixture.Mode: TokenID]
  private let end: TokenID?

  /// Looks the tokens up.
  ///
  /// - Throws: ``InvalidData`` for a name without a number, or an end that is no token.
  init(_ reader: RecipeReader) throws {
    let name = try reader.recipe.text(.sentinelToken) ?? "<extra_id_\(Self.number)>"
    guard let place = name.lastIndex(of: Self.number) else {
      throw reader.recipe.failure(
        .sentinelToken,
        "found '\(name)', which has no N for the number"
      )
    }
    let (front, back) = (name[..<place], name[name.index(after: place)...])
    var sentinels: [TokenID] = []
    while let id = reader.tokenizer.id(of: "\(front)\(sentinels.count)\(back)") {
      sentinels.append(id)
    }
    self.sentinels = sentinels
    modes = DenoiserMixture.Mode.allCases.reduce(into: [:]) {
      $0[$1] = reader.tokenizer.id(of: $1.rawValue)
    }
    end = try reader.token(.endToken, orFirstOf: Self.ends)
  }

  /// All of them.
  var special: [TokenID] { sentinels + [end].compactMap { $0 } + modes.values }

  /// The sentinels, of which there must be one.
  func needed(_ reader: RecipeReader) throws -> [TokenID] {
    guard sentinels.isEmpty else { return sentinels }
    throw reader.recipe.failure(
      .sentinelToken,
      "the tokenizer has no <extra_id_0>; one is learned with `bpedrop train --special "
        + "'<extra_id_0>'`"
    )
  }

  /// Refuses rows with more spans than sentinels.
  static func check(
    spans: Int,
    _ sentinels: Int,
    _ collator: Collator,
    _ reader: RecipeReader
  ) throws {
    guard spans > sentinels else { return }
    throw reader.recipe.failure(
      .sentinelToken,
      "rows of \(collator.length) need \(spans) sentinels, but the tokenizer has \(sentinels)"
    )
  }
}

extension RecipeKey {
  static let sentinelToken = RecipeKey(
    "sentinel_token",
    fallback: "<extra_id_N>",
    "what stands for span number N, from 0"
  )
  static let endToken = RecipeKey(
    "eos_token",
    fallback: "</s>, <|endoftext|>, [SEP]",
    "the end of inputs and targets with sentinels"
  )
}
