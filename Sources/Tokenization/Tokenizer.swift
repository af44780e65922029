public import BytePairEncoding
public import PreTokenization
public import UnicodeText

/// Text to tokens and back: a normaliser, a pre-tokeniser, a model and added tokens.
///
/// It is immutable, so one tokenizer serves any number of threads; each thread encodes with its own
/// ``TokenizerEncoder``.
public struct Tokenizer: Sendable {
  /// Applied first, to the text between added tokens.
  public let normalizer: TextNormalizer
  /// How normalised text is cut into pre-tokens.
  public let preTokenizer: PreTokenizer
  /// Turns each pre-token into tokens, on its own.
  public let model: any WordModel
  /// The model's tokens.
  public let vocabulary: Vocabulary
  /// The steps from pieces to text; nil if the model and the pre-tokeniser determine how tokens are
  /// joined.
  public let decoder: [DecodingStep]?
  /// The added tokens, in the order of their ids.
  public let addedTokens: [AddedToken]
  /// How tokens become a model's input: special tokens, truncation and padding.
  public let inputRules: InputRules
  /// Settings of the tokenizer's file that were not obeyed, and why.
  public var warnings: [String] = []

  /// The bytes that each id stands for.
  private let contents: [UInt32: [UInt8]]
  /// What an added token that is found in normalised text decodes to, if its content differs.
  private let normalizedContents: [UInt32: [UInt8]]
  private let addedIDs: Set<UInt32>
  private let specialIDs: Set<UInt32>
  /// Finds the added tokens of original text, and those of normalised text.
  let matcher: AddedTokenMatcher
  let normalizedMatcher: AddedTokenMatcher

  /// Assembles a tokenizer.
  ///
  /// - Parameters:
  ///   - normalizer: Applied first, to the text between added tokens.
  ///   - preTokenizer: How normalised text is cut into pre-tokens.
  ///   - model: Turns each pre-token into tokens.
  ///   - addedTokens: In any order; if the same bytes identify several, special tokens and then
  ///     smaller ids take precedence.
  ///   - unreachable: Tokens of the file that no text becomes, as it spells them; the model has
  ///     gaps for them.
  ///   - decoder: The steps from pieces to text; nil for those of the model and the pre-tokeniser.
  ///   - inputRules: How tokens become a model's input.
  public init(
    normalizer: TextNormalizer,
    preTokenizer: PreTokenizer,
    model: any WordModel,
    addedTokens: [AddedToken] = [],
    unreachable: [TokenID: [UInt8]] = [:],
    decoder: [DecodingStep]? = nil,
    inputRules: InputRules = InputRules()
  ) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    vocabulary = model.vocabulary
    self.addedTokens = addedTokens.sorted { $0.id < $1.id }
    self.decoder = decoder
    self.inputRules = inputRules
    contents = Dictionary(
      addedTokens.map { ($0.id.rawValue, $0.content) }
        + unreachable.map { ($0.key.rawValue, $0.value) },
      uniquingKeysWith: { first, _ in first }
    )
    addedIDs = Set(addedTokens.map(\.id.rawValue))
    specialIDs = Set(addedTokens.filter(\.isSpecial).map(\.id.rawValue))
    let inOrder = self.addedTokens.filter(\.isSpecial) + self.addedTokens.filter { !$0.isSpecial }
    matcher = AddedTokenMatcher(
      inOrder.filter { !$0.matching.isNormalized }.map { ($0, $0.content) }
    )
    let normalized = inOrder.filter(\.matching.isNormalized).map {
      let normalized = normalizer.keepsSymbols ? nil : try? normalizer.normalize($0.content)
      return ($0, normalized?.bytes ?? $0.content)
    }
    normalizedMatcher = AddedTokenMatcher(normalized)
    normalizedContents = Dictionary(
      normalized.filter { $0.0.content != $0.1 }.map { ($0.0.id.rawValue, $0.1) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// One more than the largest id, added tokens included.
  public var vocabularySize: Int {
    max(vocabulary.count, addedTokens.last.map { $0.id.index + 1 } ?? 0)
  }

  /// The bytes that an id stands for; empty if it has no token.
  public func bytes(of id: TokenID) -> ArraySlice<UInt8> {
    if let content = contents[id.rawValue] { return content[...] }
    return model.text(of: id)
  }

  /// The bytes that an added token is decoded to, if they are not its content.
  func normalizedContent(of id: TokenID) -> [UInt8]? { normalizedContents[id.rawValue] }

  /// Whether an id is that of an added token.
  package func isAdded(_ id: TokenID) -> Bool { addedIDs.contains(id.rawValue) }

  /// Whether an id is that of a special token.
  public func isSpecial(_ id: TokenID) -> Bool { specialIDs.contains(id.rawValue) }

  /// The id of an added token with the given text, or of a token of the model with these bytes.
  public func id(of text: String) -> TokenID? {
    let bytes = Array(text.utf8)
    return addedTokens.first { $0.content == bytes }?.id ?? vocabulary.id(of: bytes)
      ?? contents.first { $0.value == bytes }.map { TokenID($0.key) }
  }

  /// A token's spelling in the tokenizer's file: in the byte alphabet under byte-level BPE.
  public func piece(of id: TokenID) -> String {
    if let content = contents[id.rawValue] { return String(decoding: content, as: UTF8.self) }
    let bytes = vocabulary.bytes(of: id)
    return model.usesByteAlphabet
      ? ByteAlphabet.encode(bytes) : String(decoding: bytes, as: UTF8.self)
  }

  /// The tokens of a text; for examples and small texts.
  ///
  /// ``TokenizerEncoder`` is for all others.
  ///
  /// - Throws: ``UnicodeTextError`` or ``TokenizerEncoder/WordTooLong``.
  public func encode(_ text: String, noise: SegmentationNoise? = nil) throws -> [TokenID] {
    var encoder = TokenizerEncoder(self, cacheCapacity: 0)
    var options = EncodingOptions()
    options.noise = noise
    return try encoder.encode(Array(text.utf8), options: options).tokens
  }
}
