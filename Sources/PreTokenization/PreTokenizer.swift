import Diagnostics
public import UnicodeText

/// Cuts a text into pre-tokens in stages, each of which cuts the pieces of the stage before it.
///
/// No merge ever crosses a pre-token boundary.
public struct PreTokenizer: Hashable, Sendable {
  /// One way to cut.
  public enum Stage: Hashable, Sendable {
    /// GPT-2's pattern, Hugging Face's ByteLevel: letters, numbers or other signs with one space
    /// before them; English contractions; runs of white space. Covers every byte.
    case gpt2
    /// `\w+|[^\w\s]+`, Hugging Face's Whitespace. White space is left out.
    case whitespace
    /// Everything between white space, Hugging Face's WhitespaceSplit. White space is left out.
    case whitespaceSplit
    /// Words by Unicode Standard Annex #29 and ICU's dictionaries, each with one space before it.
    /// Covers every byte.
    case icuWords
    /// At the matches of a pattern.
    case split(SplitRule)
    /// Runs of one script, Hugging Face's UnicodeScripts: Han, Hiragana and Katakana count as one,
    /// and a space belongs to the run before it. Spaces at the start are left out.
    case scripts
    /// Pieces of a number of characters, Hugging Face's FixedLength.
    case fixedLength(Int)
    /// Another stage, which sees each byte as its character of ``ByteAlphabet``: what stands behind
    /// Hugging Face's ByteLevel.
    indirect case spelled(Stage)
    /// Does not cut, but rewrites each piece: marks replace spaces, and one may be put first.
    case mark(SpaceMarking)
    /// Does not cut, but rewrites each piece in ``ByteAlphabet``.
    case spell
  }

  /// The stages in order; without any the text stays whole.
  public let stages: [Stage]

  /// - Parameter stages: The stages in order; without any the text stays whole.
  public init(_ stages: [Stage]) { self.stages = stages }

  /// The marks that replace spaces before the text is cut; nil for none.
  public var marking: SpaceMarking? {
    if case .mark(let marking)? = stages.first { marking } else { nil }
  }

  /// Whether a mark is put before the piece that begins the document alone.
  package var dependsOnPlaces: Bool {
    stages.contains {
      if case .mark(let marking) = $0 { marking.prepending == .first } else { false }
    }
  }

  /// Whether the pre-tokens cover every byte, so that decoding gives the text back.
  public var isLossless: Bool {
    stages.allSatisfy { $0.rewriting == nil && $0.kind.coversEveryByte }
  }
}

extension PreTokenizer {
  /// GPT-2's pattern; also of r50k and p50k.
  public static let gpt2 = PreTokenizer([.gpt2])
  /// GPT-4's pattern.
  public static let cl100k = PreTokenizer([.split(SplitRule(CL100KPattern()))])
  /// GPT-4o's pattern.
  public static let o200k = PreTokenizer([.split(SplitRule(O200KScanner()))])
  /// Llama 3's pattern: cl100k's, except for white space at the end of a text.
  public static let llama3 = PreTokenizer([.split(SplitRule(Llama3Pattern()))])
  /// Qwen 2's pattern: Llama 3's, with every digit on its own.
  public static let qwen2 = PreTokenizer([.split(SplitRule(Qwen2Pattern()))])
  /// DeepSeek V3's three stages: numbers, ideographs and kana, and the rest.
  public static let deepSeekV3 = PreTokenizer([
    .split(SplitRule(NumbersOfThree())), .split(SplitRule(DeepSeekIdeographs())),
    .split(SplitRule(DeepSeekWords())),
  ])
  /// `\w+|[^\w\s]+` without white space.
  public static let whitespace = PreTokenizer([.whitespace])
  /// Everything between white space.
  public static let whitespaceSplit = PreTokenizer([.whitespaceSplit])
  /// Words by Unicode Standard Annex #29 and ICU's dictionaries.
  public static let icuWords = PreTokenizer([.icuWords])
  /// Runs of `\p{N}`, and the text between them.
  public static let digits = PreTokenizer([.split(SplitRule(known: .digit, .contiguous))])
  /// Every character of `\p{N}`, and the text between them.
  public static let singleDigits = PreTokenizer([.split(SplitRule(known: .digit, .isolated))])
  /// Every punctuation sign, and the text between them.
  public static let punctuation = PreTokenizer([.split(SplitRule(known: .punctuation, .isolated))])
  /// BERT's: without white space, every punctuation sign on its own.
  public static let bert = PreTokenizer([
    .whitespaceSplit, .split(SplitRule(known: .punctuation, .isolated)),
  ])
  /// SentencePiece's: ▁ replaces spaces and precedes the text, which is cut before every ▁.
  public static let metaspace = PreTokenizer([
    .mark(SpaceMarking(mark: "\u{2581}", prepending: .always)), .metaspace,
  ])
  /// The whole text as one pre-token.
  public static let none = PreTokenizer([])

  /// Cuts at the matches of a regular expression; the matches are pieces, and so is the text
  /// between them.
  ///
  /// - Throws: ``InvalidData`` if the pattern is malformed.
  public static func regex(_ pattern: String) throws -> PreTokenizer {
    PreTokenizer([.split(try SplitRule(.regex(pattern), .isolated))])
  }
}

extension PreTokenizer.Stage {
  /// Before every ▁.
  public static let metaspace = PreTokenizer.Stage.split(
    SplitRule(known: .literal("\u{2581}"), .mergedWithNext)
  )
}

// MARK: - Names

extension PreTokenizer: CustomStringConvertible {
  /// The pre-tokenizers that have a name.
  public static let named: [(name: String, preTokenizer: PreTokenizer)] = [
    ("gpt2", .gpt2), ("cl100k", .cl100k), ("o200k", .o200k), ("llama3", .llama3),
    ("qwen2", .qwen2), ("deepseek-v3", .deepSeekV3), ("whitespace", .whitespace),
    ("whitespace-split", .whitespaceSplit), ("icu-words", .icuWords), ("digits", .digits),
    ("single-digits", .singleDigits), ("punctuation", .punctuation), ("bert", .bert),
    ("metaspace", .metaspace), ("subword-nmt", .subwordNMT), ("fastbpe", .fastBPE),
    ("youtokentome", .youTokenToMe), ("none", .none),
  ]

  /// Parses a name of ``named``, or `regex:` followed by a regular expression.
  ///
  /// - Throws: ``InvalidData`` if the name is unknown or the expression is malformed.
  public init(name: String) throws {
    if let named = Self.named.first(where: { $0.name == name }) {
      self = named.preTokenizer
    } else if name.hasPrefix("regex:") {
      self = try .regex(String(name.dropFirst("regex:".count)))
    } else {
      let names = Self.named.map(\.name).joined(separator: ", ")
      throw InvalidData("'\(name)' is no pattern: \(names) and regex:… are")
    }
  }

  /// The name, or `regex:` and a regular expression, or a list of the stages.
  public var description: String {
    if let named = Self.named.first(where: { $0.preTokenizer == self }) { return named.name }
    return stages.map(\.description).joined(separator: ", ")
  }
}
