/// The outcomes of a repeated random decision.
public struct Trials: Hashable, Sendable {
  /// The number of decisions.
  public private(set) var count = 0
  /// How many were positive.
  public private(set) var successes = 0
  /// The expected number of positive ones; nil where decisions depend on each other.
  public private(set) var expected: Double? = 0

  /// Both together.
  func adding(_ other: Trials) -> Trials {
    var sum = self
    sum.add(other)
    return sum
  }

  mutating func add(_ other: Trials) {
    count += other.count
    successes += other.successes
    expected = expected.flatMap { sum in other.expected.map { sum + $0 } }
  }

  init() {}

  init(_ count: Int, rate: Double?) {
    self.count = count
    expected = rate.map { $0 * Double(count) }
  }

  mutating func succeed(_ times: Int = 1) { successes += times }
}

/// The origins of a row's inputs, their changes, and the trials of each change.
struct RowTrace {
  /// For each input the place of the token that was read; -1 where it was put in.
  private(set) var origins: [Int] = []
  /// For each input the last change; nil where there was none.
  private(set) var changes: [TokenChange?] = []
  /// For each change how often chance decided.
  private(set) var trials: [TokenChange: Trials] = [:]

  /// The places of tokens that were read in whose text is an error.
  private var typos: Set<Int> = []

  mutating func removeAll() {
    typos.removeAll()
    origins.removeAll()
    changes.removeAll()
    trials.removeAll()
  }

  mutating func read(_ range: Range<Int>) {
    origins.append(contentsOf: range)
    changes.append(contentsOf: range.map { typos.contains($0) ? .typo : nil })
  }

  /// Notes the tokens with errors, before they are inputs.
  ///
  /// - Parameters:
  ///   - places: Where the errors are in the text.
  ///   - ranges: Where the tokens are in it.
  ///   - first: The place of the first token in the row.
  mutating func findTypos(_ places: [Range<Int>], in ranges: [Range<Int>], first: Int) {
    let last = max((ranges.last?.upperBound ?? 0) - 1, 0)
    for place in places {
      // Where something is left out, the token behind shows it, or at the end the last one.
      let start = min(place.lowerBound, last)
      let shown = place.isEmpty ? start..<start + 1 : place
      for (index, range) in ranges.enumerated() where range.overlaps(shown) {
        typos.insert(first + index)
      }
    }
  }

  /// Adds what is known of some text that becomes a part of this row, before it is inputs.
  ///
  /// - Parameters:
  ///   - other: Of the text.
  ///   - part: The tokens of the text that are read.
  ///   - place: Where they will be in this row.
  ///   - told: Whether how often chance decided counts here.
  mutating func add(_ other: RowTrace, _ part: Range<Int>, at place: Int, told: Bool) {
    for typo in other.typos where part.contains(typo) {
      typos.insert(place + typo - part.lowerBound)
    }
    if told { trials.merge(other.trials) { $0.adding($1) } }
  }

  mutating func put(_ change: TokenChange) {
    origins.append(-1)
    changes.append(change)
  }

  mutating func change(_ place: Int, _ change: TokenChange) { changes[place] = change }

  mutating func removeLast() {
    origins.removeLast()
    changes.removeLast()
  }

  mutating func reorder(_ places: [Int]) {
    let (oldOrigins, oldChanges) = (origins, changes)
    for (place, old) in places.enumerated() {
      (origins[place], changes[place]) = (oldOrigins[old], oldChanges[old])
      if place != old { changes[place] = .shuffle }
    }
  }

  /// Notes that chance decides some times about a change.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - trials: How often.
  ///   - rate: The probability; nil where the trials hang on each other.
  mutating func begin(_ change: TokenChange, trials: Int, rate: Double?) {
    self.trials[change, default: Trials()].add(Trials(trials, rate: rate))
  }

  /// Notes that it decided for it.
  mutating func succeed(_ change: TokenChange, times: Int = 1) {
    trials[change, default: Trials()].succeed(times)
  }

  /// Notes what became of the chosen tokens of masked language modelling.
  mutating func countMasking(_ randomShare: Double?) {
    let chosen = changes.count { $0 == .masked || $0 == .randomized || $0 == .kept }
    succeed(.masked, times: chosen)
    begin(.randomized, trials: chosen, rate: randomShare)
    succeed(.randomized, times: changes.count { $0 == .randomized })
  }
}
