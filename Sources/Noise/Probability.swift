/// A probability as an integer threshold for one 32-bit random word.
///
/// The event happens if the word, as a 64-bit number, is below `bits`; so 0 never happens and 2^32,
/// which no word reaches, always does. Integers only, so the result is the same on every machine.
public struct BernoulliThreshold: Hashable, Sendable {
  /// The probability times 2^32, rounded to nearest; 0 through 2^32.
  public let bits: UInt64

  /// - Parameter probability: 0 through 1.
  public init(_ probability: Double) {
    precondition(
      probability >= 0 && probability <= 1,
      "a probability must lie in 0...1, but is \(probability)"
    )
    // Scaling by a power of two is exact, so the only rounding is the last.
    self.bits = UInt64((probability * 0x1p32).rounded())
  }
}

/// The rate at which merges, tokens or activations are dropped: a number in 0...1.
public struct DropoutRate: Hashable, Sendable, CustomStringConvertible {
  /// The rate as a fraction.
  public let value: Double

  /// No noise.
  public static let zero = DropoutRate(unchecked: 0)

  /// Creates a rate, or nil if the number is not a probability.
  ///
  /// - Parameter value: 0 through 1; anything else, NaN included, gives nil.
  public init?(_ value: Double) {
    guard value >= 0 && value <= 1 else { return nil }
    self.value = value
  }

  init(unchecked value: Double) { self.value = value }

  /// The fraction in decimal, such as `0.1`.
  public var description: String { "\(value)" }
}
