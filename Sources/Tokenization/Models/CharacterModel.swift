// Source: Hugging Face tokenizers 0.23 (models/bpe/model.rs, `merge_word`): BPE without the byte
//   alphabet, whose first symbols are characters, with marks on those that continue or end a word.
// Procedure: each first symbol is assigned a distinct character: itself if it has no mark,
//   otherwise a private-use character. So are the bytes and the unknown token that stand for
//   characters without a token. A byte-level model over the UTF-8 of these is equivalent: its first
//   merges join the bytes of each such character, which dropout never touches, and the model's own
//   merges follow.
// Complexity: O(n) for a word, plus that of BPEEncoder.

public import BytePairEncoding
import Diagnostics
import Noise
import UnicodeText

/// BPE over characters.
public struct CharacterModel: Sendable {
  /// The properties of a model besides tokens and merges.
  public struct Settings: Hashable, Sendable {
    /// The token for a character without one; nil to leave such characters out.
    public var unknown: TokenID?
    /// Whether adjacent unknown characters become one unknown token.
    public var fusesUnknown = false
    /// Whether a character without a token becomes its byte tokens, `<0x00>` to `<0xFF>`.
    public var fallsBackToBytes = false
    /// The prefix of tokens that do not begin a word, such as `##`; usually empty.
    public var prefix: [UInt8] = []
    /// The suffix of tokens that end a word, such as `</w>`; usually empty.
    public var suffix: [UInt8] = []
    /// Whether a pre-token that is itself a token is taken whole, without merging.
    public var ignoresMerges = false
    /// Whether words come spelled in ``ByteAlphabet``, so that a token's text is what it spells.
    public var isSpelled = false

    /// All of them off.
    public init() {}
  }

  /// The tokens as a file spells them, marks included.
  public let vocabulary: Vocabulary
  /// The merges by rank.
  public let merges: [Merge]
  /// The other properties.
  public let settings: Settings
  /// The score of each token in SentencePiece's model; nil for a list of merges.
  public let scores: [Float]?

  /// The equivalent model over the UTF-8 of first symbols; it adds ids from `vocabulary.count` on.
  let byteLevel: BPEModel
  private let symbols: FirstSymbols
  /// The tokens that the byte-level model's added ids stand for.
  private let aliases: [TokenID]

  /// Combines a vocabulary with merges.
  ///
  /// - Parameters:
  ///   - vocabulary: The tokens as a file spells them.
  ///   - merges: In order of rank.
  ///   - settings: Everything else.
  /// - Throws: ``InvalidData`` if they do not fit together.
  public init(vocabulary: Vocabulary, merges: [Merge], settings: Settings) throws {
    let symbols = try FirstSymbols(vocabulary, settings)
    try self.init(vocabulary, symbols, merges, settings, scores: nil)
  }

  /// Creates SentencePiece's model: two neighbours merge if their concatenation is a piece, the best
  /// score first.
  ///
  /// - Parameters:
  ///   - vocabulary: The pieces by id.
  ///   - scores: One for each id.
  ///   - frozen: Pieces that text never becomes by merging, besides those of bytes and of unknown
  ///     characters.
  ///   - settings: Everything else; no affixes.
  /// - Throws: ``InvalidData`` if they do not fit together.
  public init(
    vocabulary: Vocabulary,
    scores: [Float],
    frozen: Set<TokenID>,
    settings: Settings
  ) throws {
    guard scores.count == vocabulary.count, settings.prefix.isEmpty, settings.suffix.isEmpty else {
      throw InvalidData("a score for each token was expected, and no affixes")
    }
    let symbols = try FirstSymbols(vocabulary, settings)
    let pieces = (0..<vocabulary.count).map { TokenID($0) }.filter {
      vocabulary.contains($0) && !frozen.contains($0) && !symbols.stands($0)
    }
    if let piece = pieces.first(where: { symbols.spelling(of: vocabulary.bytes(of: $0)) == nil }) {
      throw InvalidData(
        place: "piece \(piece)",
        "'\(String(decoding: vocabulary.bytes(of: piece), as: UTF8.self))' has a character that is "
          + "no piece on its own"
      )
    }
    let merges = try ScoredMerges.merges(of: pieces, vocabulary, scores)
    try self.init(vocabulary, symbols, merges, settings, scores: scores)
  }

  private init(
    _ vocabulary: Vocabulary,
    _ symbols: FirstSymbols,
    _ merges: [Merge],
    _ settings: Settings,
    scores: [Float]?
  ) throws {
    let inner = try InnerVocabulary(vocabulary, symbols)
    do {
      let byteLevel = try BPEModel(
        vocabulary: inner.tokens,
        characters: inner.merges,
        merges: merges,
        ignoresMerges: settings.ignoresMerges
      ) {
        guard let scores else { return false }
        return scores[merges[$0].product.index] == scores[merges[$1].product.index]
      }
      try self.init(vocabulary, symbols, merges, settings, scores, byteLevel)
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(place: "model", error.description)
    }
  }

  /// Combines a vocabulary with the tables of another model's ``table``.
  ///
  /// - Parameters:
  ///   - vocabulary: The tokens as a file spells them.
  ///   - tables: The merges of characters, and those of the model.
  ///   - owner: What the tables' memory belongs to.
  ///   - scores: One for each id, or nil.
  ///   - settings: Everything else; no affixes.
  /// - Throws: ``InvalidData`` or ``InvalidTables`` if they do not fit together.
  package init(
    vocabulary: Vocabulary,
    tables: MergeTables,
    of owner: any AnyObject & Sendable,
    scores: [Float]?,
    settings: Settings
  ) throws {
    let symbols = try FirstSymbols(vocabulary, settings)
    let inner = try InnerVocabulary(vocabulary, symbols)
    let table = try MergeTable(tables, of: inner.tokens, owner: owner)
    let first = inner.merges.count
    let merges = Array(table.merges.dropFirst(first))
    guard !symbols.hasMarks, scores.map({ $0.count == vocabulary.count }) ?? true,
      table.merges.starts(with: inner.merges),
      merges.allSatisfy({ max($0.left, $0.right, $0.product).index < vocabulary.count })
    else { throw InvalidData("the table of the merges is that of another model") }
    let byteLevel = BPEModel(
      vocabulary: inner.tokens,
      table: table,
      unknown: nil,
      ignoresMerges: settings.ignoresMerges,
      characterMergeCount: first
    )
    try self.init(vocabulary, symbols, merges, settings, scores, byteLevel)
  }

  private init(
    _ vocabulary: Vocabulary,
    _ symbols: FirstSymbols,
    _ merges: [Merge],
    _ settings: Settings,
    _ scores: [Float]?,
    _ byteLevel: BPEModel
  ) throws {
    (self.vocabulary, self.merges, self.settings) = (vocabulary, merges, settings)
    (self.scores, self.symbols, self.byteLevel) = (scores, symbols, byteLevel)
    aliases = symbols.standIns.map(\.token)
    let rank = merges.firstIndex { symbols.stands($0.left) || symbols.stands($0.right) }
    if let rank {
      throw InvalidData(
        place: "model.merges[\(rank)]",
        "joins what stands for unknown characters or their bytes"
      )
    }
  }

  /// The merges of characters from bytes, and those of the model, as they are found; nil where
  /// marks differ, and a token is spelled in other characters.
  package var table: MergeTable? { symbols.hasMarks ? nil : byteLevel.merges }

  /// The token that an id of the byte-level model stands for.
  func token(of id: UInt32) -> UInt32 {
    if Int(id) < vocabulary.count { return id }
    let alias = Int(id) - vocabulary.count
    // Parts of characters are left over in a compiled image that somebody has changed.
    return (alias < aliases.count ? aliases[alias] : settings.unknown)?.rawValue ?? 0
  }

  /// The number of first bytes of a text whose characters are first symbols that stand for
  /// themselves.
  func alikeLength(_ text: UnsafeBufferPointer<UInt8>) -> Int { symbols.alikeLength(text) }

  /// Whether a word's spelling in first symbols equals its bytes.
  func isSpelledAlike(_ word: UnsafeBufferPointer<UInt8>) -> Bool { symbols.isSpelledAlike(word) }

  /// Spells a word in first symbols.
  ///
  /// - Parameters:
  ///   - word: A pre-token.
  ///   - spelling: Replaced by the UTF-8 of the symbols, at most four times as long.
  ///   - lengths: Replaced by the number of bytes of the word that each symbol stands for.
  func spell(
    _ word: UnsafeBufferPointer<UInt8>,
    into spelling: inout [UInt8],
    lengths: inout [Int]
  ) {
    symbols.spell(word, into: &spelling, lengths: &lengths)
  }

  /// The number of times each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: The number of occurrences of each token in the encoded text, by id.
  /// - Returns: One number for each of ``merges``.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    // Stand-ins for characters without a token result from no merge.
    let counts = (0..<vocabulary.count).map { id in
      symbols.stands(TokenID(id)) ? 0 : tokenCounts[id]
    }
    return Array(byteLevel.mergeUsage(tokenCounts: counts).suffix(merges.count))
  }

  /// The text of a token: without marks, or the byte that it stands for.
  public func text(of token: TokenID) -> ArraySlice<UInt8> {
    if let byte = symbols.byte(of: token) { return [byte] }
    var bytes = vocabulary.bytes(of: token)
    if continuesWord(token) { bytes = bytes.dropFirst(settings.prefix.count) }
    if endsWord(token) { bytes = bytes.dropLast(settings.suffix.count) }
    return settings.isSpelled ? (ByteAlphabet.decode(bytes) ?? Array(bytes))[...] : bytes
  }

  /// Whether a token's characters are all first symbols, so that text may become it.
  func isSpelled(_ token: TokenID) -> Bool {
    symbols.spelling(of: vocabulary.bytes(of: token)) != nil
  }

  /// Whether every character without a token becomes bytes.
  var hasAllBytes: Bool { symbols.hasAllBytes }

  /// Whether a token stands for a byte of characters without a token.
  package func standsForByte(_ token: TokenID) -> Bool { symbols.byte(of: token) != nil }

  /// Whether a token has the mark of one that does not begin a word.
  func continuesWord(_ token: TokenID) -> Bool {
    let bytes = vocabulary.bytes(of: token)
    return !settings.prefix.isEmpty && bytes.count > settings.prefix.count
      && bytes.starts(with: settings.prefix)
  }

  /// Whether a token has the mark of one that ends a word.
  func endsWord(_ token: TokenID) -> Bool {
    let bytes = vocabulary.bytes(of: token)
    return !settings.suffix.isEmpty && bytes.count > settings.suffix.count
      && bytes.suffix(settings.suffix.count) == settings.suffix[...]
  }
}

extension CharacterModel: MergingModel {
  /// "a model over characters".
  public var name: String { "a model over characters" }

  /// The merges by rank.
  public var mergesByRank: [Merge] { merges }

  /// A quarter of the usual limit: a word's spelling is at most four times as long.
  public var longestWord: Int { WordLimits.longestWord / 4 }

  /// A space separates the end of one word from the next, if tokens are marked for that.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool {
    settings.suffix.isEmpty
      ? !settings.prefix.isEmpty && !continuesWord(next) : endsWord(previous)
  }

  /// Applies BPE-dropout over characters by the laws of the paper and of SentencePiece, and refuses
  /// all else.
  public func response(to noise: SegmentationNoise) -> NoiseResponse {
    if noise.law == .paper && noise.unit != .byte || noise.law == .sentencepiece {
      return .applied
    }
    return .refused("\(name) knows the laws paper and sentencepiece, by characters")
  }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    CharacterEncoder(self, cacheCapacity: cacheCapacity)
  }
}
