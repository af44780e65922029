// Source: M. Lewis et al., "BART: Denoising Sequence-to-Sequence Pre-training", ACL 2020, section
//   2.2: text infilling and sentence permutation.
// Procedure: where sentences are permuted, those between two special tokens or documents change
//   places, every order equally likely. Then span lengths are drawn from Poisson's law until they
//   add up to floor(rate · n + u) of the n ordinary tokens, the last one shortened; a span becomes
//   one mask, where SpanLayout.swift puts it, and a span of length 0 puts a mask in, at a slot of
//   its own; there are at most as many of these as hidden tokens beyond the spans, so that no input
//   grows. Targets are the row itself.
// Complexity: O(n), and the sentences.
// Determinism: one draw for each place of the permutation, then the budget, the lengths and the
//   slots, of the stream (site spans; item: number of the row in the epoch).

public import BytePairEncoding
public import Noise

/// Rebuilding a row of which parts are missing or moved, for encoder-decoder models.
public struct Denoising: Objective {
  /// Its names in recipes.
  public static let names = ["denoising"]
  /// A few words that the help shows behind the name.
  public static let gloss: String? = "BART"
  /// Its settings in recipes.
  public static let settings: [RecipeKey] = [
    .noiseDensity, .meanSpanLength, .maskToken, .permuteSentences,
  ]
  /// What a model must be able to predict.
  public static let target = TrainingTarget.sequenceToSequence
  /// The noise that its inputs may have besides its own.
  public static let acceptedNoise = AcceptedNoise.moving
  /// The arrays that it adds to batches.
  public static let extras = [ExtraArray.targetLengths]

  /// The share of the tokens that is hidden, with its schedule.
  public let rate: NoiseRate
  /// The lengths of spans.
  public let lengths: DiscreteLaw
  /// What stands for a span.
  public let mask: TokenID
  /// Whether sentences change places.
  public let permutesSentences: Bool
  /// Which tokens are never hidden.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of the tokens that is hidden, with its schedule.
  ///   - meanLength: The mean of the spans' lengths, above 0 and at most 32.
  ///   - mask: What stands for a span.
  ///   - permutesSentences: Whether sentences change places.
  ///   - classes: Which tokens are never hidden.
  public init(
    rate: NoiseRate,
    meanLength: Double,
    mask: TokenID,
    permutesSentences: Bool,
    classes: TokenClasses
  ) {
    self.rate = rate
    lengths = .poisson(meanLength)
    self.mask = mask
    self.permutesSentences = permutesSentences
    self.classes = classes
  }

  /// Reads its settings from a recipe.
  public init(_ reader: RecipeReader) throws {
    let recipe = reader.recipe
    self.init(
      rate: try recipe.rate(.noiseDensity) ?? NoiseRate(DropoutRate(0.3) ?? .zero),
      meanLength: try recipe.number(.meanSpanLength, in: 0.1...32) ?? 3,
      mask: try reader.neededToken(.maskToken, orFirstOf: RecipeReader.masks),
      permutesSentences: try recipe.flag(.permuteSentences) ?? false,
      classes: reader.classes
    )
  }

  /// The longest targets of a row.
  public func targetLength(ofTokens tokens: Int) -> Int? { tokens }

  /// Whether sentences are needed.
  public var needsSentences: Bool { permutesSentences }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    var draws = moment.draws(.spans)
    row.target(row.ids.indices)
    row.extras[0].append(Int32(truncatingIfNeeded: row.targets.count))
    let order = order(of: &row, &draws)
    let ids = order.map { row.ids[$0] }
    let ordinary = scratch.layout.prepare(ids, classes)
    let budget = TokenMasking.count(of: ordinary, moment.rate(rate), &draws)
    scratch.lengths.removeAll(keepingCapacity: true)
    var (hidden, inserted) = (0, 0)
    while hidden < budget {
      let length = min(lengths.next(from: &draws), budget - hidden)
      if length > 0 { scratch.lengths.append(length) } else { inserted += 1 }
      hidden += length
    }
    // A span needs a slot of its own.
    while scratch.lengths.count > ordinary - hidden + 1 {
      let last = scratch.lengths.removeLast()
      scratch.lengths[scratch.lengths.count - 1] += last
    }
    scratch.layout.place(scratch.lengths, of: ordinary, &draws)
    inserted = min(inserted, hidden - scratch.lengths.count)
    scratch.numbers.draw(inserted, below: ids.count + 1, from: &draws)
    row.trace?.begin(.span, trials: ordinary, rate: nil)
    row.trace?.succeed(.span, times: hidden)
    emit(order, scratch.layout.spans, scratch.numbers.values, &row)
  }

  private func emit(
    _ order: [Int],
    _ spans: [Range<Int>],
    _ insertions: [Int],
    _ row: inout Row
  ) {
    var (span, insertion) = (0, 0)
    for (index, place) in order.enumerated() {
      if insertion < insertions.count && insertions[insertion] == index {
        row.input(mask.rawValue, at: place, by: .span)
        insertion += 1
      }
      while span < spans.count && spans[span].upperBound <= index { span += 1 }
      if span < spans.count && spans[span].contains(index) {
        if spans[span].lowerBound == index { row.input(mask.rawValue, at: place, by: .span) }
        if !classes.isSpecial(row.ids[place]) { continue }
      }
      row.input(place..<place + 1)
      if place != index { row.trace?.change(row.inputs.count - 1, .shuffle) }
    }
    if insertion < insertions.count {
      row.input(mask.rawValue, at: order.count - 1, by: .span)
    }
  }

  /// The places of the row's tokens, with sentences in another order.
  private func order(of row: inout Row, _ draws: inout RandomStream) -> [Int] {
    var order = Array(row.ids.indices)
    guard permutesSentences else { return order }
    let units = row.sentences.ranges
    row.trace?.begin(.sentencePermutation, trials: 0, rate: 0)
    var start = 0
    for unit in units.indices where units.isLastOfRun(unit, documents: row.documents) {
      let end = units[unit].upperBound
      var run = Array(units[start...unit])
      for place in stride(from: run.count - 1, to: 0, by: -1) {
        run.swapAt(place, Int(draws.next(below: UInt32(place + 1))))
      }
      if run.count > 1 {
        let rate = 1 - 1 / Double(run.count)
        row.trace?.begin(.sentencePermutation, trials: 1, rate: rate)
        if run[0] != units[start] { row.trace?.succeed(.sentencePermutation) }
      }
      order.replaceSubrange(units[start].lowerBound..<end, with: run.flatMap { Array($0) })
      start = unit + 1
    }
    return order
  }
}

extension RecipeKey {
  static let permuteSentences = RecipeKey(
    "permute_sentences",
    fallback: "false",
    "sentences in another order"
  )
}
