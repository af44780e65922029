/// What SentencePiece does to a text before it looks for pieces: the fields of its NormalizerSpec,
/// and what else its normaliser needs.
public struct SentencePieceNormalization: Hashable, Sendable {
  /// The rules that replace characters; nil to replace none.
  public var map: CharacterMap?
  /// Whether a space is put before the text, or behind it (`add_dummy_prefix`).
  public var addsSpace = true
  /// Whether spaces at the ends are removed, and several become one (`remove_extra_whitespaces`).
  public var removesExtraSpaces = true
  /// Whether spaces become U+2581 (`escape_whitespaces`).
  public var marksSpaces = true
  /// Whether the space that is added stands behind the text (`treat_whitespace_as_suffix`).
  public var addsSpaceBehind = false
  /// Texts that no rule changes, found from left to right, the longest first.
  public var symbols: [[UInt8]] = []

  /// The defaults of NormalizerSpec, without rules.
  public init() {}

  /// Spaces are marked and kept, and one is put first: the normaliser of Llama and Mistral, whose
  /// rules are called "identity".
  public static let keepingSpaces = {
    var settings = SentencePieceNormalization()
    settings.removesExtraSpaces = false
    return settings
  }()

  /// The passes over a text: simple ones where no rule, no symbol and no removal asks for more.
  var passes: [any TextRewriter] {
    guard map == nil, symbols.isEmpty, !removesExtraSpaces, marksSpaces, !addsSpaceBehind else {
      return [SentencePiecePass(self)]
    }
    let mark = "\u{2581}"
    let prefix = addsSpace ? [Prefixing(mark, isAligned: false)] : []
    return [ByteReplacement()] + prefix + [Replacement(.literal(" "), with: mark)]
  }
}
