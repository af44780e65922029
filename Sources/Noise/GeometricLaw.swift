// Source: inversion of the geometric distribution (L. Devroye, "Non-Uniform Random Variate
//   Generation", 1986, X.2), in fixed point.
// Procedure: with ratio r, the run length K has P(K >= k) = r^k. One 64-bit word u gives the
//   largest k with u < r^k * 2^64, found by binary descent over the squarings r^(2^j), each the
//   high half of an integer product.
// Complexity: O(1) for the common K = 0, otherwise O(log K); the table has at most 64 entries.
// Determinism: exactly one 64-bit draw for each sample; integers only, no libm.

/// The law of the number of consecutive times that an event happens before it first does not.
///
/// The error of P(K >= k) relative to the exact power of the given Double is below 2^-62 / (1 - r),
/// and below 2^-32 for every r.
public struct GeometricLaw: Hashable, Sendable {
  /// `squarings[j]` is r^(2^j) * 2^64, rounded down; empty for r = 0 and r = 1.
  let squarings: [UInt64]

  /// r * 2^64, or 0 for r = 0 and r = 1.
  @usableFromInline let ratioBits: UInt64

  /// Whether the event always happens: the run never ends.
  @usableFromInline let isEndless: Bool

  /// The law of runs of an event.
  ///
  /// - Parameter ratio: The probability of the event, 0 through 1.
  public init(ratio: DropoutRate) {
    // A Double scaled by 2^64 is an integer or is truncated below 2^-64: exact enough, and the same
    // everywhere.
    self.init(bits: ratio.value < 1 ? UInt64(ratio.value * 0x1p64) : 0, isOne: ratio.value == 1)
  }

  /// The law of runs of the opposite event, with ratio 1 - r.
  public static func complement(of ratio: DropoutRate) -> GeometricLaw {
    if ratio.value == 1 { return GeometricLaw(bits: 0, isOne: false) }
    let bits = UInt64(ratio.value * 0x1p64)
    return GeometricLaw(bits: 0 &- bits, isOne: bits == 0)
  }

  init(bits: UInt64, isOne: Bool) {
    self.ratioBits = isOne ? 0 : bits
    self.isEndless = isOne
    var squarings: [UInt64] = []
    var power = ratioBits
    // r < 1 - 2^-64 reaches 0 within 70 squarings; runs longer than 2^62 are never requested.
    while power > 0 && squarings.count < 62 {
      squarings.append(power)
      power = power.multipliedFullWidth(by: power).high
    }
    self.squarings = squarings
  }

  /// Draws a run length, or nil if it is at least `limit`.
  ///
  /// - Parameters:
  ///   - limit: The most events that can happen; a draw is made only if it is at least 1.
  ///   - stream: Supplies one 64-bit word, even if the answer is certain.
  /// - Returns: 0 through `limit - 1`, or nil.
  @inlinable
  public func run(below limit: Int, from stream: inout RandomStream) -> Int? {
    run(of: stream.next64(), below: limit)
  }

  /// The run length of a given random word; see ``run(below:from:)``.
  @inlinable
  package func run(of word: UInt64, below limit: Int) -> Int? {
    if isEndless { return nil }
    if word >= ratioBits { return limit > 0 ? 0 : nil }
    return longRun(word: word, below: limit)
  }

  /// A number below which a word certainly gives a run of at least `length`; a word slightly above
  /// may, too.
  package func certain(_ length: Int) -> UInt64 {
    if length == 0 || isEndless { return .max }
    var product = UInt64.max
    for exponent in 0..<Int.bitWidth where length >> exponent & 1 == 1 {
      guard exponent < squarings.count else { return 0 }
      product = product.multipliedFullWidth(by: squarings[exponent]).high
    }
    // Each product is rounded down by less than one, in whatever order they are taken.
    return product > 128 ? product - 128 : 0
  }

  /// Binary descent for a word that is known to give at least 1.
  @usableFromInline
  func longRun(word: UInt64, below limit: Int) -> Int? {
    var run = 0
    var product: UInt64? = nil
    for exponent in stride(from: squarings.count - 1, through: 0, by: -1) {
      let next: UInt64
      if let product {
        next = product.multipliedFullWidth(by: squarings[exponent]).high
      } else {
        next = squarings[exponent]
      }
      if word < next {
        product = next
        run += 1 << exponent
        if run >= limit { return nil }
      }
    }
    return run < limit ? run : nil
  }
}
