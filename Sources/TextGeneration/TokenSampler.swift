// Source: top-k: A. Fan, M. Lewis, Y. Dauphin, "Hierarchical Neural Story Generation", ACL 2018;
//   top-p: A. Holtzman et al., "The Curious Case of Neural Text Degeneration", ICLR 2020.
// Procedure: logits are divided by the temperature, in Double; the softmax is rounded to integer
//   weights in units of 2^-40; the `top-k` heaviest tokens are kept, and of those the fewest whose
//   weight is at least `top-p` of theirs; one is drawn by an integer below the sum of their
//   weights. Equal weights are ordered by id. At temperature 0 the largest logit wins, the lowest
//   id among equals, and nothing is drawn.
// Complexity: O(vocabulary), and O(log vocabulary) for each token that top-k and top-p keep.
// Determinism: one 64-bit draw of (key, sample, position), and more only if Lemire's method
//   rejects, once in 2^24 times.

public import Noise
public import TensorCore

/// How the next token is chosen from a model's logits.
public struct TokenSampler: Hashable, Sendable {
  /// Logits are divided by it; 0 takes the most likely token.
  public let temperature: Double
  /// The number of most likely tokens to choose from; nil for all.
  public let topK: Int?
  /// The share of the probability to choose from, most likely tokens first; 1 for all tokens.
  public let topP: Double

  /// Creates a sampler, or nil if a setting is out of range.
  ///
  /// - Parameters:
  ///   - temperature: 0 or more.
  ///   - topK: At least 1; nil for all tokens.
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

  /// Always chooses the most likely token.
  public static let greedy = TokenSampler()

  /// Chooses a token.
  ///
  /// - Parameters:
  ///   - logits: At least one; NaN is never chosen if there is any other logit.
  ///   - stream: A stream of the site `sampling`; not read at temperature 0.
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

  /// The candidate tokens, with weights in units of 2^-40 of the whole softmax.
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
    if let topK { choices = (0..<min(topK, choices.count)).compactMap { _ in best.next() } }
    guard topP < 1 else { return choices }
    // After the cut by `topK`, if there is one, the remaining choices are already in order.
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
    // Subtract the largest before dividing, so that a small temperature cannot overflow.
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

  /// The first of the largest logits; 0 if all are NaN.
  private static func largest(_ logits: [Double]) -> Int {
    var best = 0
    for (token, logit) in logits.enumerated() {
      if logit > logits[best] || (logits[best].isNaN && !logit.isNaN) { best = token }
    }
    return best
  }

  /// The same numbers in Double, in a loop that the compiler can specialise.
  private static func widened<Element: TensorElement>(_ logits: [Element]) -> [Double] {
    if let logits = logits as? [Float] { return logits.map { Double($0) } }
    return (logits as? [Double]) ?? logits.map { Double($0) }
  }
}

/// Choices from the heaviest to the lightest, equal ones by ascending token: a binary heap.
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
  /// A number below a bound, all equally likely: Lemire's method on 64 bits.
  mutating func next(below bound: UInt64) -> UInt64 {
    var product = next64().multipliedFullWidth(by: bound)
    if product.low < bound {
      let excess = (0 &- bound) % bound
      while product.low < excess { product = next64().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
