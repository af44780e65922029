// Source: J. Devlin, M.-W. Chang, K. Lee, K. Toutanova, "BERT", NAACL 2019, section 3.1: of the chosen
//   tokens 80 % become the mask, 10 % a random token, 10 % stay.
// Procedure: one 32-bit word u decides for a token: below rate · 2^32 it is chosen, and then u is
//   uniform below that bound, so its share of the bound tells mask, random and kept apart. A random
//   token is drawn from the ordinary ones by Lemire's method with rejection, from the words behind
//   the first. Special tokens are never chosen and never put in, unlike in Hugging Face.
// Complexity: O(n), one Philox block for each ordinary token.
// Determinism: the stream of a token is (site masking; item: number of the row in the epoch;
//   position: place of the token in the row); thresholds are integers.

public import BytePairEncoding
public import Noise

/// The noise of masked language modelling.
public struct TokenMasking: Sendable {
  /// The probability with which a token is chosen, and its course over the run.
  public let rate: NoiseRate
  /// The share of the chosen tokens that the mask replaces.
  public let maskShare: Double
  /// The share of the chosen tokens that a random token replaces; the rest stays.
  public let randomShare: Double
  /// The mask token.
  public let mask: TokenID
  /// Which tokens are never chosen and never put in.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The probability with which a token is chosen, and its course over the run.
  ///   - mask: The mask token.
  ///   - maskShare: The share of the chosen tokens that the mask replaces.
  ///   - randomShare: The share of the chosen tokens that a random token replaces.
  ///   - classes: Which tokens are never chosen and never put in.
  public init(
    rate: NoiseRate,
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

  /// The bounds for a rate.
  func bounds(at rate: DropoutRate) -> Bounds {
    let chosen = BernoulliThreshold(rate.value).bits
    // At most 2^32, so the product is rounded once, to the nearest integer.
    let masked = UInt64((Double(chosen) * maskShare).rounded())
    let replaced = UInt64((Double(chosen) * (maskShare + randomShare)).rounded())
    return Bounds(chosen: chosen, masked: min(masked, chosen), replaced: min(replaced, chosen))
  }

  /// Hides tokens of one row, which stands in the batch's inputs, and makes them its targets.
  ///
  /// - Parameters:
  ///   - batch: Has the row's ids as inputs and no targets.
  ///   - range: Where this row's tokens stand.
  ///   - byteCounts: Of the row's tokens.
  ///   - sample: The number of the row in the epoch.
  ///   - bounds: At this step.
  ///   - key: Of the site `masking`.
  ///   - words: Scratch.
  func apply(
    to batch: inout Batch,
    _ range: Range<Int>,
    byteCounts: [UInt32],
    sample: UInt64,
    bounds: Bounds,
    key: NoiseKey,
    words: inout [UInt32]
  ) {
    if bounds.chosen == 0 { return }
    RandomStream.firstWords(key: key, item: sample, count: range.count, into: &words)
    let count = UInt32(classes.ordinary.count)
    let drawn = words.span
    for position in 0..<range.count {
      let word = UInt64(drawn[position])
      if word >= bounds.chosen { continue }
      let index = range.lowerBound + position
      let id = batch.inputs[index]
      if classes.isSpecial(id) { continue }
      batch.targets[index] = Int32(truncatingIfNeeded: id)
      batch.targetBytes[index] = byteCounts[position]
      if word < bounds.masked {
        batch.inputs[index] = mask.rawValue
      } else if word < bounds.replaced {
        var stream = RandomStream(key: key, item: sample, position: UInt64(position))
        _ = stream.next32()
        batch.inputs[index] = classes.ordinary[Int(stream.next(below: count))]
      }
    }
  }
}
