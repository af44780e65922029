public import Noise

/// The random segmentation of one epoch of a run: a law, its rate and unit, and the key.
public struct SegmentationNoise: Sendable {
  /// The unit that a merge must exceed to be droppable.
  public enum Unit: String, CaseIterable, Sendable {
    /// Characters are the base symbols, as in the paper: a merge inside one character is never
    /// dropped.
    case character
    /// Bytes are the base symbols: every merge can be dropped.
    case byte
  }

  /// The probability that a step drops a merge candidate; see ``Law`` for its meaning under other
  /// laws.
  public let rate: DropoutRate
  /// The distribution of segmentations.
  public let law: Law
  /// Whether merges inside one character can be dropped too.
  public let unit: Unit
  let seed: UInt64
  let epoch: UInt32
  var key: NoiseKey

  /// The law of the number of unprotected plain steps before the first drop.
  package let keptRun: GeometricLaw
  /// The law of the number of candidates that one step drops before one is kept.
  package let droppedRun: GeometricLaw
  /// Tables of both, for short runs.
  private let keptRuns: GeometricTable
  let droppedRuns: GeometricTable
  /// Whether the law is the paper's.
  let isOfPaper: Bool

  /// - Parameters:
  ///   - rate: The probability of a drop; 0 is plain BPE under every law.
  ///   - law: The distribution of segmentations.
  ///   - seed: The run's seed.
  ///   - epoch: The pass over the data, from 0.
  ///   - unit: See ``Unit-swift.enum``; nil for characters, or for bytes under another library's
  ///     law.
  ///   - sample: The index of the draw, from 0, if an epoch encodes each document several times.
  public init(
    rate: DropoutRate,
    law: Law = .paper,
    seed: UInt64 = 0,
    epoch: UInt32 = 0,
    unit: Unit? = nil,
    sample: UInt64 = 0
  ) {
    precondition(
      unit != .character || !law.knowsBytesOnly,
      "the law of \(law.rawValue) knows bytes only, but the unit is the character"
    )
    self.rate = rate
    self.law = law
    isOfPaper = law == .paper
    self.unit = unit ?? (law.knowsBytesOnly ? .byte : .character)
    self.seed = seed
    self.epoch = epoch
    key = Self.key(seed, epoch, sample)
    keptRun = .complement(of: rate)
    droppedRun = GeometricLaw(ratio: rate)
    keptRuns = GeometricTable(keptRun)
    droppedRuns = GeometricTable(droppedRun)
  }
}

extension SegmentationNoise {
  /// The same noise for another draw of the same documents.
  ///
  /// - Parameter number: From 0; draw 0 is the default one.
  /// - Returns: Noise that is independent of every other draw's.
  public func sample(_ number: UInt64) -> SegmentationNoise {
    var noise = self
    noise.key = Self.key(seed, epoch, number)
    return noise
  }

  private static func key(_ seed: UInt64, _ epoch: UInt32, _ sample: UInt64) -> NoiseKey {
    sample == 0
      ? NoiseKey(seed: seed, epoch: epoch, site: .segmentation)
      : NoiseKey(seed: seed, epoch: epoch, site: .segmentationSamples).derived(sample)
  }

  /// The step of the first drop, from a word's first draw; at least `steps` if there is none.
  @inline(__always)
  func firstDrop(_ word: UInt64, of steps: Int) -> Int {
    if keptRuns.isAtLeast(steps, word) { return steps }
    let step = keptRuns.run(of: word)
    if step < GeometricTable.longestRun || steps <= step { return step }
    return keptRun.run(of: word, below: steps) ?? steps
  }

  /// The random stream of one word, before its first draw.
  @inline(__always)
  package func stream(_ address: WordAddress) -> RandomStream {
    RandomStream(
      key: streamKey(address.index),
      item: address.document,
      position: UInt64(address.position)
    )
  }

  @inline(__always)
  func streamKey(_ index: Int) -> NoiseKey { index == 0 ? key : key.derived(UInt64(index)) }
}
