// Source: Hugging Face tokenizers 0.23, src/decoders; each step does to pieces what the decoder of its
//   name does there.

public import UnicodeText

/// A step from the pieces of tokens to text, as the section `decoder` of a tokenizer.json names it.
///
/// Pieces are the tokens as a file spells them; each step makes other pieces of them, and the text
/// is what the last step leaves, without anything in between.
public enum DecodingStep: Hashable, Sendable {
  /// What is replaced.
  public enum Pattern: Hashable, Sendable {
    /// A text, as it stands.
    case literal(String)
    /// A regular expression of ICU; its groups have no meaning in the replacement.
    case regex(String)
  }

  /// Replaces all matches within a piece.
  case replace(Pattern, with: String)
  /// Joins pieces of bytes, such as `<0xE2>`, to characters; bytes that are no UTF-8 become U+FFFD.
  case byteFallback
  /// Joins all pieces to one.
  case fuse
  /// Takes up to so many copies of a character from the ends of each piece.
  case strip(Character, start: Int, stop: Int)
  /// Replaces the marks of spaces by spaces, and deletes those of the first piece where the marking
  /// puts one before the text.
  case metaspace(SpaceMarking)
  /// Joins all pieces to the bytes that they spell in the byte alphabet.
  case byteLevel
  /// Puts a space before each piece but the first, unless it begins with the prefix, which is removed.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// Removes repeated and padding pieces.
  case ctc(padding: String, wordDelimiter: String, cleansUp: Bool)
  /// Replaces the suffix in each piece by a space, and deletes it in the last.
  case suffix(String)
  /// Puts a space between pieces: what Hugging Face tokenizers does where a file has no decoder.
  case join
}

/// Does one step to pieces that come batch by batch.
protocol DecodingStage: Sendable {
  /// Takes the next pieces and returns those that are certain.
  mutating func push(_ pieces: [[UInt8]]) -> [[UInt8]]

  /// Returns the pieces that are left when no more come.
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
    // The pieces are joined in any case.
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

  /// Takes the next pieces and returns the text that is certain.
  mutating func push(_ pieces: [[UInt8]]) -> [UInt8] {
    var pieces = pieces
    for index in stages.indices { pieces = stages[index].push(pieces) }
    return Array(pieces.joined())
  }

  /// Returns the text that is left when no more pieces come.
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
    case .replace(.literal(let text), let content):
      ReplacingStage { $0.replacingAll(Array(text.utf8), with: Array(content.utf8)) }
    case .replace(.regex(let pattern), let content): RegexStage(pattern: pattern, content: content)
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
    case .join: WordPieceStage(nil, false)
    }
  }
}
