// Source: Hugging Face tokenizers 0.23, src/decoders; each step does what the decoder of the same
//   name does there.

public import UnicodeText

/// A step from the pieces of tokens to text, as in the section `decoder` of a tokenizer.json.
///
/// Pieces are the tokens as the file spells them; each step maps pieces to pieces, and the text is
/// the concatenation of the last step's pieces.
public enum DecodingStep: Hashable, Sendable {
  /// Replaces all matches within a piece.
  case replace(TextPattern, with: String)
  /// Joins byte pieces, such as `<0xE2>`, into characters; bytes that are not UTF-8 become U+FFFD.
  case byteFallback
  /// Joins all pieces into one.
  case fuse
  /// Strips up to `start` and `stop` copies of a character from the ends of each piece.
  case strip(Character, start: Int, stop: Int)
  /// Replaces space marks with spaces, and deletes those of the first piece if the marking prepends
  /// one.
  case metaspace(SpaceMarking)
  /// Joins all pieces into the bytes that they spell in the byte alphabet.
  case byteLevel
  /// Inserts a space before each piece but the first, unless it begins with the prefix, which is
  /// removed.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// Removes repeated and padding pieces.
  case ctc(padding: String, wordDelimiter: String, cleansUp: Bool)
  /// Replaces the suffix in each piece with a space, and deletes it in the last.
  case suffix(String)
  /// Does what SentencePiece does to pieces.
  case sentencePiece(SentencePieceDecoding)
  /// Inserts a space between pieces, as Hugging Face tokenizers does if a file has no decoder.
  case join
}

/// Applies one step to pieces that arrive in batches.
protocol DecodingStage: Sendable {
  /// Takes the next pieces and returns those that are final.
  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]]

  /// Returns the remaining pieces once the input has ended.
  mutating func finish() -> [[UInt8]]
}

extension DecodingStage {
  mutating func finish() -> [[UInt8]] { [] }
}

/// All steps of a tokenizer's decoder; one for each text.
struct DecodingChain: Sendable {
  private var stages: [any DecodingStage] = []

  init(_ steps: [DecodingStep]) {
    var steps = steps[...]
    // The pieces are joined in the end anyway.
    while steps.last == .fuse { steps.removeLast() }
    while let step = steps.popFirst() {
      if step == .fuse, steps.count == 1,
        case .strip(let character, let start, let stop)? = steps.last
      {
        stages.append(StripStage(character, start: start, stop: stop, isFused: true))
        return
      }
      stages.append(step.makeStage(isLast: steps.isEmpty))
    }
  }

  /// Takes the next pieces and returns the text that is final.
  mutating func push(_ pieces: [[UInt8]]) -> [UInt8] {
    var pieces = pieces
    for index in stages.indices { pieces = stages[index].push(pieces) }
    return Array(pieces.joined())
  }

  /// Returns the remaining text once the input has ended.
  mutating func finish() -> [UInt8] {
    var pieces: [[UInt8]] = []
    for index in stages.indices {
      pieces = stages[index].push(pieces)
      pieces += stages[index].finish()
    }
    return Array(pieces.joined())
  }
}

extension DecodingStep {
  fileprivate func makeStage(isLast: Bool) -> any DecodingStage {
    switch self {
    case .replace(let pattern, let content): ReplacingStage(pattern, with: content)
    case .byteFallback: ByteFallbackStage()
    case .fuse: JoiningStage(isLast: false) { Array($0.joined()) }
    case .byteLevel: JoiningStage(isLast: isLast) { ByteAlphabet.bytes(ofPieces: $0) }
    case .strip(let character, let start, let stop):
      StripStage(character, start: start, stop: stop, isFused: false)
    case .metaspace(let marking): MetaspaceStage(marking)
    case .wordPiece(let prefix, let cleansUp): WordPieceStage(Array(prefix.utf8), cleansUp)
    case .ctc(let padding, let delimiter, let cleansUp):
      CTCStage(Array(padding.utf8), Array(delimiter.utf8), cleansUp)
    case .suffix(let suffix): SuffixStage(Array(suffix.utf8))
    case .sentencePiece(let decoding): SentencePieceStage(decoding)
    case .join: WordPieceStage(nil, false)
    }
  }
}
