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

  /// How often each merge was applied to a text, by rank; see ``Tokenizer/mergeApplications(tokenCounts:)``.
  func mergeApplications(tokenCounts: [UInt64]) -> [UInt64] {
    // What stands for characters without a token came of no merge.
    let counts = (0..<vocabulary.count).map { id in
      symbols.stands(TokenID(id)) ? 0 : tokenCounts[id]
    }
    return Array(byteLevel.mergeApplications(tokenCounts: counts).suffix(merges.count))
  }

  /// The text of a token: without marks, the byte where it stands for one.
  func text(of token: TokenID) -> ArraySlice<UInt8> {
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

/// Encodes words by a model over characters; one for each thread.
struct CharacterEncoder {
  /// The longest word: its spelling is at most four times as long.
  static let longestWord = WordLimits.longestWord / 4

  private let model: CharacterModel
  private var encoder: BPEEncoder
  private var spelling: [UInt8] = []
  private var symbolLengths: [Int] = []

  init(_ model: CharacterModel, cacheCapacity: Int) {
    self.model = model
    encoder = BPEEncoder(model: model.byteLevel, cacheCapacity: cacheCapacity)
  }

  /// Appends the tokens of a pre-token, and the length in bytes of what each stands for.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) {
    let isPlain = noise == nil || noise?.rate == .zero
    if model.settings.ignoresMerges, isPlain, let token = model.vocabulary.id(of: Array(word)) {
      tokens.append(token.rawValue)
      lengths.append(word.count)
      return
    }
    let start = tokens.count
    if model.isSpelledAlike(word) {
      encoder.encode(word, noise: noise, at: address, into: &tokens)
      for token in tokens[start...] {
        lengths.append(model.vocabulary.byteCount(of: TokenID(token)))
      }
      return
    }
    model.spell(word, into: &spelling, lengths: &symbolLengths)
    spelling.withUnsafeBufferPointer {
      encoder.encode($0, noise: noise, at: address, into: &tokens)
    }
    var symbol = 0
    for index in start..<tokens.count {
      let bytes = model.byteLevel.vocabulary.bytes(of: TokenID(tokens[index]))
      let end = symbol + bytes.count { $0 & 0xC0 != 0x80 }
      lengths.append(symbolLengths[symbol..<end].reduce(0, +))
      symbol = end
      tokens[index] = model.token(of: tokens[index])
    }
  }
}
