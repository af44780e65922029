// Source: T. Kudo, SentencePiece 0.2 (sentencepiece_model.proto): the messages ModelProto,
//   TrainerSpec and NormalizerSpec, and the numbers of their fields.
// Complexity: O(size of the file).

import Diagnostics
import UnicodeText

/// The fields of SentencePiece's file that text and tokens depend on.
struct SentencePieceFile: Equatable {
  /// The kind of model.
  enum ModelKind: UInt64 {
    case unigram = 1
    case bpe = 2
    case word = 3
    case char = 4

    /// The name in messages.
    var name: String {
      switch self {
      case .unigram: "Unigram"
      case .bpe: "BPE"
      case .word: "Word"
      case .char: "Char"
      }
    }
  }

  /// The kind of piece.
  enum PieceKind: UInt64 {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  /// A token.
  struct Piece: Equatable {
    var content: [UInt8]
    var score: Float
    var kind: PieceKind
  }

  private enum Field {
    static let (pieces, trainer, normalizer, denormalizer) = (1, 2, 3, 5)
    // Of a piece.
    static let (piece, score, kind) = (1, 2, 3)
    // Of the trainer.
    static let (modelKind, vocabularySize, addsSpaceBehind, fallsBackToBytes) = (3, 4, 24, 35)
    static let (unknownID, beginID, endID, paddingID) = (40, 41, 42, 43)
    static let (unknownText, unknownPiece) = (44, 45)
    // Of a normaliser.
    static let (name, map, addsSpace, removesExtraSpaces, marksSpaces) = (1, 2, 3, 4, 5)
  }

  /// The pieces; a piece's index is its id.
  var pieces: [Piece] = []
  /// The kind of model.
  var kind = ModelKind.bpe
  /// Whether unknown characters become bytes.
  var fallsBackToBytes = false
  /// The text of the unknown piece.
  var unknownText = Array(" \u{2047} ".utf8)
  /// What is done to a text first, but for the user-defined symbols.
  var normalization = SentencePieceNormalization()
  /// Whether decoded text is changed by rules.
  var hasDenormalizer = false

  /// A model of type BPE without pieces.
  init() {}

  // MARK: - Reading

  /// - Parameter bytes: The file.
  /// - Throws: ``InvalidData`` with the place.
  init(_ bytes: [UInt8]) throws {
    let model = try ProtobufMessage(bytes[...])
    for field in model.fields where field.number == Field.pieces {
      guard case .bytes(let bytes) = field.value else {
        throw InvalidData(place: "piece \(pieces.count)", "a message was expected")
      }
      pieces.append(try Self.piece(ProtobufMessage(bytes), pieces.count))
    }
    let trainer = try ProtobufMessage(model.bytes(Field.trainer) ?? [])
    let number = try trainer.number(Field.modelKind, default: ModelKind.unigram.rawValue)
    guard let kind = ModelKind(rawValue: number) else {
      throw InvalidData(place: "trainer_spec.model_type", "the type \(number) is not known")
    }
    self.kind = kind
    fallsBackToBytes = try trainer.flag(Field.fallsBackToBytes, default: false)
    if let text = try trainer.bytes(Field.unknownText) { unknownText = Array(text) }
    let normalizer = try ProtobufMessage(model.bytes(Field.normalizer) ?? [])
    if let map = try normalizer.bytes(Field.map), !map.isEmpty {
      normalization.map = try CharacterMap(Array(map))
    }
    normalization.addsSpace = try normalizer.flag(Field.addsSpace, default: true)
    normalization.removesExtraSpaces = try normalizer.flag(Field.removesExtraSpaces, default: true)
    normalization.marksSpaces = try normalizer.flag(Field.marksSpaces, default: true)
    normalization.addsSpaceBehind = try trainer.flag(Field.addsSpaceBehind, default: false)
    let denormalizer = try ProtobufMessage(model.bytes(Field.denormalizer) ?? [])
    hasDenormalizer = try denormalizer.bytes(Field.map)?.isEmpty == false
  }

  private static func piece(_ message: ProtobufMessage, _ index: Int) throws -> Piece {
    let place = "piece \(index)"
    guard let content = try message.bytes(Field.piece), !content.isEmpty,
      String(validating: content, as: UTF8.self) != nil
    else { throw InvalidData(place: place, "a text was expected, in UTF-8 and not empty") }
    let number = try message.number(Field.kind, default: PieceKind.normal.rawValue)
    guard let kind = PieceKind(rawValue: number) else {
      throw InvalidData(place: place, "the type \(number) is not known")
    }
    return Piece(content: Array(content), score: try message.float(Field.score), kind: kind)
  }

  // MARK: - Writing

  /// The file's bytes.
  var serialized: [UInt8] {
    var model = ProtobufMessage()
    for piece in pieces {
      var message = ProtobufMessage()
      message.append(Field.piece, piece.content)
      message.append(Field.score, .fixed32(piece.score.bitPattern))
      if piece.kind != .normal { message.append(Field.kind, .varint(piece.kind.rawValue)) }
      model.append(Field.pieces, message.serialized)
    }
    model.append(Field.trainer, trainer.serialized)
    var normalizer = ProtobufMessage()
    normalizer.append(
      Field.name,
      Array((normalization.map == nil ? "identity" : "user_defined").utf8)
    )
    if let map = normalization.map { normalizer.append(Field.map, map.bytes) }
    normalizer.append(Field.addsSpace, normalization.addsSpace)
    normalizer.append(Field.removesExtraSpaces, normalization.removesExtraSpaces)
    normalizer.append(Field.marksSpaces, normalization.marksSpaces)
    model.append(Field.normalizer, normalizer.serialized)
    return model.serialized
  }

  private var trainer: ProtobufMessage {
    var trainer = ProtobufMessage()
    trainer.append(Field.modelKind, .varint(kind.rawValue))
    trainer.append(Field.vocabularySize, .varint(UInt64(pieces.count)))
    trainer.append(Field.addsSpaceBehind, normalization.addsSpaceBehind)
    trainer.append(Field.fallsBackToBytes, fallsBackToBytes)
    let unknown = pieces.firstIndex { $0.kind == .unknown }
    trainer.append(Field.unknownID, Self.id(unknown))
    trainer.append(Field.beginID, Self.id(control("<s>")))
    trainer.append(Field.endID, Self.id(control("</s>")))
    trainer.append(Field.paddingID, Self.id(control("<pad>")))
    trainer.append(Field.unknownText, unknownText)
    if let unknown { trainer.append(Field.unknownPiece, pieces[unknown].content) }
    return trainer
  }

  /// The index of a control piece; nil if there is none.
  private func control(_ name: String) -> Int? {
    let content = Array(name.utf8)
    return pieces.firstIndex { $0.kind == .control && $0.content == content }
  }

  /// An id, or -1 for none, as 64 bits.
  private static func id(_ index: Int?) -> ProtobufMessage.Value {
    .varint(UInt64(bitPattern: Int64(index ?? -1)))
  }
}
