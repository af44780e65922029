// Source: see BPELearner.swift, CharacterAlphabet.swift, and for words and characters
//   TokenizerLearner+Units.swift.
// Determinism: a function of the counts and the recipe.

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
    guard case .bpe(let model) = base.model, !model.merges.sharesRanks else {
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

  // MARK: - BPE

  /// Learns BPE tokenizers of several sizes at once, each the one that would be learned alone.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of tokens, at least one.
  ///   - counts: The pre-tokens of the normalised corpus.
  ///   - known: The first merges, where they are known from an earlier run over the same counts.
  ///   - progress: Told every now and then how far it is; what it throws ends learning.
  /// - Returns: A tokenizer for each size.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed; what `progress` throws.
  public func learn(
    sizes: [Int],
    from counts: WordCounts,
    known: [Merge] = [],
    progress: (LearningProgress) throws -> Void = { _ in }
  ) throws -> [Tokenizer] {
    let start = try initialTokens(counts)
    let learner = try learner(sizes, start)
    if let pruningMethod {
      guard base == nil, alphabet == nil, law != .huggingFace else {
        throw InvalidData(
          "tokens can be left out of byte-level BPE that starts anew, and not by the law huggingface"
        )
      }
      return try learner.learn(
        from: counts,
        initial: start.vocabulary,
        sizes: sizes,
        pruningMethod: pruningMethod,
        progress: progress
      ).map { try tokenizer($0.vocabulary, $0.merges, $0.pruning, start) }
    }
    let results = try learner.learn(
      from: counts,
      initial: start.vocabulary,
      sizes: sizes,
      known: known,
      progress: progress
    )
    return try results.map { vocabulary, merges in
      try tokenizer(vocabulary, merges, start)
    }
  }

  /// Learns BPE tokenizers that serve several languages alike, of several sizes at once.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of tokens, at least one.
  ///   - languages: The pre-tokens of each language, and of its part of a parallel text.
  ///   - progress: Told every now and then how far it is; what it throws ends learning.
  /// - Returns: A tokenizer for each size.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed; what `progress` throws.
  public func learn(
    sizes: [Int],
    languages: [BPELearner.Language],
    progress: (LearningProgress) throws -> Void = { _ in }
  ) throws -> [Tokenizer] {
    guard !languages.isEmpty, law != .huggingFace else {
      throw InvalidData("parity needs languages, and another law than huggingface")
    }
    let start = try initialTokens(Self.allWords(of: languages))
    let results = try learner(sizes, start).learn(
      languages: languages,
      initial: start.vocabulary,
      sizes: sizes,
      progress: progress
    )
    return try results.map { vocabulary, merges in
      try tokenizer(vocabulary, merges, start)
    }
  }

  /// The counts of all languages and their parallel texts together.
  public static func allWords(of languages: [BPELearner.Language]) -> WordCounts {
    var tally = WordTally()
    for counts in languages.flatMap({ [$0.words, $0.parallel] }) {
      for index in 0..<counts.count {
        counts.word(index).withUnsafeBufferPointer {
          tally.add($0, occurrences: counts.occurrences(index))
        }
      }
    }
    return tally.sortedCounts()
  }

  private func learner(_ sizes: [Int], _ start: Start) throws -> BPELearner {
    for size in sizes where size < start.vocabulary.count {
      let first = "a vocabulary of \(size) cannot hold \(start.added.count) special tokens and "
      throw InvalidData(
        base != nil
          ? "the vocabulary that is extended has \(start.vocabulary.count) tokens already, but "
            + "\(size) are asked for"
          : alphabet == nil
            ? first + "the 256 bytes: at least \(start.vocabulary.count) is needed"
            : first + "the alphabet: at least \(start.vocabulary.count) is needed, or a smaller "
              + "alphabet by a limit or a coverage"
      )
    }
    var learner = BPELearner(
      vocabularySize: sizes.max() ?? 0,
      minimumFrequency: minimumFrequency,
      law: law,
      limits: limits
    )
    learner.symbols = start.symbols
    return learner
  }

  /// The tokenizer of a run as it goes on.
  ///
  /// - Parameters:
  ///   - progress: Where the run is.
  ///   - counts: What the run learns from.
  /// - Returns: The tokenizer that the run would give if it ended here.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed.
  public func tokenizer(
    at progress: LearningProgress,
    from counts: WordCounts
  ) throws -> Tokenizer {
    let start = try initialTokens(counts)
    var vocabulary = start.vocabulary
    for merge in progress.merges {
      vocabulary.append(Array(vocabulary.bytes(of: merge.left) + vocabulary.bytes(of: merge.right)))
    }
    guard let pruning = progress.pruning else {
      return try tokenizer(vocabulary, progress.merges, start)
    }
    return try tokenizer(vocabulary, progress.merges, pruning, start)
  }

  /// What learning begins with.
  private struct Start {
    var vocabulary = Vocabulary()
    var added: [AddedToken] = []
    /// The model that is extended.
    var model: BPEModel?
    var symbols = InitialSymbols.bytes
  }

  private func initialTokens(_ counts: WordCounts) throws -> Start {
    if let alphabet { return try initialTokens(alphabet, counts) }
    var start = Start()
    if let base, case .bpe(let model) = base.model {
      start.model = model
      start.symbols = .segmentation(model)
      start.added = base.addedTokens
      start.vocabulary = model.vocabulary
      while start.vocabulary.count < base.vocabularySize { start.vocabulary.appendGap() }
    }
    for token in specialTokens {
      let content = Array(token.utf8)
      guard !content.isEmpty, !start.added.contains(where: { $0.content == content }) else {
        throw InvalidData("the special token '\(token)' is empty or stands twice")
      }
      let id = TokenID(start.vocabulary.count)
      if let bytes = ByteAlphabet.decode(content), start.vocabulary.id(of: bytes) == nil {
        start.vocabulary.append(bytes)
      } else {
        start.vocabulary.appendGap()
      }
      start.added.append(AddedToken(id: id, content: content))
    }
    if base == nil {
      for byte in ByteAlphabet.bytesInOrder { start.vocabulary.append([byte]) }
    }
    return start
  }

  /// What learning over characters begins with.
  private func initialTokens(
    _ alphabet: CharacterAlphabet,
    _ counts: WordCounts
  ) throws -> Start {
    var start = Start()
    start.symbols = .characters(alphabet.symbols)
    var specials = specialTokens
    if !alphabet.fallsBackToBytes && !specials.contains(unknownToken) {
      specials.append(unknownToken)
    }
    for token in specials {
      let id = TokenID(start.vocabulary.count)
      guard !token.isEmpty, start.vocabulary.append(alphabet.learned(Array(token.utf8))) == id
      else { throw InvalidData("the special token '\(token)' is empty or stands twice") }
      start.added.append(AddedToken(id: id, content: Array(token.utf8)))
    }
    for piece in alphabet.pieces(of: counts) { start.vocabulary.append(alphabet.learned(piece)) }
    return start
  }

  /// The tokenizer of what was learned and left out; a plain one where nothing was.
  private func tokenizer(
    _ vocabulary: Vocabulary,
    _ merges: [Merge],
    _ pruning: VocabularyPruning,
    _ start: Start
  ) throws -> Tokenizer {
    if pruning == .scaffold([]) || pruning == .removals([]) {
      return try tokenizer(vocabulary, merges, start)
    }
    do {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: .pruned(
          try PrunedModel(tokens: vocabulary, merges: merges, pruning: pruning)
        ),
        addedTokens: start.added
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }

  private func tokenizer(
    _ vocabulary: Vocabulary,
    _ merges: [Merge],
    _ start: Start
  ) throws -> Tokenizer {
    if let alphabet {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: .characters(try alphabet.model(vocabulary, merges, unknown: unknownToken)),
        addedTokens: start.added
      )
    }
    do {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: .bpe(
          try BPEModel(
            vocabulary: vocabulary,
            merges: (start.model?.merges.merges ?? []) + merges,
            unknown: start.model?.unknown,
            ignoresMerges: start.model?.ignoresMerges ?? false
          )
        ),
        addedTokens: start.added,
        offsetTrimming: base?.offsetTrimming
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }
}
