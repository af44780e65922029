public import BytePairEncoding
import PreTokenization

/// Encodes pre-tokens by a ``WordModel``; one for each thread.
///
/// A conforming type is a value: a copy encodes independently. Its tokens depend only on the model,
/// the word, the noise and the word's address. Only the first method is required; the pipeline
/// calls the other two, once for each batch, and a fast encoder implements them as well.
public protocol WordEncoder {
  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: A pre-token: any bytes, at least one, at most ``WordModel/longestWord``.
  ///   - noise: A noise that the model does not refuse, or nil for none.
  ///   - address: The word's position in its corpus; no effect without noise.
  ///   - tokens: Grows by the word's tokens.
  ///   - lengths: Grows by the number of bytes of the word that each token stands for.
  /// - Throws: ``InvalidData`` if the model cannot encode the word.
  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) throws

  /// Appends the tokens of all words of a batch.
  mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) throws

  /// Appends the tokens of all words of a batch, and the number of bytes that each stands for.
  mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32],
    parts: inout WordParts
  ) throws
}

/// The split of a batch's words into tokens.
public struct WordParts: Sendable {
  /// For each token, the number of bytes of its word that it stands for.
  public var lengths: [Int] = []
  /// For each word, the number of its tokens.
  public var counts: [Int] = []

  /// No words.
  public init() {}

  mutating func removeAll() {
    lengths.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
  }
}

/// Pre-tokens of one text, from left to right; at most ``PreTokenBuffer/capacity``.
public struct WordBatch {
  /// The text that contains the words.
  public let text: UnsafeBufferPointer<UInt8>
  /// Where the words lie in the text.
  let ranges: PreTokenBuffer
  private let places: Places

  /// Where the words lie in the corpus.
  private enum Places {
    /// The text is the original: a word's address is this one plus its offset in the text.
    case behind(WordAddress)
    case each([WordAddress])
  }

  init(_ text: UnsafeBufferPointer<UInt8>, _ ranges: PreTokenBuffer, behind origin: WordAddress) {
    self.text = text
    self.ranges = ranges
    places = .behind(origin)
  }

  init(_ text: UnsafeBufferPointer<UInt8>, _ ranges: PreTokenBuffer, at addresses: [WordAddress]) {
    self.text = text
    self.ranges = ranges
    places = .each(addresses)
  }

  /// The number of words, at least one.
  public var count: Int { ranges.count }

  /// The bytes of a word.
  public subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[ranges[index]])
  }

  /// The address of a word in the corpus.
  public func address(of index: Int) -> WordAddress {
    switch places {
    case .behind(var address):
      address.position += ranges[index].lowerBound
      return address
    case .each(let addresses): return addresses[index]
    }
  }

  /// Where the words lie in the corpus; nil if several share a position.
  var origin: WordOrigin? {
    switch places {
    case .behind(let origin): return WordOrigin(origin)
    case .each(let addresses):
      guard let first = addresses.first, addresses.allSatisfy({ $0.index == 0 }) else { return nil }
      return WordOrigin(
        WordAddress(document: first.document),
        places: addresses.map(\.position)
      )
    }
  }
}

extension WordEncoder {
  /// Encodes one word after another.
  public mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) throws {
    var lengths: [Int] = []
    for index in 0..<words.count {
      lengths.removeAll(keepingCapacity: true)
      try encode(
        words[index],
        noise: noise,
        at: words.address(of: index),
        into: &tokens,
        lengths: &lengths
      )
    }
  }

  /// Encodes one word after another.
  public mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32],
    parts: inout WordParts
  ) throws {
    for index in 0..<words.count {
      let start = tokens.count
      try encode(
        words[index],
        noise: noise,
        at: words.address(of: index),
        into: &tokens,
        lengths: &parts.lengths
      )
      parts.counts.append(tokens.count - start)
    }
  }
}
