/// The place in the pipeline that draws: each has a stream of its own.
///
/// Append only. A raw value is part of every sampled byte, so changing one breaks
/// ``NoiseKey/version``.
public enum NoiseSite: UInt32, Sendable, CaseIterable {
  /// BPE-dropout: which merges of a word are dropped.
  case segmentation = 1
  /// The order of documents, rows or files in an epoch.
  case shuffle = 2
  /// The story generator of `bpedrop corpus stories`.
  case stories = 3
  /// Streams for tests and benchmarks: never used on a user's data.
  case testing = 4
  /// The first values of a model's parameters.
  case initialization = 5
  /// Dropout inside a model: of activations, attention and embeddings.
  case dropout = 6
  /// Token dropout: which tokens of a row are replaced in the input.
  case tokenDropout = 7
  /// Masked language modelling: which tokens are hidden, and by what.
  case masking = 8
  /// Where the grid of windows over a token stream begins in an epoch.
  case windows = 9
  /// Text generation: which token comes next.
  case sampling = 10
  /// BPE-dropout: the second and further draws of the same document in one epoch.
  case segmentationSamples = 11
  /// Token replacement: which tokens of a row others stand for, and which.
  case tokenReplacement = 12
  /// Word dropout: which words of a row are replaced in the input.
  case wordDropout = 13
  /// Span dropout: where the dropped runs of a row begin.
  case spanDropout = 14
  /// The order of words that are shuffled.
  case wordShuffle = 15
  /// Errors put into a text before it is encoded.
  case typos = 16
  /// Span corruption, infilling and their mixtures: where the hidden spans of a row are.
  case spans = 17
  /// Where a row is cut into parts: prefixes, fill-in-the-middle.
  case parts = 18
  /// The order in which a row's tokens are to be found.
  case factorization = 19
  /// Which part of a corpus a document belongs to.
  case split = 20
  /// Field dropout: which fields of a document are left out.
  case fieldDropout = 21
  /// Which source of a mixture, and which of its rows, a sample is.
  case mixture = 22
}

/// What a random stream is a function of, besides the item and the position in it.
///
/// Two keys that differ in any of seed, epoch, site or ``derived(_:)`` label are unrelated: they
/// are outputs of a bijection, never sums, so (seed 1, epoch 0) and (seed 0, epoch 1) differ.
public struct NoiseKey: Hashable, Sendable {
  /// The version of the noise: a release that changes any sampled byte must raise it.
  public static let version = 1

  /// The Philox key.
  public let bits: UInt64

  /// The key of one site in one epoch of a run.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - epoch: The pass over the data, from 0.
  ///   - site: The operation that draws.
  public init(seed: UInt64, epoch: UInt32 = 0, site: NoiseSite) {
    let counter = PhiloxBlock(epoch, site.rawValue, Self.label, 0)
    self.bits = Philox.block(key: seed, counter: counter).low64
  }

  @usableFromInline
  init(bits: UInt64) { self.bits = bits }

  /// A key unrelated to this one, for a sub-stream named by a number.
  @inlinable
  public func derived(_ number: UInt64) -> NoiseKey {
    let counter = PhiloxBlock(
      UInt32(truncatingIfNeeded: number),
      UInt32(truncatingIfNeeded: number >> 32),
      Self.label,
      1
    )
    return NoiseKey(bits: Philox.block(key: bits, counter: counter).low64)
  }

  /// The letters BPED.
  @usableFromInline static let label: UInt32 = 0x4250_4544
}
