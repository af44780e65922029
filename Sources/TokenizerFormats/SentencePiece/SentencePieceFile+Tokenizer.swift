// Source: T. Kudo, SentencePiece 0.2 (model_interface.cc, `InitializePieces`; bpe_model.cc).
// Procedure: control and unknown pieces become special tokens, user-defined ones added tokens that
//   are found in normalised text. All is refused that SentencePiece refuses, and what it does not
//   encode in one way.
// Complexity: O(size of the file · log).

import BytePairEncoding
import Diagnostics
import PreTokenization
import Tokenization
import UnicodeText

extension SentencePieceFile {
  /// The most bytes of a user-defined symbol.
  private static let longestSymbol = 4096

  /// The tokenizer that the file describes.
  ///
  /// - Throws: ``InvalidData`` with the piece.
  func tokenizer() throws -> Tokenizer {
    guard kind == .bpe else {
      throw InvalidData(
        "this is a SentencePiece model of type \(kind.name), whose tokens are not made by merges; "
          + "bpedrop reads type BPE: train one with --model_type=bpe, or with bpedrop train"
      )
    }
    try checkBytes()
    let (vocabulary, unknown) = try vocabulary()
    var settings = CharacterModel.Settings()
    settings.unknown = unknown
    settings.fusesUnknown = true
    settings.fallsBackToBytes = fallsBackToBytes
    let added = addedTokens
    var normalization = normalization
    normalization.symbols = pieces.filter { $0.kind == .userDefined }.map(\.content)
    let model = try CharacterModel(
      vocabulary: vocabulary,
      scores: pieces.map(\.score),
      frozen: Set(added.map(\.id)),
      settings: settings
    )
    var tokenizer = Tokenizer(
      normalizer: TextNormalizer([.sentencePiece(normalization)]),
      preTokenizer: .none,
      model: model,
      addedTokens: added,
      decoder: [.sentencePiece(decoding(unknown))]
    )
    if hasDenormalizer {
      tokenizer.warnings.append("denormalizer_spec is set in the file and not applied")
    }
    return tokenizer
  }

  private func checkBytes() throws {
    let count = pieces.count { $0.kind == .byte }
    guard count == (fallsBackToBytes ? 256 : 0) else {
      throw InvalidData(
        fallsBackToBytes
          ? "byte_fallback takes 256 pieces of bytes, but there are \(count)"
          : "found pieces of bytes, although byte_fallback is off"
      )
    }
  }

  /// The pieces by id, and the unknown one.
  private func vocabulary() throws -> (Vocabulary, TokenID) {
    var vocabulary = Vocabulary()
    var unknown: TokenID?
    for (index, piece) in pieces.enumerated() {
      func invalid(_ message: String) -> InvalidData {
        let name = String(decoding: piece.content, as: UTF8.self)
        return InvalidData(place: "piece \(index)", "'\(name)' \(message)")
      }
      guard vocabulary.append(piece.content).index == index else { throw invalid("stands twice") }
      switch piece.kind {
      case .normal: break
      case .unknown, .control:
        if piece.kind == .unknown {
          guard unknown == nil else { throw invalid("is a second unknown piece") }
          unknown = TokenID(index)
        }
        guard String(decoding: piece.content, as: UTF8.self).unicodeScalars.count > 1 else {
          throw invalid("is a single character, which text may have, but is no normal piece")
        }
      case .userDefined:
        guard piece.content.count <= Self.longestSymbol, !piece.content.contains(0) else {
          throw invalid("is too long for a user-defined symbol, or has a zero byte")
        }
      case .unused:
        throw invalid(
          "is marked as unused, which is not supported; such pieces come from a "
            + "restricted vocabulary (SetVocabulary)"
        )
      case .byte:
        guard isByte(piece.content) else { throw invalid("is no byte; <0x00> was expected") }
      }
    }
    guard let unknown else { throw InvalidData("an unknown piece was expected (type 2)") }
    return (vocabulary, unknown)
  }

  private func isByte(_ piece: [UInt8]) -> Bool {
    piece.count == 6 && piece.starts(with: "<0x".utf8) && piece[5] == UInt8(ascii: ">")
      && piece[3..<5].allSatisfy { "0123456789ABCDEF".utf8.contains($0) }
  }

  private var addedTokens: [AddedToken] {
    pieces.enumerated().compactMap { index, piece in
      switch piece.kind {
      case .control, .unknown: return AddedToken(id: TokenID(index), content: piece.content)
      case .userDefined:
        var matching = AddedToken.Matching()
        matching.isNormalized = true
        return AddedToken(
          id: TokenID(index),
          content: piece.content,
          isSpecial: false,
          matching: matching
        )
      case .normal, .byte, .unused: return nil
      }
    }
  }

  private func decoding(_ unknown: TokenID) -> SentencePieceDecoding {
    var decoding = SentencePieceDecoding()
    decoding.controls = Set(pieces.filter { $0.kind == .control }.map(\.content))
    decoding.unknown = pieces[unknown.index].content
    decoding.unknownText = unknownText
    decoding.decodesBytes = fallsBackToBytes
    decoding.dropsFirstSpace = normalization.addsSpace || normalization.removesExtraSpaces
    decoding.dropsAllFirstSpaces = normalization.removesExtraSpaces
    return decoding
  }
}
