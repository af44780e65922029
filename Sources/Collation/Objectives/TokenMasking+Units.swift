// Source: whole words: BERT's release of May 2019. Spans: M. Joshi, D. Chen, Y. Liu, D. Weld, L.
//   Zettlemoyer, O. Levy, "SpanBERT", TACL 2020, section 3.1. n-grams: Z. Lan, M. Chen, S. Goodman,
//   K. Gimpel, P. Sharma, R. Soricut, "ALBERT", ICLR 2020, section 4.1.
// Procedure: count: k = floor(rate · n + u) of the n ordinary tokens, every set equally likely.
//   Words: each with the rate, so each token, too. Spans: a length in words is drawn, and the word
//   that it begins with; where one of its words has been chosen already, both are drawn again;
//   until k tokens are chosen, the last span being shorter, but never less than a word. What
//   becomes of a word or span is drawn once for all its tokens, so that a part does not give the
//   rest away; random tokens are drawn one by one.
// Complexity: O(n); spans are drawn at most 4 · words + 64 times.
// Determinism: all draws of a row are of one stream (site masking; item: number of the row in the
//   epoch), first the choice, then what becomes of the chosen ones, in the order of the choice.

import BytePairEncoding
import Noise

extension TokenMasking {
  /// Hides tokens that are chosen together, in a row whose inputs stand and whose targets are
  /// empty.
  func hideUnits(
    of row: inout Row,
    _ rate: DropoutRate,
    _ stream: RandomStream,
    _ scratch: inout NoiseScratch
  ) {
    var draws = stream
    switch choice {
    case .tokens, .count: row.countOrdinary(.masked, classes, rate: rate.value)
    case .words, .spans: row.countOrdinary(.masked, classes, rate: nil)
    }
    scratch.spans.removeAll(keepingCapacity: true)
    switch choice {
    case .tokens: return
    case .count:
      row.places.removeAll(keepingCapacity: true)
      for (place, id) in row.ids.enumerated() where !classes.isSpecial(id) {
        row.places.append(UInt32(truncatingIfNeeded: place))
      }
      let count = Self.count(of: row.places.count, rate, &draws)
      scratch.numbers.draw(count, below: row.places.count, from: &draws)
      for number in scratch.numbers.values {
        let place = Int(row.places[number])
        scratch.spans.append(place..<place + 1)
      }
    case .words:
      let gaps = scratch.gaps(.masking, rate)
      let units = row.units.ranges
      var next = 0
      while let unit = gaps.next(from: next, below: units.count, &draws) {
        scratch.spans.append(units[unit])
        next = unit + 1
      }
    case .spans(let lengths):
      chooseSpans(lengths, of: &row, rate, &draws, into: &scratch.spans)
    }
    let bounds = bounds(ofChosen: 1 << 32)
    for span in scratch.spans { hide(span, of: &row, bounds, &draws) }
    if case .count = choice {
      row.trace?.countMasking(randomShare)
    } else {
      row.trace?.countMasking(nil)
    }
  }

  /// The number of chosen ones of so many: its mean is exactly the rate times them.
  static func count(of total: Int, _ rate: DropoutRate, _ draws: inout RandomStream) -> Int {
    let bits = BernoulliThreshold(rate.value).bits
    return Int((bits * UInt64(total) + UInt64(draws.next32())) >> 32)
  }

  private func chooseSpans(
    _ lengths: DiscreteLaw,
    of row: inout Row,
    _ rate: DropoutRate,
    _ draws: inout RandomStream,
    into spans: inout [Range<Int>]
  ) {
    let units = row.units.ranges
    guard !units.isEmpty else { return }
    let budget = Self.count(of: units.reduce(0) { $0 + $1.count }, rate, &draws)
    // 1 for a word that has been chosen.
    row.words.removeAll(keepingCapacity: true)
    row.words.append(contentsOf: repeatElement(0, count: units.count))
    var chosen = 0
    for _ in 0..<4 * units.count + 64 where chosen < budget {
      let length = lengths.next(from: &draws)
      let first = Int(draws.next(below: UInt32(units.count)))
      var (end, tokens) = (first, 0)
      while end < min(first + length, units.count) && chosen + tokens < budget
        && (end == first || units[end].lowerBound == units[end - 1].upperBound)
      {
        tokens += units[end].count
        end += 1
      }
      if row.words[first..<end].contains(1) { continue }
      for unit in first..<end { row.words[unit] = 1 }
      spans.append(units[first].lowerBound..<units[end - 1].upperBound)
      chosen += tokens
    }
  }

  private func hide(
    _ span: Range<Int>,
    of row: inout Row,
    _ bounds: Bounds,
    _ draws: inout RandomStream
  ) {
    let word = UInt64(draws.next32())
    for place in span {
      row.targets[place] = Int32(truncatingIfNeeded: row.ids[place])
      row.targetBytes[place] = row.byteCount(at: place)
      if word < bounds.masked {
        row.replace(place, by: mask.rawValue, .masked)
      } else if word < bounds.replaced {
        let count = UInt32(classes.ordinary.count)
        let drawn = classes.ordinary[Int(draws.next(below: count))]
        row.replace(place, by: drawn, .randomized)
      } else {
        row.trace?.change(place, .kept)
      }
    }
  }
}
