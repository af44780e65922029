/// Decisions: all of them one after another, or random ones.
public struct Chance {
  /// What was decided, of how many, how probable.
  private var tape: [(choice: Int, weights: [Double])] = []
  private var place = 0
  /// Of a generator of its own, SplitMix64; nil where all ways are tried.
  private var state: UInt64?

  /// Random decisions.
  public init(seed: UInt64) { state = seed }

  private init() {}

  private mutating func uniform() -> Double {
    let state = (self.state ?? 0) &+ 0x9E37_79B9_7F4A_7C15
    self.state = state
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ mixed >> 31) >> 11) * 0x1p-53
  }

  private mutating func decide(_ weights: [Double]) -> Int {
    if state != nil {
      var left = uniform()
      for (choice, weight) in weights.enumerated() {
        left -= weight
        if left < 0 { return choice }
      }
      return weights.count - 1
    }
    if place == tape.count {
      tape.append((weights.firstIndex { $0 > 0 } ?? 0, weights))
    }
    place += 1
    return tape[place - 1].choice
  }

  /// Whether an event of some probability happens.
  public mutating func happens(_ probability: Double) -> Bool {
    decide([1 - probability, probability]) == 1
  }

  /// One of so many, all equally likely.
  public mutating func choice(of count: Int) -> Int {
    count == 1 ? 0 : decide(Array(repeating: 1 / Double(count), count: count))
  }

  /// Runs something under all decisions that are possible, and returns the probability of every
  /// result.
  public static func law<Result: Hashable>(_ run: (inout Chance) -> Result) -> [Result: Double] {
    var law: [Result: Double] = [:]
    var chance = Chance()
    repeat {
      chance.place = 0
      let result = run(&chance)
      law[result, default: 0] += chance.tape.reduce(1) { $0 * $1.weights[$1.choice] }
    } while chance.advance()
    return law
  }

  /// The next decisions in order; false where there are none.
  private mutating func advance() -> Bool {
    while let (choice, weights) = tape.popLast() {
      if let next = weights.indices.first(where: { $0 > choice && weights[$0] > 0 }) {
        tape.append((next, weights))
        return true
      }
    }
    return false
  }
}
