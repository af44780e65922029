// Source: BPE: see BPELearner.swift. Words: Hugging Face's WordLevelTrainer: special tokens, then words
//   by falling count, of equal counts by ascending bytes. Characters: Hugging Face's alphabet: the
//   most frequent characters, numbered by code point.
// Determinism: a function of the counts and the recipe.

public import BytePairEncoding
import Files
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
  /// A tokenizer whose vocabulary is gone on from; it also says how text is normalised and cut, and
  /// what the special tokens are.
  public private(set) var base: Tokenizer?
  /// In the order of their ids.
  public var specialTokens: [String]
  /// The token for what is not in the vocabulary, for words and characters; made special.
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
  /// - Parameter base: What is gone on from.
  /// - Throws: ``InvalidData`` where it is none that a list of merges describes.
  public init(extending base: Tokenizer) throws {
    guard case .bpe(let model) = base.model, !model.merges.sharesRanks else {
      throw InvalidData("only a BPE tokenizer with a list of merges can be extended")
    }
    self.init(normalizer: base.normalizer, preTokenizer: base.preTokenizer)
    self.base = base
    specialTokens = []
  }

  /// How text is cut for counting: characters are counted in words, so that a document is not one.
  public var countingPreTokenizer: PreTokenizer { kind == .char ? .gpt2 : preTokenizer }

  /// Learns a tokenizer.
  ///
  /// - Parameters:
  ///   - counts: The pre-tokens of the normalised corpus, cut by ``countingPreTokenizer``.
  ///   - progress: Told every now and then how far BPE is.
  /// - Returns: The tokenizer; special tokens have the first ids.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed.
  public func learn(
    from counts: WordCounts,
    progress: (LearningProgress) -> Void = { _ in }
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
  ///   - progress: Told every now and then how far it is.
  /// - Returns: A tokenizer for each size.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed.
  public func learn(
    sizes: [Int],
    from counts: WordCounts,
    known: [Merge] = [],
    progress: (LearningProgress) -> Void = { _ in }
  ) throws -> [Tokenizer] {
    let start = try initialTokens()
    for size in sizes where size < start.vocabulary.count {
      throw InvalidData(
        base == nil
          ? "a vocabulary of \(size) cannot hold \(start.added.count) special tokens and the 256 "
            + "bytes: at least \(start.vocabulary.count) is needed"
          : "the vocabulary that is extended has \(start.vocabulary.count) tokens already, but "
            + "\(size) are asked for"
      )
    }
    var learner = BPELearner(
      vocabularySize: sizes.max() ?? 0,
      minimumFrequency: minimumFrequency,
      law: law,
      limits: limits
    )
    if let model = start.model { learner.symbols = .segmentation(model) }
    let results = learner.learn(
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

  /// The tokenizer of the first merges of a run, as it goes on.
  ///
  /// - Parameter merges: As ``LearningProgress`` gives them.
  /// - Returns: The tokenizer that the run would give if it ended here.
  /// - Throws: ``InvalidData`` where the recipe cannot be followed.
  public func tokenizer(merges: [Merge]) throws -> Tokenizer {
    let start = try initialTokens()
    var vocabulary = start.vocabulary
    for merge in merges {
      vocabulary.append(Array(vocabulary.bytes(of: merge.left) + vocabulary.bytes(of: merge.right)))
    }
    return try tokenizer(vocabulary, merges, start)
  }

  /// What learning begins with.
  private struct Start {
    var vocabulary = Vocabulary()
    var added: [AddedToken] = []
    /// The model that is extended.
    var model: BPEModel?
  }

  private func initialTokens() throws -> Start {
    var start = Start()
    if let base, case .bpe(let model) = base.model {
      start.model = model
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

  private func tokenizer(
    _ vocabulary: Vocabulary,
    _ merges: [Merge],
    _ start: Start
  ) throws -> Tokenizer {
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

  // MARK: - Words and characters

  private struct Frequency {
    let unit: [UInt8]
    let count: UInt64
  }

  private static func frequencies(ofWords counts: WordCounts) -> [Frequency] {
    (0..<counts.count).map {
      Frequency(unit: Array(counts.word($0)), count: counts.occurrences($0))
    }
  }

  private static func frequencies(ofCharacters counts: WordCounts) -> [Frequency] {
    var characters: [Unicode.Scalar: UInt64] = [:]
    for index in 0..<counts.count {
      let word = counts.word(index)
      // A word with bytes that are not UTF-8 adds the characters that are.
      for scalar in String(decoding: word, as: UTF8.self).unicodeScalars
      where scalar != "\u{FFFD}" {
        characters[scalar, default: 0] += counts.occurrences(index)
      }
    }
    return characters.map { Frequency(unit: Array(String($0.key).utf8), count: $0.value) }
  }

  private func learnUnits(_ unit: UnitModel.Unit, _ units: [Frequency]) throws -> Tokenizer {
    let specials =
      specialTokens.contains(unknownToken) ? specialTokens : specialTokens + [unknownToken]
    var vocabulary = Vocabulary()
    var added: [AddedToken] = []
    for token in specials {
      let id = TokenID(vocabulary.count)
      guard !token.isEmpty, vocabulary.append(Array(token.utf8)) == id else {
        throw InvalidData("the special token '\(token)' is empty or stands twice")
      }
      added.append(AddedToken(id: id, content: Array(token.utf8)))
    }
    let size = vocabularySize ?? .max
    guard size > specials.count else {
      throw InvalidData(
        "a vocabulary of \(size) cannot hold more than its \(specials.count) special tokens"
      )
    }
    var kept = units.filter { $0.count >= minimumFrequency && vocabulary.id(of: $0.unit) == nil }
    kept.sort {
      $0.count != $1.count ? $0.count > $1.count : $0.unit.lexicographicallyPrecedes($1.unit)
    }
    kept = Array(kept.prefix(size - specials.count))
    if unit == .character { kept.sort { $0.unit.lexicographicallyPrecedes($1.unit) } }
    for frequency in kept { vocabulary.append(frequency.unit) }
    let unknown = vocabulary.id(of: Array(unknownToken.utf8))
    let model = UnitModel(
      unit: unit,
      vocabulary: vocabulary,
      unknown: unknown,
      reserved: Set(added.map(\.id)).subtracting([unknown].compactMap { $0 })
    )
    return Tokenizer(
      normalizer: normalizer,
      preTokenizer: preTokenizer,
      model: .units(model),
      addedTokens: added
    )
  }
}
