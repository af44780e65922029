/// The number of a token in a vocabulary.
public struct TokenID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number, from 0.
  public let rawValue: UInt32

  /// - Parameter rawValue: The number, from 0.
  @inlinable
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// - Parameter index: At least 0 and below 2^32.
  @inlinable
  public init(_ index: Int) { self.rawValue = UInt32(index) }

  /// The number as an array index.
  @inlinable
  public var index: Int { Int(rawValue) }

  /// Orders tokens by number.
  @inlinable
  public static func < (left: TokenID, right: TokenID) -> Bool { left.rawValue < right.rawValue }

  /// The number in decimal.
  public var description: String { String(rawValue) }
}
