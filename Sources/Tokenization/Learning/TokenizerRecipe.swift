public import BytePairEncoding
import Diagnostics
public import PreTokenization
public import UnicodeText

/// What kind of tokenizer is to be learned.
public struct TokenizerRecipe: Sendable {
  /// What pre-tokens are turned into.
  public enum Kind: String, CaseIterable, Sendable {
    /// Byte-level BPE.
    case bpe
    /// A word is a token.
    case word
    /// A character is a token.
    case char
  }

  /// What becomes a token: parts of pre-tokens, whole ones or characters.
  public var kind: Kind
  /// What text goes through before it is cut; the corpus that is counted must have gone through it.
  public var normalizer: TextNormalizer
  /// How the learned tokenizer cuts text; see ``countingPreTokenizer`` for the corpus.
  public var preTokenizer: PreTokenizer
  /// Special tokens and the alphabet included; nil for all words or characters that occur.
  public var vocabularySize: Int?
  /// Pairs (words, characters) that occur less often are left out.
  public var minimumFrequency: UInt64
  /// The order of equally frequent pairs.
  public var law: LearningLaw
  /// Which tokens may be joined.
  public var limits: JoinLimits
  /// How tokens are found that the vocabulary can do without; nil for plain BPE.
  public var pruningMethod: BPELearner.PruningMethod?
  /// The characters that BPE starts from; nil for the 256 bytes.
  public var alphabet: CharacterAlphabet?
  /// A tokenizer whose vocabulary is gone on from; it also says how text is normalised and cut, and
  /// what the special tokens are.
  public private(set) var base: Tokenizer?
  /// In the order of their ids.
  public var specialTokens: [String]
  /// The token for what is not in the vocabulary, for words and characters, and for BPE over characters
  /// without byte fallback; made special.
  public var unknownToken: String

  /// - Parameters:
  ///   - kind: What pre-tokens are turned into.
  ///   - normalizer: What is done to text first.
  ///   - preTokenizer: How text is cut; nil for the usual one of the kind.
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

  /// A recipe for more tokens behind those of a BPE tokenizer.
  ///
  /// - Parameters:
  ///   - base: What is gone on from.
  ///   - preTokenizer: How text is cut from now on, nil for as before. Merges of the base then reach
  ///     across the places where it was cut, too; where words are not cut apart, tokens of several words
  ///     are learned (SuperBPE, arXiv 2503.13423).
  /// - Throws: ``InvalidData`` where it is none that a list of merges describes.
  public init(extending base: Tokenizer, preTokenizer: PreTokenizer? = nil) throws {
    guard let model = base.model as? BPEModel, !model.merges.sharesRanks else {
      throw InvalidData("only a byte-level BPE tokenizer with a list of merges can be extended")
    }
    self.init(normalizer: base.normalizer, preTokenizer: preTokenizer ?? base.preTokenizer)
    self.base = base
    specialTokens = []
  }

  /// How text is cut for counting: characters are counted in words, so that a document is not one.
  public var countingPreTokenizer: PreTokenizer { kind == .char ? .gpt2 : preTokenizer }

  /// Learns a tokenizer.
  ///
  /// - Parameters:
  ///   - counts: The pre-tokens of the normalised corpus, cut by ``countingPreTokenizer``.
  ///   - progress: Told every now and then how far BPE is; what it throws ends learning.
  /// - Returns: The tokenizer; special tokens have the first ids.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed; what `progress` throws.
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
