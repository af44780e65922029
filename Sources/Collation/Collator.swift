public import BytePairEncoding
public import Noise

/// How documents become batches: the kind and size of rows, the objective, the noise.
public struct Collator: Sendable {
  /// What a row is.
  public enum Rows: String, CaseIterable, Sendable {
    /// A window of the stream of all tokens; every epoch has its own order of windows.
    case windows
    /// The stream is cut into one run for each row of a batch, and row r reads run r window by
    /// window: for models that carry state from step to step.
    case contiguous
    /// A document from its beginning, padded to the longest of its batch.
    case documents
    /// Whole documents, packed by best fit so that little padding is left; only documents longer
    /// than a row are cut.
    case packed
    /// A run of source text that is the same in every epoch, encoded under the epoch's noise.
    case grid
    /// Documents in the epoch's order, encoded under its noise, concatenated and chunked: nothing
    /// is cut, and only the last row is not full. Recipes may call the kind `pack`, too.
    case concatenated

    /// The kind of a name in recipes; `pack` is the same as `concatenated`.
    ///
    /// - Parameter name: One of ``names``.
    public init?(name: String) { self.init(rawValue: name == "pack" ? "concatenated" : name) }

    /// All names in recipes, with aliases.
    public static let names = allCases.map(\.rawValue) + ["pack"]
  }

  /// What a row is.
  public var rows = Rows.windows
  /// What the model learns to predict.
  public var objective: any Objective = CausalPrediction()
  /// The rows of a batch.
  public var batchSize = 32
  /// The positions of a row, at most.
  public var length = 512
  /// The token at positions that have none.
  public var padding = TokenID(UInt32(0))
  /// The token put behind each document; nil for none.
  ///
  /// A document of nothing else is empty and gives no row of ``Rows/documents``.
  public var separator: TokenID?
  /// The operations on input tokens, in order.
  public var noise: [any TokenNoise] = []
  /// Which tokens are special: in no word and no sentence.
  public var classes = TokenClasses(vocabularySize: 0, special: [])
  /// The texts of tokens; needed where the objective or the noise needs words or sentences.
  public var texts: TokenTexts?
  /// The positions of a batch of ``Rows/documents``, padding among them, in place of ``batchSize``.
  public var tokenBudget: Int?
  /// The rate of BPE-dropout in ``Rows/grid``, ``Rows/concatenated`` and ``Rows/documents`` of
  /// text.
  public var segmentation: NoiseRate?
  /// Errors in the text of the same.
  public var typos: Typos?
  /// Fields of documents left out of rows of the same.
  public var fieldDropout: FieldDropout?
  /// How the rate of ``segmentation`` is meant.
  public var segmentationLaw = SegmentationNoise.Law.paper
  /// The share of a row of ``Rows/grid`` that plain text leaves free, for the tokens that dropout
  /// adds.
  public var slack = 0.2
  /// Whether every epoch has its own order of rows; of no effect on ``Rows/contiguous``.
  public var isShuffled = true
  /// Whether the grid of windows begins at another token in each epoch.
  public var shiftsWindows = false
  /// Whether windows shorter than ``length`` are padded, rather than left out.
  public var keepsPartialRows = true
  /// Whether a last batch with fewer rows is made, rather than left out.
  public var keepsPartialBatch = true
  /// The length of a batch of ``Rows/documents`` is a multiple of this; under noise on their text
  /// it is that of a full row.
  public var lengthMultiple = 1
  /// The passes over the data that the schedule of a ``NoiseRate`` spans.
  public var epochs = 1

  /// Causal windows of 512 tokens, 32 in a batch, without noise.
  public init() {}

  /// Whether rows are encoded when they are made, so that they must come from text.
  public var isLive: Bool {
    switch rows {
    case .grid, .concatenated: true
    case .documents: segmentation.map { $0.peak != .zero } ?? false || typos != nil
    case .windows, .contiguous, .packed: false
    }
  }

  /// The length of a batch at most: ``length``, or the multiple above it.
  public var longestRow: Int { padded(length) }

  /// The tokens of a full row, without those that it shares with the next.
  public var stride: Int { objective.tokens(fitting: length) }

  /// The longest targets; nil where they stand at the inputs.
  public var longestTargets: Int? { objective.targetLength(ofTokens: stride).map(padded) }

  /// Whether words or sentences must be known.
  var needsTexts: Bool {
    noiseNeedsWords || objective.needsWords || objective.needsSentences
  }

  /// Whether noise needs the words of the inputs.
  var noiseNeedsWords: Bool { noise.contains { $0.needsWords } }

  /// A length to which batches of documents are padded.
  func padded(_ length: Int) -> Int {
    rows == .documents ? (length + lengthMultiple - 1) / lengthMultiple * lengthMultiple : length
  }

  /// How many tokens a row of so many positions of the stream needs: a causal one the last target,
  /// too.
  func tokens(forPositions positions: Int) -> Int {
    positions == 0 ? 0 : positions + objective.overlap
  }

  /// The longest input of so many positions of the stream, at most a row's.
  func inputLength(ofPositions positions: Int) -> Int {
    objective.inputLength(ofTokens: min(positions, stride))
  }

  /// How many positions so many tokens give.
  func positions(ofTokens tokens: Int) -> Int { max(tokens - objective.overlap, 0) }

  /// The plain tokens of a row of ``Rows/grid``, at most.
  var gridCapacity: Int { max(Int(Double(stride) * (1 - slack)), 1) }

  func checkSizes() {
    precondition(batchSize >= 1, "a batch has at least one row, but \(batchSize) are asked for")
    precondition(
      objective.inputLength(ofTokens: stride) <= length,
      "a row of \(length) positions is too short for this objective"
    )
    precondition(
      texts != nil || !needsTexts,
      "words and sentences need the texts of tokens"
    )
    precondition(tokenBudget == nil || !isLive, "what is encoded later has no known length")
    precondition(
      rows != .concatenated || !objective.kind.keepsFields,
      "this objective has rows of documents"
    )
    precondition((tokenBudget ?? 1) >= 1, "a batch has at least one position")
    precondition(length >= 1, "a row has at least one position, but \(length) are asked for")
    precondition(lengthMultiple >= 1, "lengths are a multiple of 1 or more, not \(lengthMultiple)")
    precondition(epochs >= 1, "a run has at least one epoch, but \(epochs) are asked for")
    precondition(slack >= 0 && slack < 1, "the slack must lie in 0..<1, but is \(slack)")
  }
}
