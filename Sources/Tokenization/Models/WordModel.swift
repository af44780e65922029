public import BytePairEncoding

/// Turns pre-tokens into tokens, each pre-token on its own.
///
/// A model is immutable and shared by all threads; each thread encodes with its own
/// ``WordEncoder``. A new kind of model is one type that conforms to this protocol: encoding,
/// decoding, offsets, threads and streams follow from it. File formats need more: see
/// `TokenizerFileModel`.
public protocol WordModel: Sendable {
  /// The name of the model in messages, such as "a model over characters".
  var name: String { get }

  /// The tokens by id, as a file spells them.
  var vocabulary: Vocabulary { get }

  /// Whether files spell tokens in the byte alphabet; otherwise they spell them in UTF-8.
  var usesByteAlphabet: Bool { get }

  /// The most bytes that a pre-token may have.
  var longestWord: Int { get }

  /// The bytes of text that a token stands for; empty if there is no such token.
  func text(of token: TokenID) -> ArraySlice<UInt8>

  /// Whether decoding puts a space between two adjacent tokens.
  func needsSpace(between previous: TokenID, and next: TokenID) -> Bool

  /// The model's response to a noise.
  func response(to noise: SegmentationNoise) -> NoiseResponse

  /// An encoder for one thread.
  ///
  /// - Parameter cacheCapacity: The most memory for cached words, in bytes; 0 for none.
  /// - Returns: The encoder, with an empty cache.
  func makeEncoder(cacheCapacity: Int) -> any WordEncoder
}

/// A model's response to a segmentation noise.
public enum NoiseResponse: Hashable, Sendable {
  /// The model samples segmentations.
  case applied
  /// The model has one segmentation of each word, whatever the noise.
  case ignored
  /// The model cannot apply it; the sentence, without a full stop, says why.
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

  /// Ignores noise.
  public func response(to noise: SegmentationNoise) -> NoiseResponse { .ignored }
}

/// A word model that joins pairs of tokens by a list of merges.
public protocol MergingModel: WordModel {
  /// The merges by rank.
  var mergesByRank: [Merge] { get }

  /// The number of times each merge was applied to a text, by rank.
  ///
  /// - Parameter tokenCounts: The number of occurrences of each token in the encoded text, by id.
  /// - Returns: One number for each of ``mergesByRank``.
  func mergeUsage(tokenCounts: [UInt64]) -> [UInt64]
}
