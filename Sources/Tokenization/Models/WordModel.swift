public import BytePairEncoding

/// What turns pre-tokens into tokens, each pre-token by itself.
///
/// A model is immutable and shared by all threads; each thread encodes with a ``WordEncoder`` of its
/// own. A new kind of model is one type that conforms to this protocol: encoding, decoding, offsets,
/// threads and streams follow from it. File formats ask for more: see `TokenizerFileModel`.
public protocol WordModel: Sendable {
  /// What messages call the model, such as "a model over characters".
  var name: String { get }

  /// The tokens by id, as a file spells them.
  var vocabulary: Vocabulary { get }

  /// Whether files spell tokens in the byte alphabet; otherwise they spell them in UTF-8.
  var usesByteAlphabet: Bool { get }

  /// The most bytes that a pre-token may have.
  var longestWord: Int { get }

  /// The bytes of text that a token stands for; empty where there is no such token.
  func text(of token: TokenID) -> ArraySlice<UInt8>

  /// Whether decoding puts a space between two neighbouring tokens.
  func needsSpace(between previous: TokenID, and next: TokenID) -> Bool

  /// What the model does under a noise.
  func response(to noise: SegmentationNoise) -> NoiseResponse

  /// An encoder for one thread.
  ///
  /// - Parameter cacheCapacity: The most memory for remembered words, in bytes; 0 for none.
  /// - Returns: The encoder, which remembers nothing yet.
  func makeEncoder(cacheCapacity: Int) -> any WordEncoder
}

/// What a model does under a segmentation noise.
public enum NoiseResponse: Hashable, Sendable {
  /// It samples segmentations.
  case applied
  /// It has one segmentation of each word, whatever the noise.
  case ignored
  /// It cannot; the sentence, without a full stop, says why.
  case refused(String)
}

extension WordModel {
  /// The spelling in the vocabulary.
  public func text(of token: TokenID) -> ArraySlice<UInt8> { vocabulary.bytes(of: token) }

  /// UTF-8.
  public var usesByteAlphabet: Bool { false }

  /// The limit of every encoder, ``WordLimits/longestWord``.
  public var longestWord: Int { WordLimits.longestWord }

  /// No space: tokens carry their own.
  public func needsSpace(between previous: TokenID, and next: TokenID) -> Bool { false }

  /// Noise is ignored.
  public func response(to noise: SegmentationNoise) -> NoiseResponse { .ignored }
}

/// A word model that joins pairs of tokens by a list of merges.
public protocol MergingModel: WordModel {
  /// The merges by rank.
  var mergesByRank: [Merge] { get }

  /// How often each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: How often the model gave each token for the text, by id.
  /// - Returns: A number for each of ``mergesByRank``.
  func mergeUsage(tokenCounts: [UInt64]) -> [UInt64]
}
