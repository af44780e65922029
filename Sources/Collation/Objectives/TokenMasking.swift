// Source: J. Devlin, M.-W. Chang, K. Lee, K. Toutanova, "BERT", NAACL 2019, section 3.1: of the
//   chosen tokens 80 % become the mask, 10 % a random token, 10 % stay.
// Procedure: one 32-bit word u decides for a token: below rate · 2^32 it is chosen, and then u is
//   uniform below that bound, so its share of the bound tells mask, random and kept apart. A random
//   token is drawn from the ordinary ones by Lemire's method with rejection, from the words behind
//   the first. Special tokens are never chosen and never put in, unlike in Hugging Face. Other ways
//   to choose are in TokenMasking+Units.swift.
// Complexity: O(n), one Philox block for each ordinary token.
// Determinism: the stream of a token is (site masking; item: number of the row in the epoch;
//   position: place of the token in the row); thresholds are integers.

public import BytePairEncoding
public import Noise

/// The noise of masked language modelling.
public struct TokenMasking: Sendable {
  /// How tokens are chosen.
  public enum Choice: Sendable {
    /// Each for itself.
    case tokens
    /// As many in each row as the rate says, to the nearest by chance.
    case count
    /// Whole words, each for itself.
    case words
    /// Spans of whole words, until as many tokens as the rate says are chosen.
    case spans(DiscreteLaw)
  }

  /// The probability with which a token is chosen, with its schedule.
  public let rate: NoiseRate
  /// How tokens are chosen.
  public let choice: Choice
  /// The share of the chosen tokens that the mask replaces.
  public let maskShare: Double
  /// The share of the chosen tokens that a random token replaces; the rest stays.
  public let randomShare: Double
  /// The mask token.
  public let mask: TokenID
  /// Which tokens are never chosen and never put in.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability with which a token is chosen, with its schedule.
  ///   - choice: How tokens are chosen.
  ///   - mask: The mask token.
  ///   - maskShare: The share of the chosen tokens that the mask replaces.
  ///   - randomShare: The share of the chosen tokens that a random token replaces.
  ///   - classes: Which tokens are never chosen and never put in.
  public init(
    rate: NoiseRate,
    choice: Choice = .tokens,
    mask: TokenID,
    maskShare: Double = 0.8,
    randomShare: Double = 0.1,
    classes: TokenClasses
  ) {
    precondition(
      maskShare >= 0 && randomShare >= 0 && maskShare + randomShare <= Self.wholeShare,
      "the shares of mask and random tokens must add up to at most 1: \(maskShare), \(randomShare)"
    )
    precondition(
      randomShare == 0 || !classes.ordinary.isEmpty,
      "random replacement needs an ordinary token, but there is none"
    )
    self.rate = rate
    self.choice = choice
    self.mask = mask
    self.maskShare = maskShare
    self.randomShare = randomShare
    self.classes = classes
  }

  /// 1, with room for what two decimal shares miss it by.
  static let wholeShare = 1 + 1e-12

  /// The bounds of the first word: chosen, and of these masked, and masked or random.
  struct Bounds: Equatable {
    let chosen: UInt64
    let masked: UInt64
    let replaced: UInt64
  }

  /// The bounds for a number of chosen words.
  func bounds(ofChosen chosen: UInt64) -> Bounds {
    // At most 2^32, so the product is rounded once, to the nearest integer.
    let masked = UInt64((Double(chosen) * maskShare).rounded())
    let replaced = UInt64((Double(chosen) * (maskShare + randomShare)).rounded())
    return Bounds(chosen: chosen, masked: min(masked, chosen), replaced: min(replaced, chosen))
  }

  /// Whether words are needed.
  public var needsWords: Bool {
    switch choice {
    case .tokens, .count: false
    case .words, .spans: true
    }
  }

  /// Makes inputs and targets of a row.
  public func apply(to row: inout Row, at moment: NoiseContext, _ scratch: inout NoiseScratch) {
    row.input(row.ids.indices)
    row.noTargets(row.ids.count)
    let rate = moment.rate(rate)
    if rate == .zero { return }
    let (key, sample) = (moment.key(.masking), moment.sample)
    guard case .tokens = choice else {
      hideUnits(of: &row, rate, RandomStream(key: key, item: sample), &scratch)
      return
    }
    row.countOrdinary(.masked, classes, rate: rate.value)
    let threshold = BernoulliThreshold(rate.value)
    let bounds = bounds(ofChosen: threshold.bits)
    let count = UInt32(classes.ordinary.count)
    let found = RandomStream.places(
      of: threshold,
      key: key,
      item: sample,
      count: row.ids.count,
      words: &row.words,
      seconds: &row.seconds,
      places: &row.places
    )
    let random = hideTokens(of: &row, found, bounds)
    if row.trace != nil { traceTokens(of: &row, random: row.places.prefix(random)) }
    for index in 0..<random {
      let place = Int(row.places[index])
      // Lemire's method on the second word, which hardly ever is rejected.
      let product = UInt64(row.seconds[place]) * UInt64(count)
      if UInt32(truncatingIfNeeded: product) >= count {
        row.inputs[place] = classes.ordinary[Int(product >> 32)]
        continue
      }
      var stream = RandomStream(key: key, item: sample, position: UInt64(place))
      _ = stream.next32()
      row.inputs[place] = classes.ordinary[Int(stream.next(below: count))]
    }
    row.trace?.countMasking(randomShare)
  }

  /// Makes targets of the chosen tokens and puts masks in the place of most.
  ///
  /// The loop that the speed depends on: spans, and no branch on random words.
  ///
  /// - Parameters:
  ///   - row: The first of its places are those of the chosen tokens.
  ///   - count: The number of chosen tokens.
  ///   - bounds: Of their words.
  /// - Returns: The number of tokens for random ones to replace; their places are then the first.
  private func hideTokens(of row: inout Row, _ count: Int, _ bounds: Bounds) -> Int {
    var (places, inputs, targets, bytes) = (row.places, row.inputs, row.targets, row.targetBytes)
    (row.places, row.inputs, row.targets, row.targetBytes) = ([], [], [], [])
    let (words, ids, areByID) = (row.words, row.ids, row.byteTable != nil)
    let counts = row.byteTable ?? row.byteCounts
    let (classBits, maskID) = (classes.bits, mask.rawValue)
    var random = 0
    do {
      let ordinary = classBits.span
      let wordSpan = words.span
      let idSpan = ids.span
      let countSpan = counts.span
      var placeSpan = places.mutableSpan
      var inputSpan = inputs.mutableSpan
      var targetSpan = targets.mutableSpan
      var byteSpan = bytes.mutableSpan
      for index in 0..<count {
        let place = Int(placeSpan[index])
        let id = idSpan[place]
        let entry = Int(id >> 6)
        if entry >= ordinary.count || ordinary[entry] >> UInt64(id & 63) & 1 == 0 { continue }
        let word = UInt64(wordSpan[place])
        targetSpan[place] = Int32(truncatingIfNeeded: id)
        let source = areByID ? Int(id) : place
        byteSpan[place] = source < countSpan.count ? countSpan[source] : 0
        inputSpan[place] = word < bounds.masked ? maskID : id
        let isRandom = word >= bounds.masked && word < bounds.replaced
        // `random` is at most `index`: what it overwrites has been read.
        placeSpan[random] = UInt32(truncatingIfNeeded: place)
        random += isRandom ? 1 : 0
      }
    }
    (row.places, row.inputs, row.targets, row.targetBytes) = (places, inputs, targets, bytes)
    return random
  }

  private func traceTokens(of row: inout Row, random: ArraySlice<UInt32>) {
    let random = Set(random)
    for place in row.targets.indices where row.targets[place] != Batch.ignoredTarget {
      let isMasked = row.inputs[place] == mask.rawValue
      let isRandom = random.contains(UInt32(truncatingIfNeeded: place))
      row.trace?.change(place, isRandom ? .randomized : isMasked ? .masked : .kept)
    }
  }
}
