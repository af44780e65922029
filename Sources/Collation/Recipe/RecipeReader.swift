public import BytePairEncoding
import Diagnostics
public import Tokenization

/// A recipe that is read for a tokenizer: settings as values, tokens as ids.
public struct RecipeReader: Sendable {
  /// The settings.
  public let recipe: CollationRecipe
  /// The name of the objective.
  public let objective: String
  /// Where tokens are looked up.
  public let tokenizer: Tokenizer
  /// The token at positions that have none.
  public let padding: TokenID
  /// The token put behind each document; nil for none.
  public let separator: TokenID?
  /// Which tokens are special: the tokenizer's own, ids without a token, padding, separator, masks,
  /// and the marks of the objective.
  public private(set) var classes: TokenClasses

  /// Usual names of mask tokens, in the order in which they are looked up.
  static let masks = ["<mask>", "[MASK]", "<|mask|>"]
  /// Usual names of tokens that replace dropped ones.
  static let unknown = ["<unk>", "[UNK]", "<|unk|>"] + masks

  /// A reader.
  ///
  /// - Parameters:
  ///   - recipe: The settings.
  ///   - objective: A name that the recipe's kinds have.
  ///   - tokenizer: Where tokens are looked up.
  /// - Throws: ``InvalidData`` for a token that the recipe names and the tokenizer does not have.
  init(_ recipe: CollationRecipe, objective: String, _ tokenizer: Tokenizer) throws {
    self.recipe = recipe
    self.objective = objective
    self.tokenizer = tokenizer
    separator = try recipe.separator(for: tokenizer)
    let padding = try recipe.token(.padToken, tokenizer, orFirstOf: ["<pad>", "[PAD]", "<|pad|>"])
    self.padding = padding ?? separator ?? TokenID(UInt32(0))
    classes = TokenClasses(vocabularySize: 0, special: [])
    let mask = try token(.maskToken, orFirstOf: Self.masks)
    let replacement = try token(.dropoutToken, orFirstOf: Self.unknown)
    let common = [separator, padding, mask, replacement].compactMap { $0 }
    let marks = try recipe.kinds.objective(objective)?.marks(self) ?? []
    classes = TokenClasses(tokenizer, special: common + marks)
  }

  /// The token that the recipe names, or the first that the tokenizer has of some usual names.
  ///
  /// - Parameters:
  ///   - key: The setting that names the token.
  ///   - names: Usual names, in the order in which they are looked up.
  /// - Returns: nil where the tokenizer has none of them.
  /// - Throws: ``InvalidData`` where the recipe names a token that the tokenizer does not have.
  public func token(_ key: RecipeKey, orFirstOf names: [String]) throws -> TokenID? {
    try recipe.token(key, tokenizer, orFirstOf: names)
  }

  /// The same for a token that an objective cannot do without.
  ///
  /// - Parameters:
  ///   - key: The setting that names the token.
  ///   - names: Usual names, in the order in which they are looked up; at least one.
  /// - Returns: Its id.
  /// - Throws: ``InvalidData`` where the tokenizer has none of them.
  public func neededToken(_ key: RecipeKey, orFirstOf names: [String]) throws -> TokenID {
    if let token = try token(key, orFirstOf: names) { return token }
    throw recipe.failure(
      key,
      "the tokenizer has none of \(names.joined(separator: ", ")); one is learned with `bpedrop train "
        + "--special '\(names[0])'`"
    )
  }
}
