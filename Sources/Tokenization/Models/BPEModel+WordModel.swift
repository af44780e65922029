// Byte-level BPE as a word model. Segmentation itself is in the module BytePairEncoding.

public import BytePairEncoding
import PreTokenization
import UnicodeText

extension BPEModel: MergingModel {
  /// "byte-level BPE".
  public var name: String { "byte-level BPE" }

  /// The byte alphabet.
  public var usesByteAlphabet: Bool { true }

  /// The merges by rank.
  public var mergesByRank: [Merge] { merges.merges }

  /// Applies every law of dropout.
  public func response(to noise: SegmentationNoise) -> NoiseResponse { .applied }

  /// An encoder with a word cache of its own.
  public func makeEncoder(cacheCapacity: Int) -> any WordEncoder {
    BPEWordEncoder(self, cacheCapacity: cacheCapacity)
  }
}

/// Encodes words by byte-level BPE.
struct BPEWordEncoder: WordEncoder {
  private let model: BPEModel
  private var encoder: BPEEncoder

  init(_ model: BPEModel, cacheCapacity: Int) {
    self.model = model
    encoder = BPEEncoder(model: model, cacheCapacity: cacheCapacity)
  }

  /// How words were segmented under dropout so far.
  var work: DropoutWork { encoder.work }

  mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress,
    into tokens: inout [UInt32],
    lengths: inout [Int]
  ) {
    let start = tokens.count
    encoder.encode(word, noise: noise, at: address, into: &tokens)
    for index in start..<tokens.count {
      // An unknown token stands for one byte.
      lengths.append(
        tokens[index] == model.unknown?.rawValue
          ? 1 : model.vocabulary.byteCount(of: TokenID(tokens[index]))
      )
    }
  }

  mutating func encode(
    _ words: WordBatch,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) {
    guard let origin = words.origin else {
      let all = 0..<words.count
      return encoder.encode(all, of: words, at: nil, noise: noise, into: &tokens)
    }
    encoder.encode(words, at: origin, noise: noise, into: &tokens)
  }
}

extension BPEEncoder {
  /// Appends the tokens of neighbouring words of a batch.
  ///
  /// - Parameters:
  ///   - range: The words.
  ///   - words: The batch.
  ///   - origin: The batch's ``WordBatch/origin``.
  ///   - noise: The dropout, or nil for none.
  ///   - tokens: Grows by the words' tokens.
  mutating func encode(
    _ range: Range<Int>,
    of words: WordBatch,
    at origin: WordOrigin?,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) {
    guard let origin else {
      for index in range {
        encode(words[index], noise: noise, at: words.address(of: index), into: &tokens)
      }
      return
    }
    if range.count == words.count { return encode(words, at: origin, noise: noise, into: &tokens) }
    encode(
      words.text,
      starts: Array(words.ranges.starts[range]),
      ends: Array(words.ranges.ends[range]),
      count: range.count,
      noise: noise,
      origin: WordOrigin(origin.address, places: origin.places.map { Array($0[range]) }),
      into: &tokens
    )
  }

  /// Appends the tokens of all words of a batch, without a copy of their ranges.
  @inline(__always)
  mutating func encode(
    _ words: WordBatch,
    at origin: WordOrigin,
    noise: SegmentationNoise?,
    into tokens: inout [UInt32]
  ) {
    encode(
      words.text,
      starts: words.ranges.starts,
      ends: words.ranges.ends,
      count: words.count,
      noise: noise,
      origin: origin,
      into: &tokens
    )
  }
}
