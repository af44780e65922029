extension TextNormalizer {
  /// One transformation.
  public enum Step: Hashable, Sendable {
    /// Canonical composition.
    case nfc
    /// Canonical decomposition.
    case nfd
    /// Compatibility composition: ligatures, full-width forms and the like become plain letters.
    case nfkc
    /// Compatibility decomposition.
    case nfkd
    /// NFKC with case folded and default-ignorable characters removed: for matching, not display.
    case nfkcCasefold
    /// Lower case of each character on its own, as in Hugging Face: no final sigma, no locale.
    case lowercase
    /// Removes every combining mark (category M of Unicode 9); put `nfd` before it.
    case stripAccents
    /// Removes white space from the ends.
    case strip(left: Bool, right: Bool)
    /// Puts a text before the first character; an empty text stays empty.
    case prepend(String)
    /// Replaces all matches; the replacement cannot refer to groups.
    case replace(TextPattern, with: String)
    /// BERT's.
    case bert(BertCleaning)
    /// Removes control characters, and makes some invisible characters a space.
    case nmt
    /// Spells each byte by its character of ``ByteAlphabet``.
    case byteLevel
    /// Replaces characters by compiled rules, as Hugging Face's `Precompiled` does.
    case precompiled(CharacterMap)
    /// All that SentencePiece does to a text.
    case sentencePiece(SentencePieceNormalization)

    /// The steps that have a name, for command lines.
    public static let named: [(name: String, step: Step)] = [
      ("nfc", .nfc), ("nfd", .nfd), ("nfkc", .nfkc), ("nfkd", .nfkd),
      ("nfkc-casefold", .nfkcCasefold), ("lowercase", .lowercase),
      ("strip-accents", .stripAccents), ("strip", .strip(left: true, right: true)),
      ("bert", .bert(BertCleaning())), ("nmt", .nmt),
      ("sentencepiece", .sentencePiece(.keepingSpaces)),
    ]

    /// The name of ``named``; a description for any other step.
    public var name: String {
      Self.named.first { $0.step == self }?.name ?? "\(self)"
    }

    /// Whether a text that is cut before white space behind a visible ASCII character can be
    /// normalised part by part.
    var isLocal: Bool {
      switch self {
      case .nfc, .nfd, .nfkc, .nfkd, .nfkcCasefold, .lowercase, .stripAccents, .bert, .nmt: true
      case .strip, .prepend, .replace, .byteLevel, .precompiled, .sentencePiece: false
      }
    }

    /// The passes over a text, in order.
    var passes: [any TextRewriter] {
      switch self {
      case .nfc: [ICUTransform.nfc]
      case .nfd: [ICUTransform.nfd]
      case .nfkc: [ICUTransform.nfkc]
      case .nfkd: [ICUTransform.nfkd]
      case .nfkcCasefold: [ICUTransform.nfkcCasefold]
      case .lowercase: [ICUTransform.lowercase]
      case .stripAccents: [ICUTransform.stripMarks]
      case .strip(let left, let right): [Stripping(left: left, right: right)]
      case .prepend(let text): [Prefixing(text)]
      case .replace(let pattern, let text): [Replacement(pattern, with: text)]
      case .bert(let cleaning): cleaning.passes
      case .nmt: [CharacterPass.nmt]
      case .byteLevel: [CharacterSpelling()]
      case .precompiled(let map): [PrecompiledPass(map: map)]
      case .sentencePiece(let settings): settings.passes
      }
    }
  }

  /// The parts of BERT's normaliser, in the order in which they apply.
  ///
  /// Source: Devlin and others, tokenization.py.
  public struct BertCleaning: Hashable, Sendable {
    /// Removes control characters, and makes all white space a space.
    public var cleansText = true
    /// Puts spaces around ideographs.
    public var spacesIdeographs = true
    /// Removes accents; nil if lower case is made.
    public var stripsAccents: Bool?
    /// Makes lower case.
    public var lowercases = true

    /// BERT's own settings, for uncased models.
    public init() {}

    var passes: [any TextRewriter] {
      var passes: [any TextRewriter] = []
      if cleansText { passes.append(CharacterPass.cleaning) }
      if spacesIdeographs { passes.append(CharacterPass.ideographSpacing) }
      if stripsAccents ?? lowercases {
        passes += [ICUTransform.nfd, .stripNonspacingMarks] as [ICUTransform]
      }
      if lowercases { passes.append(ICUTransform.lowercase) }
      return passes
    }
  }
}
