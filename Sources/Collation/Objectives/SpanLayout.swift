// Source: C. Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text
//   Transformer", JMLR 2020, section 3.1.4; the lengths of its random_spans_noise_mask.
// Procedure: h tokens to hide in s spans: the lengths are a composition of h into s parts, each
//   equally likely; the spans then stand at s different ones of the m + 1 slots before, between and
//   behind the m visible tokens, each choice equally likely, so that no two touch. (T5's own mask
//   always begins visible and ends hidden.) Special tokens are left out of all this and stay where
//   they are.
// Complexity: O(s + n / 64), and O(n) where there are special tokens.
// Determinism: s - 1 draws for the lengths where they are not given, then s for the slots.

import Noise

/// Where the hidden spans of a row are.
struct SpanLayout {
  /// The places of each span in the row, ascending; a special token between two of them stays.
  private(set) var spans: [Range<Int>] = []
  private var numbers = DistinctNumbers()
  private(set) var lengths: [Int] = []
  private var ordinary: [Int] = []
  private var isWhole = true

  /// Finds the tokens of a row that may be hidden.
  ///
  /// - Returns: Their number.
  mutating func prepare(_ ids: [UInt32], _ classes: TokenClasses) -> Int {
    spans.removeAll(keepingCapacity: true)
    ordinary.removeAll(keepingCapacity: true)
    isWhole = !ids.contains { classes.isSpecial($0) }
    if isWhole { return ids.count }
    for (place, id) in ids.enumerated() where !classes.isSpecial(id) { ordinary.append(place) }
    return ordinary.count
  }

  /// Lays out spans whose lengths are drawn.
  ///
  /// - Parameters:
  ///   - hidden: Tokens to hide, of `count`.
  ///   - spanCount: At most `hidden`, and at most one more than what stays visible.
  ///   - count: What ``prepare(_:_:)`` returned.
  ///   - draws: Gives the words.
  mutating func draw(hidden: Int, spanCount: Int, of count: Int, _ draws: inout RandomStream) {
    lengths.removeAll(keepingCapacity: true)
    if spanCount == 0 { return }
    numbers.draw(spanCount - 1, below: hidden - 1, from: &draws)
    var last = 0
    for cut in numbers.values {
      lengths.append(cut + 1 - last)
      last = cut + 1
    }
    lengths.append(hidden - last)
    place(lengths, of: count, &draws)
  }

  /// Lays out spans of given lengths.
  mutating func place(_ lengths: [Int], of count: Int, _ draws: inout RandomStream) {
    let hidden = lengths.reduce(0, +)
    numbers.draw(lengths.count, below: count - hidden + 1, from: &draws)
    var before = 0
    for (slot, length) in zip(numbers.values, lengths) {
      append(slot + before..<slot + before + length)
      before += length
    }
  }

  /// Takes a run of the tokens that may be hidden as a span.
  mutating func append(_ run: Range<Int>) {
    spans.append(isWhole ? run : ordinary[run.lowerBound]..<ordinary[run.upperBound - 1] + 1)
  }
}
