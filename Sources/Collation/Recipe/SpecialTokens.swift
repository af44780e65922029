import BytePairEncoding
import Tokenization

/// The tokens that a recipe names, or that a tokenizer has under a usual name.
struct SpecialTokens {
  /// Usual names, in the order in which they are looked for.
  static let masks = ["<mask>", "[MASK]", "<|mask|>"]
  static let unknown = ["<unk>", "[UNK]", "<|unk|>"] + masks
  static let ends = ["</s>", "<|endoftext|>", "[SEP]"]
  static let prefixes = ["<|fim_prefix|>", "<fim_prefix>", "<PRE>"]
  static let suffixes = ["<|fim_suffix|>", "<fim_suffix>", "<SUF>"]
  static let middles = ["<|fim_middle|>", "<fim_middle>", "<MID>"]
  static let starts = ["[CLS]", "<s>"]
  static let marks = ["[SEP]", "</s>"]
  /// What stands for the number in the name of a sentinel.
  static let number: Character = "N"

  let padding: TokenID
  let mask, replacement, end, prefix, suffix, middle, start, mark: TokenID?
  /// What stands for spans, in order.
  let sentinels: [TokenID]
  let modes: [DenoiserMixture.Mode: TokenID]
  /// All of these, the tokenizer's own, and ids without a token are special.
  let classes: TokenClasses

  /// - Parameters:
  ///   - recipe: What it names is looked for first.
  ///   - objective: By its name; the marks of other objectives stay ordinary tokens.
  ///   - tokenizer: Where tokens are looked for.
  /// - Throws: ``InvalidData`` where a named token is none.
  init(_ recipe: CollationRecipe, objective: String, _ tokenizer: Tokenizer) throws {
    let find = { (key: RecipeKey, names: [String]) in
      try recipe.token(key, tokenizer, orFirstOf: names)
    }
    let separator = try recipe.separator(for: tokenizer)
    let padding = try find(.padToken, ["<pad>", "[PAD]", "<|pad|>"])
    self.padding = padding ?? separator ?? TokenID(UInt32(0))
    mask = try find(.maskToken, Self.masks)
    replacement = try find(.dropoutToken, Self.unknown)
    end = try find(.endToken, Self.ends)
    prefix = try find(.prefixToken, Self.prefixes)
    suffix = try find(.suffixToken, Self.suffixes)
    middle = try find(.middleToken, Self.middles)
    start = try find(.startToken, Self.starts)
    mark = try find(.endMark, Self.marks)
    let name = try recipe.text(.sentinelToken) ?? "<extra_id_\(Self.number)>"
    var sentinels: [TokenID] = []
    if let place = name.lastIndex(of: Self.number) {
      let (front, back) = (name[..<place], name[name.index(after: place)...])
      while let id = tokenizer.id(of: "\(front)\(sentinels.count)\(back)") { sentinels.append(id) }
    } else {
      throw recipe.fail(.sentinelToken, "found '\(name)', which has no N for the number")
    }
    self.sentinels = sentinels
    modes = DenoiserMixture.Mode.allCases.reduce(into: [:]) {
      $0[$1] = tokenizer.id(of: $1.rawValue)
    }
    var special = [separator, padding, mask, replacement].compactMap { $0 }
    switch objective {
    case "span_corruption", "ul2": special += sentinels + [end].compactMap { $0 } + modes.values
    case "fill_in_the_middle": special += [prefix, suffix, middle].compactMap { $0 }
    case "classification", "pairs": special += [start, mark].compactMap { $0 }
    default: break
    }
    classes = TokenClasses(tokenizer, special: special)
  }
}
