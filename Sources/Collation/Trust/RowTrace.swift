/// What puts a token into a row, or changes one.
public enum TokenChange: String, CaseIterable, Sendable {
  /// Token dropout.
  case tokenDropout = "token_dropout"
  /// Word dropout.
  case wordDropout = "word_dropout"
  /// Span dropout.
  case spanDropout = "span_dropout"
  /// Another token put in its place, by noise.
  case replacement = "token_replacement"
  /// Shuffling of words.
  case shuffle = "word_shuffle"
  /// The mask in its place.
  case masked
  /// A random token in its place, to be found.
  case randomized
  /// The token itself, to be found.
  case kept
  /// A sentinel or mask for a span.
  case span
  /// A token that marks a part, a mode or the end.
  case mark
}

/// How often chance decided about something, and how often for it.
public struct Trials: Hashable, Sendable {
  /// How often chance decided.
  public private(set) var count = 0
  /// How often for it.
  public private(set) var successes = 0

  mutating func add(trials: Int, successes: Int) {
    count += trials
    self.successes += successes
  }
}

/// Where the inputs of a row are from, what was done to them, and how often it could have been.
struct RowTrace {
  /// For each input the place of the token that was read; -1 where it was put in.
  private(set) var origins: [Int] = []
  /// For each input the last change; nil where there was none.
  private(set) var changes: [TokenChange?] = []
  /// For each change how often chance decided, and how often for it.
  private(set) var trials: [TokenChange: Trials] = [:]

  mutating func removeAll() {
    origins.removeAll()
    changes.removeAll()
    trials.removeAll()
  }

  mutating func read(_ range: Range<Int>) {
    origins.append(contentsOf: range)
    changes.append(contentsOf: repeatElement(nil, count: range.count))
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

  /// Notes the positions that have a target.
  mutating func countTargets(_ targets: [Int32], _ change: TokenChange) {
    count(change, trials: 0, successes: targets.count { $0 != Batch.ignoredTarget })
  }

  /// Notes that chance decided some times about a change, and some times for it.
  mutating func count(_ change: TokenChange, trials: Int, successes: Int) {
    self.trials[change, default: Trials()].add(trials: trials, successes: successes)
  }
}
