import Noise

/// A segmentation law: how it samples words, and its exact distribution as a Markov chain.
///
/// A value of a conforming type is the chain of one word.
protocol LawProcedure: SegmentationChain, Sendable {
  /// Whether the base symbols are always bytes, as in other libraries.
  static var knowsBytesOnly: Bool { get }

  /// How a split changes in one step of the chain.
  static var steps: SplitSteps { get }

  /// Whether the word's stream decides each merge of the plain derivation in turn by one draw, until
  /// one is dropped: a word without a drop then has its plain tokens.
  static var drawsOncePerMerge: Bool { get }

  /// A sampler for one thread; nil for the law that ``BPEEncoder`` samples itself.
  static func makeSampler(
    _ model: BPEModel,
    _ unit: SegmentationNoise.Unit
  ) -> (any LawSampler)?

  /// The chain of a word.
  ///
  /// - Parameters:
  ///   - word: Its bytes.
  ///   - model: The vocabulary and merges.
  ///   - noise: The rate, above 0, and the unit.
  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise)

  /// The initial states, with their probabilities.
  var starts: [(SplitState, Double)] { get }
}

extension LawProcedure {
  static var knowsBytesOnly: Bool { false }
  static var drawsOncePerMerge: Bool { false }
}

/// How a split changes in one step of a chain.
enum SplitSteps {
  /// Two tokens become one.
  case join
  /// A token becomes two.
  case split
  /// A token is added at the end.
  case append
}

/// A word on which a law applies merges: the split into bytes, the model and the rate.
struct MergedWord: Sendable {
  let bytes: SplitState
  let model: BPEModel
  let rate: Double

  init(_ word: [UInt8], _ model: BPEModel, _ noise: SegmentationNoise) {
    bytes = SplitState(word, model)
    self.model = model
    rate = noise.rate.value
  }
}
