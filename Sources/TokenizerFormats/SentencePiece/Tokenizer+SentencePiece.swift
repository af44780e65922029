// Procedure: a tokenizer of SentencePiece's own is written with its scores. A list of merges becomes
//   scores: the negative of its ranks. SentencePiece then also merges other neighbours into the same
//   token, but never gets to: if merging the bytes of a token on their own gives that token, then
//   wherever these bytes are merged, the last two parts are those of its own merge. So this is
//   checked for each token, and that none crosses the places where text is cut into words.
// Complexity: O(bytes of all tokens · log).

import BytePairEncoding
import Diagnostics
import PreTokenization
public import Tokenization
import UnicodeText

extension Tokenizer {
  /// The bytes of a SentencePiece model with the same tokens.
  ///
  /// Text of valid UTF-8 has the same ids there.
  ///
  /// - Throws: ``InvalidData`` with the part that such a model cannot hold.
  public func sentencePiece() throws -> [UInt8] {
    guard let model = model as? CharacterModel else {
      throw Self.cannotHold("\(model.name); BPE over characters was expected")
    }
    var file = SentencePieceFile()
    file.normalization = try sentencePieceNormalization()
    if let scores = model.scores {
      guard preTokenizer == .none else { throw Self.cannotHold("a pre-tokeniser") }
      file.pieces = try sentencePieces(model, scores: scores)
    } else {
      try checkWords(model)
      file.pieces = try sentencePieces(model, scores: try scores(of: model))
    }
    file.fallsBackToBytes = model.settings.fallsBackToBytes
    if case .sentencePiece(let decoding)? = decoder?.first {
      file.unknownText = decoding.unknownText
    }
    if !file.pieces.contains(where: { $0.kind == .unknown }) {
      try Self.appendUnknown(to: &file)
    }
    // What SentencePiece refuses is refused here.
    _ = try file.tokenizer()
    return file.serialized
  }

  private static func cannotHold(_ what: String) -> InvalidData {
    InvalidData("a SentencePiece model cannot hold \(what)")
  }

  // MARK: - Parts

  private func sentencePieceNormalization() throws -> SentencePieceNormalization {
    if case .sentencePiece(let settings)? = normalizer.steps.first, normalizer.steps.count == 1 {
      return settings
    }
    guard normalizer == .none else {
      throw Self.cannotHold("the normaliser; learn with --normalizer sentencepiece or none")
    }
    guard preTokenizer.marking == nil || preTokenizer.marking?.prepending == .never else {
      throw Self.cannotHold(
        "spaces that are put before a text unless it begins with one, since it always puts one "
          + "there; learn with --normalizer sentencepiece"
      )
    }
    var settings = SentencePieceNormalization.keepingSpaces
    settings.addsSpace = false
    settings.marksSpaces = preTokenizer.marking != nil
    return settings
  }

  /// Checks that no token crosses the places where text is cut.
  private func checkWords(_ model: CharacterModel) throws {
    let mark = Array("\u{2581}".utf8)
    guard preTokenizer.marking.map({ Array($0.mark.utf8) == mark }) ?? true else {
      throw Self.cannotHold("another mark of spaces than \u{2581}")
    }
    let stages = preTokenizer.stages.dropFirst(preTokenizer.marking == nil ? 0 : 1)
    if stages.isEmpty { return }
    guard stages == [.metaspace] else {
      throw Self.cannotHold("a pre-tokeniser that cuts elsewhere than before spaces")
    }
    for merge in model.merges {
      let token = model.vocabulary.bytes(of: merge.product)
      let rest = token.dropFirst(token.starts(with: mark) ? mark.count : 1)
      let crosses = rest.indices.contains { rest[$0...].starts(with: mark) }
      guard !crosses else {
        throw Self.cannotHold("the token \(merge.product), which has a space inside")
      }
    }
  }

  /// The scores of a list of merges: the negative of ranks, then of ids.
  private func scores(of model: CharacterModel) throws -> [Float] {
    guard model.settings.prefix.isEmpty, model.settings.suffix.isEmpty,
      !model.settings.ignoresMerges
    else { throw Self.cannotHold("affixes, or words that are taken whole (ignore_merges)") }
    guard model.settings.fallsBackToBytes || model.settings.unknown != nil else {
      throw Self.cannotHold("characters that are left out; an unknown token was expected")
    }
    guard model.settings.fallsBackToBytes || model.settings.fusesUnknown else {
      throw Self.cannotHold("an unknown token for each character, since it makes one of several")
    }
    let count = model.vocabulary.count
    guard model.merges.count + count < 1 << 24 else {
      throw Self.cannotHold("so many tokens: their scores would not be whole numbers")
    }
    var scores = (0..<count).map { -Float(model.merges.count + $0) }
    var isMade = [Bool](repeating: false, count: count)
    var encoder = model.makeEncoder(cacheCapacity: 0)
    for (rank, merge) in model.merges.enumerated() {
      let id = merge.product.index
      var tokens: [UInt32] = []
      var lengths: [Int] = []
      try Array(model.vocabulary.bytes(of: merge.product)).withUnsafeBufferPointer {
        try encoder.encode(
          $0,
          noise: nil,
          at: WordAddress(),
          into: &tokens,
          lengths: &lengths
        )
      }
      guard !isMade[id], tokens == [merge.product.rawValue] else {
        throw Self.cannotHold(
          "the token \(id), which two merges make, or which merges do not make alone"
        )
      }
      isMade[id] = true
      scores[id] = -Float(rank)
    }
    let added = Set(addedTokens.map(\.id))
    let unmade = (0..<count).map { TokenID($0) }.first { id in
      !isMade[id.index] && !added.contains(id) && !model.standsForByte(id)
        && id != model.settings.unknown
        && String(decoding: model.vocabulary.bytes(of: id), as: UTF8.self).unicodeScalars.count > 1
    }
    if let unmade { throw Self.cannotHold("the token \(unmade), which no merge makes") }
    return scores
  }

  /// The pieces by id.
  private func sentencePieces(
    _ model: CharacterModel,
    scores: [Float]
  ) throws -> [SentencePieceFile.Piece] {
    var added: [Int: AddedToken] = [:]
    for token in addedTokens { added[token.id.index] = token }
    return try (0..<vocabularySize).map { index in
      let id = TokenID(index)
      let content = Array(bytes(of: id))
      let score = index < scores.count ? scores[index] : 0
      if let token = added[index] {
        let kind = try sentencePieceKind(of: token, model)
        return SentencePieceFile.Piece(content: token.content, score: score, kind: kind)
      }
      guard vocabulary.contains(id), !content.isEmpty else {
        throw Self.cannotHold("an id without a token, as \(index) is")
      }
      if id == model.settings.unknown {
        return SentencePieceFile.Piece(content: content, score: score, kind: .unknown)
      }
      return SentencePieceFile.Piece(
        content: Array(vocabulary.bytes(of: id)),
        score: score,
        kind: model.standsForByte(id) ? .byte : .normal
      )
    }
  }

  private func sentencePieceKind(
    of token: AddedToken,
    _ model: CharacterModel
  ) throws -> SentencePieceFile.PieceKind {
    if token.id == model.settings.unknown { return .unknown }
    if token.isSpecial { return .control }
    var matching = AddedToken.Matching()
    matching.isNormalized = token.matching.isNormalized
    guard token.matching == matching, normalizer.keepsSymbols || preTokenizer.marking == nil else {
      throw Self.cannotHold(
        "the added token \(token.id), which takes spaces, or has spaces put behind it"
      )
    }
    return .userDefined
  }

  /// Appends the piece that every model has, with an id that no text has.
  private static func appendUnknown(to file: inout SentencePieceFile) throws {
    let unknown = Array("<unk>".utf8)
    guard !file.pieces.contains(where: { $0.content == unknown }) else {
      throw cannotHold("the token <unk>, which is not its unknown token")
    }
    file.pieces.append(SentencePieceFile.Piece(content: unknown, score: 0, kind: .unknown))
  }
}
