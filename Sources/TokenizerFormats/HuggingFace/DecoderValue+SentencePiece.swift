// The type SentencePiece is this package's own.

import Diagnostics
import JSONText
import Tokenization

extension DecoderValue {
  /// - Throws: ``InvalidData``.
  static func sentencePiece(_ value: JSONValue) throws -> SentencePieceDecoding {
    let place = "decoder"
    var decoding = SentencePieceDecoding()
    decoding.controls = Set(try value.texts("control_symbols", at: place))
    if case .string(let piece)? = value["unk_piece"] { decoding.unknown = piece }
    if case .string(let text)? = value["unk_surface"] { decoding.unknownText = text }
    decoding.decodesBytes = try value.flag("byte_fallback", at: place)
    decoding.dropsFirstSpace = try value.flag("drop_first_space", at: place, default: true)
    decoding.dropsAllFirstSpaces = try value.flag("drop_all_first_spaces", at: place, default: true)
    return decoding
  }

  static func value(of decoding: SentencePieceDecoding) -> JSONValue {
    let controls = decoding.controls.sorted { $0.lexicographicallyPrecedes($1) }
    return .typed(
      "SentencePiece",
      [
        JSONMember("control_symbols", .array(controls.map { .string($0) })),
        JSONMember("unk_piece", .string(decoding.unknown)),
        JSONMember("unk_surface", .string(decoding.unknownText)),
        JSONMember("byte_fallback", .bool(decoding.decodesBytes)),
        JSONMember("drop_first_space", .bool(decoding.dropsFirstSpace)),
        JSONMember("drop_all_first_spaces", .bool(decoding.dropsAllFirstSpaces)),
      ]
    )
  }
}
