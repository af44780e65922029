// Source: Hugging Face tokenizers 0.23 (models/bpe/model.rs, `merge_word`): BPE without the byte
//   alphabet, whose first symbols are characters, with marks on those that go on or end a word.
// Procedure: each first symbol is given a character of its own: itself where it has no mark, else one for
//   private use; so are the bytes and the unknown token that stand for characters without a token. Over
//   the UTF-8 of these a byte-level model does the same: its first merges join the bytes of each such
//   character, which dropout never touches, and the model's own merges come behind them.
// Complexity: O(n) for a word, and that of BPEEncoder.

public import BytePairEncoding
import Diagnostics
import Noise

/// BPE over characters.
public struct CharacterModel: Sendable {
  /// What a model has besides tokens and merges.
  public struct Settings: Hashable, Sendable {
    /// What stands for a character that has no token; without one it is left out.
    public var unknown: TokenID?
    /// Whether neighbouring unknown characters are one unknown token.
    public var fusesUnknown = false
    /// Whether a character that has no token becomes the tokens of its bytes, `<0x00>` to `<0xFF>`.
    public var fallsBackToBytes = false
    /// What tokens that do not begin a word begin with, such as `##`; mostly nothing.
    public var prefix: [UInt8] = []
    /// What tokens that end a word end with, such as `</w>`; mostly nothing.
    public var suffix: [UInt8] = []
    /// Whether a pre-token that is itself a token is taken whole before any merge.
    public var ignoresMerges = false

    /// Nothing of all this.
    public init() {}
  }

  /// The tokens as a file spells them, marks included.
  public let vocabulary: Vocabulary
  /// The merges by rank.
  public let merges: [Merge]
  /// Everything else.
  public let settings: Settings

  /// The same over the UTF-8 of first symbols; ids from `vocabulary.count` on are its own.
  let byteLevel: BPEModel
  private let symbols: FirstSymbols
  /// What the byte-level model's own ids stand for.
  private let aliases: [TokenID]

  /// Joins a vocabulary with merges.
  ///
  /// - Parameters:
  ///   - vocabulary: The tokens as a file spells them.
  ///   - merges: In order of rank.
  ///   - settings: Everything else.
  /// - Throws: ``InvalidData`` where they do not fit together.
  public init(vocabulary: Vocabulary, merges: [Merge], settings: Settings) throws {
    self.vocabulary = vocabulary
    self.merges = merges
    self.settings = settings
    symbols = try FirstSymbols(vocabulary, settings)
    for (rank, merge) in merges.enumerated() {
      guard !symbols.stands(merge.left), !symbols.stands(merge.right) else {
        throw InvalidData(
          place: "model.merges[\(rank)]",
          "joins what stands for unknown characters or their bytes"
        )
      }
    }
    var inner = Vocabulary()
    for id in 0..<vocabulary.count {
      if let spelling = symbols.spelling(of: vocabulary.bytes(of: TokenID(id))) {
        guard inner.append(spelling).index == id else {
          throw InvalidData(place: "model.vocab", "the token \(id) is spelled like another")
        }
      } else {
        inner.appendGap()
      }
    }
    var aliases: [TokenID] = []
    for (spelling, token) in symbols.standIns {
      inner.append(spelling)
      aliases.append(token)
    }
    let first = Self.characterMerges(of: &inner)
    self.aliases = aliases
    do {
      byteLevel = try BPEModel(vocabulary: inner, merges: first + merges)
    } catch let error as BPEModel.InvalidModel {
      throw InvalidData(place: "model", error.description)
    }
  }

  /// The merges that make characters of their bytes; parts of characters are added to the vocabulary.
  private static func characterMerges(of vocabulary: inout Vocabulary) -> [Merge] {
    var merges: [Merge] = []
    for id in 0..<vocabulary.count {
      let character = Array(vocabulary.bytes(of: TokenID(id)))
      guard let first = character.first,
        character.count == (first < 0x80 ? 1 : (~first).leadingZeroBitCount)
      else { continue }
      for byte in character { vocabulary.append([byte]) }
      for length in 2..<max(character.count + 1, 2) {
        let part = Array(character[..<length])
        let known = vocabulary.count
        let product = vocabulary.append(part)
        guard product.index >= known || length == character.count,
          let left = vocabulary.id(of: Array(part.dropLast())),
          let right = vocabulary.id(of: [part[length - 1]])
        else { continue }
        merges.append(Merge(left: left, right: right, product: product))
      }
    }
    return merges
  }

  /// The token that an id of the byte-level model stands for.
  func token(of id: UInt32) -> UInt32 {
    Int(id) < vocabulary.count ? id : aliases[Int(id) - vocabulary.count].rawValue
  }

  /// Whether a word is spelled in first symbols as it is.
  func isSpelledAlike(_ word: UnsafeBufferPointer<UInt8>) -> Bool { symbols.isSpelledAlike(word) }

  /// Spells a word in first symbols.
  ///
  /// - Parameters:
  ///   - word: A pre-token.
  ///   - spelling: Replaced: the UTF-8 of the symbols, at most four times as long.
  ///   - lengths: Replaced: for each symbol the bytes of the word that it stands for.
  func spell(
    _ word: UnsafeBufferPointer<UInt8>,
    into spelling: inout [UInt8],
    lengths: inout [Int]
  ) {
    symbols.spell(word, into: &spelling, lengths: &lengths)
  }

  /// How often each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: How often the model gave each token for the text, by id.
  /// - Returns: A number for each of ``merges``.
  public func mergeUsage(tokenCounts: [UInt64]) -> [UInt64] {
    // What stands for characters without a token came of no merge.
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
    return endsWord(token) ? bytes.dropLast(settings.suffix.count) : bytes
  }

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

  /// A space stands where one word ends and the next begins, if tokens are marked for that.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool {
    settings.suffix.isEmpty
      ? !settings.prefix.isEmpty && !continuesWord(next) : endsWord(previous)
  }

  /// BPE-dropout by the paper's law, by characters, is applied; all else is refused.
  public func response(to noise: SegmentationNoise) -> NoiseResponse {
    if noise.law == .paper && noise.unit != .byte { return .applied }
    return .refused("\(name) knows BPE-dropout by the paper's law only, by characters")
  }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    CharacterEncoder(self, cacheCapacity: cacheCapacity)
  }
}
