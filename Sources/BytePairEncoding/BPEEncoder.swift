import Noise

/// Turns words into tokens, plain or under dropout; one for each thread.
///
/// The model is shared, the scratch memory and the word cache are this encoder's own. Its answers
/// depend on the model, the word, the noise and the word's address alone.
public struct BPEEncoder: Sendable {
  /// The default memory of the word cache, in bytes: it grows to this only where a text has so many
  /// different words.
  public static let defaultCacheCapacity = 64 << 20

  private let model: BPEModel
  private var segmenter: WordSegmenter
  private var cache: WordCache

  /// - Parameters:
  ///   - model: The vocabulary and merges.
  ///   - cacheCapacity: The most memory for remembered words, in bytes; 0 for none.
  public init(model: BPEModel, cacheCapacity: Int = Self.defaultCacheCapacity) {
    self.model = model
    segmenter = WordSegmenter(model)
    cache = WordCache(capacity: cacheCapacity)
  }

  /// Appends the tokens of a word.
  ///
  /// - Parameters:
  ///   - word: A pre-token: any bytes, at most ``WordLimits/longestWord`` of them.
  ///   - noise: The dropout, or nil for plain BPE.
  ///   - address: Which word it is; of no effect without noise.
  ///   - tokens: Grows by the word's tokens.
  public mutating func encode(
    _ word: UnsafeBufferPointer<UInt8>,
    noise: SegmentationNoise?,
    at address: WordAddress = WordAddress(),
    into tokens: inout [UInt32]
  ) {
    let takesWhole = model.ignoresMerges && (noise == nil || noise?.rate == .zero)
    // A word taken whole is remembered under a hash of its own: under dropout it is not.
    let hash = WordHash.of(word) ^ (takesWhole ? 0x5555_5555_5555_5555 : 0)
    if let entry = cache.find(word, hash: hash) {
      if let noise, let drop = firstDrop(entry.derivation, noise, address) {
        sample(word, noise, drop, into: &tokens)
      } else {
        cache.appendTokens(of: entry, to: &tokens)
      }
      return
    }
    let start = tokens.count
    var derivation = WordSegmenter.Derivation(characterSteps: 0, byteSteps: 0)
    if takesWhole, let whole = model.vocabulary.id(of: Array(word)) {
      tokens.append(whole.rawValue)
    } else {
      derivation = segmenter.segment(word, into: &tokens)
    }
    cache.insert(word, hash: hash, tokens: tokens, from: start, derivation: derivation)
    if let noise, let drop = firstDrop(derivation, noise, address) {
      tokens.removeLast(tokens.count - start)
      sample(word, noise, drop, into: &tokens)
    }
  }

  /// The step of the first drop and the stream behind that draw, or nil where nothing is dropped.
  @inline(__always)
  private func firstDrop(
    _ derivation: WordSegmenter.Derivation,
    _ noise: SegmentationNoise,
    _ address: WordAddress
  ) -> (step: Int, stream: RandomStream)? {
    let steps = derivation.unprotectedSteps(noise.unit)
    guard steps > 0 && noise.rate != .zero else { return nil }
    var stream = noise.stream(
      document: address.document,
      position: address.position,
      index: address.index
    )
    return noise.keptRun.run(below: steps, from: &stream).map { ($0, stream) }
  }

  private mutating func sample(
    _ word: UnsafeBufferPointer<UInt8>,
    _ noise: SegmentationNoise,
    _ drop: (step: Int, stream: RandomStream),
    into tokens: inout [UInt32]
  ) {
    var stream = drop.stream
    segmenter.sample(
      word,
      noise: noise,
      firstDrop: drop.step,
      stream: &stream,
      into: &tokens
    )
  }
}
