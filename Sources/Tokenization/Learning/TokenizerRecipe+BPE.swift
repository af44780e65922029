// Source: see BPELearner.swift; for BPE over characters, CharacterAlphabet.swift.
// Determinism: a function of the counts and the recipe.

public import BytePairEncoding
import Diagnostics

extension TokenizerRecipe {
  /// Learns BPE tokenizers of several sizes at once, each identical to one learned on its own.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of tokens, at least one.
  ///   - counts: The pre-tokens of the normalised corpus.
  ///   - known: The first merges, if an earlier run over the same counts has found them.
  ///   - progress: Called with the progress now and then; an error from it ends learning.
  /// - Returns: A tokenizer for each size.
  /// - Throws: ``InvalidData`` if the recipe cannot be followed; any error of `progress`.
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

  /// Learns BPE tokenizers that compress several languages alike, of several sizes at once.
  ///
  /// - Parameters:
  ///   - sizes: The numbers of tokens, at least one.
  ///   - languages: The pre-tokens of each language, and of its side of a parallel text.
  ///   - progress: Called with the progress now and then; an error from it ends learning.
  /// - Returns: A tokenizer for each size.
  /// - Throws: ``InvalidData`` if the recipe cannot be followed; any error of `progress`.
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

  private func learner(_ sizes: [Int], _ start: LearningStart) throws -> BPELearner {
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

  /// The tokenizer of an unfinished run.
  ///
  /// - Parameters:
  ///   - progress: The state of the run.
  ///   - counts: The counts that the run learns from.
  /// - Returns: The tokenizer that the run would return if it ended here.
  /// - Throws: ``InvalidData`` if the recipe cannot be followed.
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
}
