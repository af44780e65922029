// Source: Y. Tay et al., "UL2: Unifying Language Learning Paradigms", ICLR 2023, section 3.1 and
//   table 1.
// Procedure: each row draws one of the denoisers, all equally likely: R: spans of mean 3 or 8 at
//   rate 0.15; X: mean 3, 8 or 64 at 0.5, and 64 at 0.15; S: the row's end, uniform with mean a
//   quarter of it, is one span. The mode's token, where there is one, begins the input. Rows have
//   as many tokens as fit under all of them.
// Complexity: O(n).
// Determinism: one draw for the denoiser, then those of it, of the stream (site spans; item: number
//   of the row in the epoch).

public import BytePairEncoding
import Noise

/// A mixture of span corruptions, for encoder-decoder models.
public struct DenoiserMixture: Objective {
  /// Its names in recipes.
  public static let names = ["ul2"]
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [.sentinelToken, .endToken]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.sequenceToSequence
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.inPlace
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.targetLengths]

  /// The kinds of denoisers.
  public enum Mode: String, CaseIterable, Sendable {
    /// Few and short spans.
    case regular = "[R]"
    /// The end of the row.
    case sequential = "[S]"
    /// Many or long spans.
    case extreme = "[X]"
  }

  /// One way to hide.
  struct Denoiser: Sendable {
    let mode: Mode
    let corruption: SpanCorruption
  }

  let denoisers: [Denoiser]
  private let modeTokens: [Mode: TokenID]

  /// - Parameters:
  ///   - sentinels: What stands for the spans, in order; at least one.
  ///   - end: The end of input and targets.
  ///   - modeTokens: What begins the input under each mode; none where there is none.
  ///   - classes: Which tokens are never hidden.
  public init(
    sentinels: [TokenID],
    end: TokenID,
    modeTokens: [Mode: TokenID],
    classes: TokenClasses
  ) {
    self.modeTokens = modeTokens
    let table: [(Mode, mean: Double, rate: Double)] = [
      (.regular, 3, 0.15), (.regular, 8, 0.15), (.sequential, 1, 0.25),
      (.extreme, 3, 0.5), (.extreme, 8, 0.5), (.extreme, 64, 0.15), (.extreme, 64, 0.5),
    ]
    denoisers = table.map { mode, mean, rate in
      Denoiser(
        mode: mode,
        corruption: SpanCorruption(
          rate: rate,
          meanLength: mean,
          sentinels: sentinels,
          end: end,
          classes: classes
        )
      )
    }
  }

  /// The tokens that only this objective makes special.
  public static func marks(_ reader: RecipeReader) throws -> [TokenID] {
    try SpanMarks(reader).special
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let marks = try SpanMarks(reader)
    self.init(
      sentinels: try marks.needed(reader),
      end: try reader.neededToken(.endToken, orFirstOf: SpanMarks.ends),
      modeTokens: marks.modes,
      classes: reader.classes
    )
  }

  /// Refuses a collator that does not go with it.
  public func check(_ collator: Collator, _ reader: RecipeReader) throws {
    let sentinels = denoisers[0].corruption.sentinels.count
    try SpanMarks.check(spans: spanCount(ofTokens: collator.stride), sentinels, collator, reader)
  }

  private var spanning: [SpanCorruption] {
    denoisers.filter { $0.mode != .sequential }.map(\.corruption)
  }

  private var markLength: Int { modeTokens.isEmpty ? 0 : 1 }

  /// The length of the longest input of so many tokens: the sequential one may hide a single token.
  public func inputLength(ofTokens tokens: Int) -> Int {
    spanning.reduce(tokens + 1) { max($0, $1.inputLength(ofTokens: tokens)) } + markLength
  }

  /// The length of the longest targets.
  public func targetLength(ofTokens tokens: Int) -> Int? {
    spanning.reduce(tokens / 2 + 2) { max($0, $1.targetLength(ofTokens: tokens) ?? 0) }
  }

  /// The most tokens whose input fits under every denoiser.
  public func tokens(fitting length: Int) -> Int { max(length - 1 - markLength, 1) }

  /// The most spans of a row of so many tokens.
  public func spanCount(ofTokens tokens: Int) -> Int {
    spanning.reduce(1) { max($0, $1.counts(ofTokens: tokens).spans) }
  }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    hide(&row, moment, &scratch.layout)
    row.extras[0].append(Int32(truncatingIfNeeded: row.targets.count))
  }

  private func hide(_ row: inout Row, _ moment: NoiseContext, _ layout: inout SpanLayout) {
    var draws = moment.draws(.spans)
    let choice = Int(draws.next(below: UInt32(denoisers.count)))
    let denoiser = denoisers[choice]
    row.trace?.begin(.firstDenoiser, trials: 1, rate: 1 / Double(denoisers.count))
    if choice == 0 { row.trace?.succeed(.firstDenoiser) }
    if let mark = modeTokens[denoiser.mode] { row.input(mark.rawValue, at: 0, by: .mark) }
    guard denoiser.mode == .sequential else {
      denoiser.corruption.hide(row: &row, &draws, &layout)
      return
    }
    let ordinary = layout.prepare(row.ids, denoiser.corruption.classes)
    if ordinary > 1 {
      // Uniform in 1 through n / 2 - 1: the mean is a quarter.
      let hidden = 1 + Int(draws.next(below: UInt32(max(ordinary / 2 - 1, 1))))
      layout.append(ordinary - hidden..<ordinary)
      row.trace?.begin(.span, trials: ordinary, rate: nil)
      row.trace?.succeed(.span, times: hidden)
    }
    denoiser.corruption.emit(layout.spans, of: &row)
  }
}
