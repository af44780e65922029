// Source: top-k: A. Fan, M. Lewis, Y. Dauphin, "Hierarchical Neural Story Generation", ACL 2018;
//   top-p: A. Holtzman et al., "The Curious Case of Neural Text Degeneration", ICLR 2020.
// Procedure: logits over temperature, in Double; the softmax as whole numbers, in units of 2^-40;
//   the `top-k` heaviest tokens; of those the fewest whose weight is at least `top-p` of theirs;
//   one of them, by a whole number below the sum of their weights. Equal weights go by id. At
//   temperature 0 the largest logit is taken, the lowest id among equals, and nothing is drawn.
// Complexity: O(vocabulary), and O(log vocabulary) for each token that top-k and top-p leave.
// Determinism: one 64-bit draw of (key, sample, position), and more only where Lemire's method
//   rejects, once in 2^24 times.

public import Noise
public import TensorCore

/// How the next token is chosen from a model's logits.
public struct TokenSampler: Hashable, Sendable {
  /// Logits are divided by it; 0 takes the most likely token.
  public let temperature: Double
  /// How many of the most likely tokens may be chosen; nil for all.
  public let topK: Int?
  /// The share of the probability that the chosen token's set must have; 1 for all tokens.
  public let topP: Double

  /// A way to choose, or nil if a setting is out of range.
  ///
  /// - Parameters:
  ///   - temperature: 0 or more.
  ///   - topK: At least 1, where given.
  ///   - topP: Above 0, at most 1.
  public init?(temperature: Double = 1, topK: Int? = nil, topP: Double = 1) {
    guard temperature >= 0, temperature.isFinite, topK.map({ $0 >= 1 }) ?? true, topP > 0,
      topP <= 1
    else { return nil }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  private init() { (temperature, topK, topP) = (0, nil, 1) }

  /// Always the most likely token.
  public static let greedy = TokenSampler()

  /// Chooses a token.
  ///
  /// - Parameters:
  ///   - logits: At least one; those that are not numbers are never chosen where another is one.
  ///   - stream: Of the site `sampling`; not read at temperature 0.
  /// - Returns: The index of a logit.
  public func sample<Element: TensorElement>(
    _ logits: [Element],
    from stream: inout RandomStream
  ) -> Int {
    precondition(!logits.isEmpty, "a token is chosen among at least one")
    let logits = Self.widened(logits)
    if temperature == 0 { return Self.largest(logits) }
    let choices = choices(among: logits)
    let total = choices.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return Self.largest(logits) }
    var rest = stream.next(below: total)
    for (token, weight) in choices {
      if rest < weight { return token }
      rest -= weight
    }
    preconditionFailure("a number below the sum of weights lies in one of them")
  }

  /// The tokens that may be chosen, with weights in units of 2^-40 of the whole softmax.
  package func choices<Element: TensorElement>(
    _ logits: [Element]
  ) -> [(token: Int, weight: UInt64)] {
    choices(among: Self.widened(logits))
  }

  private func choices(among logits: [Double]) -> [(token: Int, weight: UInt64)] {
    let weights = Self.weights(logits, temperature: temperature)
    var choices = weights.enumerated().map { (token: $0.offset, weight: $0.element) }
    guard topK != nil || topP < 1 else { return choices }
    var best = HeaviestFirst(choices)
    if let topK { choices = (0..<topK).compactMap { _ in best.next() } }
    guard topP < 1 else { return choices }
    // After the cut by `topK`, if there is one, what is left stands in order already.
    var inOrder = topK == nil ? nil : choices.makeIterator()
    let total = choices.reduce(0) { $0 + $1.weight }
    let least = UInt64((Double(total) * topP).rounded(.up))
    var (kept, sum): ([(token: Int, weight: UInt64)], UInt64) = ([], 0)
    while kept.isEmpty || sum < least, let next = topK == nil ? best.next() : inOrder?.next() {
      kept.append(next)
      sum += next.weight
    }
    return kept
  }

  private static func weights(_ logits: [Double], temperature: Double) -> [UInt64] {
    let largest = logits[largest(logits)]
    if largest.isNaN { return logits.map { _ in 0 } }
    // Less than the largest, before the division: a small temperature then cannot overflow.
    let scores = logits.map { logit -> Double in
      let score = (logit - largest) / max(temperature, .leastNormalMagnitude)
      return score.isNaN ? (logit == largest ? 0 : -.greatestFiniteMagnitude) : score
    }
    var softmax = Tensor(scores, shape: [scores.count])
    // SAFETY: the tensor has as many elements as there are logits.
    softmax.write { _ = Double.softmax($0, valid: scores.count, scores.count) }
    return softmax.elements.map { probability in
      let weight = probability * 0x1p40
      return weight > 0 && weight < 0x1p41 ? UInt64(weight.rounded()) : 0
    }
  }

  /// The first of the largest logits; 0 if none is a number.
  private static func largest(_ logits: [Double]) -> Int {
    var best = 0
    for (token, logit) in logits.enumerated() {
      if logit > logits[best] || (logits[best].isNaN && !logit.isNaN) { best = token }
    }
    return best
  }

  /// The same numbers in Double, by a loop that the compiler sees the types of.
  private static func widened<Element: TensorElement>(_ logits: [Element]) -> [Double] {
    if let logits = logits as? [Float] { return logits.map { Double($0) } }
    return (logits as? [Double]) ?? logits.map { Double($0) }
  }
}

/// Choices from the heaviest to the lightest, of equal ones the lowest token first: a binary heap.
private struct HeaviestFirst {
  private var heap: [(token: Int, weight: UInt64)]

  init(_ choices: [(token: Int, weight: UInt64)]) {
    heap = choices
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func next() -> (token: Int, weight: UInt64)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    return first
  }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    let (left, right) = (heap[left], heap[right])
    return left.weight != right.weight ? left.weight > right.weight : left.token < right.token
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var best = place
      for child in 2 * place + 1...2 * place + 2 where child < heap.count {
        if precedes(child, best) { best = child }
      }
      if best == place { return }
      heap.swapAt(place, best)
      place = best
    }
  }
}

extension RandomStream {
  /// A number below a bound, every one equally likely: Lemire's method on 64 bits.
  mutating func next(below bound: UInt64) -> UInt64 {
    var product = next64().multipliedFullWidth(by: bound)
    if product.low < bound {
      let excess = (0 &- bound) % bound
      while product.low < excess { product = next64().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
