public import BytePairEncoding
import Diagnostics
public import PreTokenization
public import UnicodeText

/// How to learn a tokenizer.
public struct TokenizerRecipe: Sendable {
  /// The kind of model.
  public enum Kind: String, CaseIterable, Sendable {
    /// Byte-level BPE.
    case bpe
    /// Whole words as tokens.
    case word
    /// Single characters as tokens.
    case char
  }

  /// Whether parts of pre-tokens, whole pre-tokens or characters become tokens.
  public var kind: Kind
  /// The normaliser of the tokenizer; apply it to the corpus before counting.
  public var normalizer: TextNormalizer
  /// The pre-tokeniser of the learned tokenizer; see ``countingPreTokenizer`` for the corpus.
  public var preTokenizer: PreTokenizer
  /// The number of tokens, including special tokens and the alphabet; nil for all words or
  /// characters that occur.
  public var vocabularySize: Int?
  /// Pairs (words, characters) that occur less often are left out.
  public var minimumFrequency: UInt64
  /// The order of equally frequent pairs.
  public var law: LearningLaw
  /// Which tokens may be joined.
  public var limits: JoinLimits
  /// The method that finds tokens to leave out; nil for plain BPE.
  public var pruningMethod: BPELearner.PruningMethod?
  /// The characters that BPE starts from; nil for the 256 bytes.
  public var alphabet: CharacterAlphabet?
  /// A tokenizer whose vocabulary is extended; it also determines the normaliser, the pre-tokeniser
  /// and the special tokens.
  public private(set) var base: Tokenizer?
  /// The special tokens, in the order of their ids.
  public var specialTokens: [String]
  /// The token for text outside the vocabulary, for words and characters, and for BPE over
  /// characters without byte fallback; it becomes a special token.
  public var unknownToken: String

  /// - Parameters:
  ///   - kind: The kind of model.
  ///   - normalizer: Applied to text first.
  ///   - preTokenizer: Cuts text; nil for the default of the kind.
  public init(
    kind: Kind = .bpe,
    normalizer: TextNormalizer = TextNormalizer([.nfc]),
    preTokenizer: PreTokenizer? = nil
  ) {
    self.kind = kind
    self.normalizer = normalizer
    switch kind {
    case .bpe: self.preTokenizer = preTokenizer ?? .gpt2
    case .word: self.preTokenizer = preTokenizer ?? .whitespaceSplit
    case .char: self.preTokenizer = .none
    }
    vocabularySize = kind == .bpe ? 32_000 : nil
    minimumFrequency = 0
    law = .huggingFace
    limits = JoinLimits()
    specialTokens = ["<|endoftext|>"]
    unknownToken = "<unk>"
  }

  /// A recipe that adds tokens to those of a BPE tokenizer.
  ///
  /// - Parameters:
  ///   - base: The tokenizer to extend.
  ///   - preTokenizer: Cuts text from now on; nil for that of the base. Merges of the base then
  ///     also cross the places where it cut; if words are not cut apart, tokens of several words
  ///     are learned (SuperBPE, arXiv 2503.13423).
  /// - Throws: ``InvalidData`` if a list of merges does not describe the base.
  public init(extending base: Tokenizer, preTokenizer: PreTokenizer? = nil) throws {
    guard let model = base.model as? BPEModel, !model.merges.sharesRanks else {
      throw InvalidData("only a byte-level BPE tokenizer with a list of merges can be extended")
    }
    self.init(normalizer: base.normalizer, preTokenizer: preTokenizer ?? base.preTokenizer)
    self.base = base
    specialTokens = []
  }

  /// The pre-tokeniser for counting: characters are counted in words, so that a document is not one
  /// word.
  public var countingPreTokenizer: PreTokenizer { kind == .char ? .gpt2 : preTokenizer }

  /// Learns a tokenizer.
  ///
  /// - Parameters:
  ///   - counts: The pre-tokens of the normalised corpus, cut by ``countingPreTokenizer``.
  ///   - progress: Called with the progress of BPE now and then; an error from it ends learning.
  /// - Returns: The tokenizer; special tokens have the first ids.
  /// - Throws: ``InvalidData`` if the recipe cannot be followed; any error of `progress`.
  public func learn(
    from counts: WordCounts,
    progress: (LearningProgress) throws -> Void = { _ in }
  ) throws -> Tokenizer {
    switch kind {
    case .bpe: try learn(sizes: [vocabularySize ?? 32_000], from: counts, progress: progress)[0]
    case .word: try learnUnits(.word, Self.frequencies(ofWords: counts))
    case .char: try learnUnits(.character, Self.frequencies(ofCharacters: counts))
    }
  }
}
