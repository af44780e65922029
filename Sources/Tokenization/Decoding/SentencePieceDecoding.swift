// Source: T. Kudo, SentencePiece 0.2 (sentencepiece_processor.cc, `Decode`). Written from its
//   behaviour.
// Complexity: O(bytes of the pieces).

import CUnicode

/// How SentencePiece joins pieces to text.
public struct SentencePieceDecoding: Hashable, Sendable {
  /// The pieces that have no text.
  public var controls: Set<[UInt8]> = []
  /// The piece of unknown characters.
  public var unknown: [UInt8] = Array("<unk>".utf8)
  /// The text of unknown characters.
  public var unknownText: [UInt8] = Array(" \u{2047} ".utf8)
  /// Whether the pieces `<0x00>` to `<0xFF>` are bytes.
  public var decodesBytes = false
  /// Whether a space before the first text is left out.
  public var dropsFirstSpace = true
  /// Whether each piece leaves out a space, as long as there is no text.
  public var dropsAllFirstSpaces = true

  /// The defaults of SentencePiece's file.
  public init() {}
}

/// Joins pieces as SentencePiece does: marks become spaces, bytes that are not UTF-8 U+FFFD.
struct SentencePieceStage: DecodingStage {
  private static let mark = Array("\u{2581}".utf8)
  private static let replacement = Array("\u{FFFD}".utf8)
  private static let longestCharacter = 4

  private let settings: SentencePieceDecoding
  /// Bytes that may begin a character.
  private var held: [UInt8] = []
  private var hasText = false
  private var hasDroppedSpace = false
  private var isAtStart = true

  init(_ settings: SentencePieceDecoding) { self.settings = settings }

  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    for piece in pieces {
      if settings.decodesBytes, let byte = ByteFallbackStage.byte(of: piece),
        piece == FirstSymbols.piece(of: byte)
      {
        held.append(byte)
        append(bytes(isAtEnd: false), to: &result)
      } else {
        append(bytes(isAtEnd: true), to: &result)
        if hasText || hasDroppedSpace { isAtStart = false }
        append(text(of: piece), to: &result)
      }
    }
    return result
  }

  mutating func finish() -> [[UInt8]] {
    var result: [[UInt8]] = []
    append(bytes(isAtEnd: true), to: &result)
    return result
  }

  private mutating func append(_ text: [UInt8], to result: inout [[UInt8]]) {
    guard !text.isEmpty else { return }
    hasText = true
    result.append(text)
  }

  /// The text of a piece that is no byte.
  private mutating func text(of piece: [UInt8]) -> [UInt8] {
    hasDroppedSpace = false
    if settings.controls.contains(piece) { return [] }
    if piece == settings.unknown { return settings.unknownText }
    var rest = piece[...]
    if isAtStart && settings.dropsFirstSpace && piece.starts(with: Self.mark) {
      rest = rest.dropFirst(Self.mark.count)
      hasDroppedSpace = !settings.dropsAllFirstSpaces
    }
    return Array(rest).replacingAll(Self.mark, with: [0x20])
  }

  /// Takes the characters off the held bytes, all or those that are certain.
  private mutating func bytes(isAtEnd: Bool) -> [UInt8] {
    var text: [UInt8] = []
    var position = 0
    held.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return }
      while position < held.count {
        // SAFETY: position is inside, and the decoder reads no more than it is given.
        let character = bpd_decode_utf8(base + position, held.count - position)
        if character.scalar == BPD_INVALID_SCALAR {
          if !isAtEnd && held.count - position < Self.longestCharacter { break }
          text += Self.replacement
        } else {
          text += held[position..<position + Int(character.length)]
        }
        position += Int(character.length)
      }
    }
    held.removeFirst(position)
    return text
  }
}
