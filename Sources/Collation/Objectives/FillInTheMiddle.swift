// Source: M. Bavarian et al., "Efficient Training of Language Models to Fill in the Middle", 2022, sections 3 and
//   appendix D.
// Procedure: with the given rate a row is cut at two places of its longest run of one document, drawn uniformly, into
//   prefix, middle and suffix: `<pre> prefix <suf> suffix <mid> middle` (PSM), or, with the other rate,
//   `<pre> <suf> suffix <mid> prefix middle` (SPM, the paper's second variant). Then every token finds the next one;
//   what is around the run stays. No run is cut in front of or behind a special token: it ends before it.
// Complexity: O(n).
// Determinism: two draws decide, two cut, of the stream (site parts; item: number of the row in the epoch).

public import BytePairEncoding
public import Noise

/// Predicting the middle of a text from what is around it.
public struct FillInTheMiddle: Sendable {
  /// The share of rows that are cut, and its course over the run.
  public let rate: NoiseRate
  /// The share of these in which the suffix comes first.
  public let suffixFirst: Double
  /// What stands before the parts.
  public let prefix, suffix, middle: TokenID
  /// Which tokens end a run.
  public let classes: TokenClasses

  /// - Parameters:
  ///   - rate: The share of rows that are cut, and its course over the run.
  ///   - suffixFirst: The share of these in which the suffix comes first, 0 through 1.
  ///   - prefix: What stands before the prefix.
  ///   - suffix: What stands before the suffix.
  ///   - middle: What stands before the middle.
  ///   - classes: Which tokens end a run.
  public init(
    rate: NoiseRate,
    suffixFirst: Double,
    prefix: TokenID,
    suffix: TokenID,
    middle: TokenID,
    classes: TokenClasses
  ) {
    self.rate = rate
    self.suffixFirst = suffixFirst
    (self.prefix, self.suffix, self.middle) = (prefix, suffix, middle)
    self.classes = classes
  }

  /// The tokens that it adds to a row.
  static let addedTokens = 3

  /// Makes inputs and targets of a row.
  func apply(to row: inout Row, sample: UInt64, _ moment: NoiseContext) {
    var draws = RandomStream(key: moment.key(.parts), item: sample)
    let isCut = draws.happens(BernoulliThreshold(moment.rate(rate).value))
    let isSuffixFirst = draws.happens(BernoulliThreshold(suffixFirst))
    let run = longestRun(of: row)
    row.trace?.begin(.mark, trials: run.isEmpty ? 0 : 1, rate: moment.rate(rate).value)
    if isCut && !run.isEmpty {
      row.trace?.succeed(.mark)
      let cuts = [0, 1].map { _ in
        run.lowerBound + Int(draws.next(below: UInt32(run.count + 1)))
      }.sorted()
      let mark = { (row: inout Row, token: TokenID) in
        row.input(token.rawValue, at: run.lowerBound, by: .mark)
        row.target(token.rawValue)
      }
      let copy = { (row: inout Row, range: Range<Int>) in
        row.input(range)
        row.target(range)
      }
      copy(&row, 0..<run.lowerBound)
      mark(&row, prefix)
      if !isSuffixFirst { copy(&row, run.lowerBound..<cuts[0]) }
      mark(&row, suffix)
      copy(&row, cuts[1]..<run.upperBound)
      mark(&row, middle)
      if isSuffixFirst { copy(&row, run.lowerBound..<cuts[0]) }
      copy(&row, cuts[0]..<cuts[1])
      copy(&row, run.upperBound..<row.ids.count)
    } else {
      row.input(row.ids.indices)
      row.target(row.ids.indices)
    }
    row.shiftTargets()
  }

  /// The longest run of ordinary tokens of one document; the first of several.
  private func longestRun(of row: Row) -> Range<Int> {
    var (longest, start) = (0..<0, 0)
    for place in 0...row.ids.count {
      let isEnd = place == row.ids.count || classes.isSpecial(row.ids[place])
      let isNew =
        !isEnd && place > 0 && !row.documents.isEmpty
        && row.documents[place] != row.documents[place - 1]
      if (isEnd || isNew) && place - start > longest.count { longest = start..<place }
      if isEnd { start = place + 1 } else if isNew { start = place }
    }
    return longest
  }
}

extension Row {
  /// Makes a row whose targets are its inputs one in which every position finds the next input.
  mutating func shiftTargets() {
    if inputs.isEmpty { return }
    inputs.removeLast()
    if !inputDocuments.isEmpty { inputDocuments.removeLast() }
    trace?.removeLast()
    targets.removeFirst()
    targetBytes.removeFirst()
  }
}
