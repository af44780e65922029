import BytePairEncoding
import Diagnostics
import UnicodeText

/// The starting point of learning.
struct LearningStart {
  var vocabulary = Vocabulary()
  var added: [AddedToken] = []
  /// The model to extend.
  var model: BPEModel?
  var symbols = InitialSymbols.bytes
}

// MARK: - From first tokens to a tokenizer

extension TokenizerRecipe {
  /// The tokens that BPE starts from: special tokens, then bytes, or the tokens of the base.
  func initialTokens(_ counts: WordCounts) throws -> LearningStart {
    if let alphabet { return try initialTokens(alphabet, counts) }
    var start = LearningStart()
    if let base, let model = base.model as? BPEModel {
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

  /// The starting point of learning over characters.
  private func initialTokens(
    _ alphabet: CharacterAlphabet,
    _ counts: WordCounts
  ) throws -> LearningStart {
    var start = LearningStart()
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

  /// The learned tokenizer with its pruning; a plain one if the pruning is empty.
  func tokenizer(
    _ vocabulary: Vocabulary,
    _ merges: [Merge],
    _ pruning: VocabularyPruning,
    _ start: LearningStart
  ) throws -> Tokenizer {
    if pruning == .scaffold([]) || pruning == .removals([]) {
      return try tokenizer(vocabulary, merges, start)
    }
    do {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: try PrunedModel(tokens: vocabulary, merges: merges, pruning: pruning),
        addedTokens: start.added
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }

  /// The learned tokenizer.
  func tokenizer(
    _ vocabulary: Vocabulary,
    _ merges: [Merge],
    _ start: LearningStart
  ) throws -> Tokenizer {
    if let alphabet {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: try alphabet.model(vocabulary, merges, unknown: unknownToken),
        addedTokens: start.added
      )
    }
    do {
      return Tokenizer(
        normalizer: normalizer,
        preTokenizer: preTokenizer,
        model: try BPEModel(
          vocabulary: vocabulary,
          merges: (start.model?.merges.merges ?? []) + merges,
          unknown: start.model?.unknown,
          ignoresMerges: start.model?.ignoresMerges ?? false
        ),
        addedTokens: start.added,
        decoder: base?.decoder,
        inputRules: base?.inputRules ?? InputRules()
      )
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(error.description)
    }
  }
}
