// Source: J. Black, P. Rogaway, "Ciphers with Arbitrary Finite Domains", CT-RSA 2002 (generalised
//   Feistel network and cycle walking); round function: Philox.
// Procedure: indices are numbers of an even count of bits, at least 8 (with fewer, six rounds do
//   not produce every order equally often). A balanced Feistel network of six rounds permutes them,
//   and is applied again until the result lies below the count.
// Complexity: O(1) memory; fewer than four walks expected, whatever the count (more below 65).
// Determinism: a pure function of (key, count, index).

/// A shuffled order of 0..<count that needs no memory; positions are random-access.
public struct IndexPermutation: Sendable {
  static let rounds: UInt32 = 6

  /// The number of indices.
  public let count: UInt64
  let key: NoiseKey
  let halfBits: UInt64

  /// The order determined by a key.
  ///
  /// - Parameters:
  ///   - count: The number of indices, at most 2^62.
  ///   - key: Seed, epoch and site.
  public init(count: UInt64, key: NoiseKey) {
    precondition(count <= 1 << 62, "a permutation has at most 2^62 indices, but \(count) are asked")
    self.count = count
    self.key = key
    let bits = UInt64(64 - (count > 0 ? count - 1 : 0).leadingZeroBitCount)
    self.halfBits = max(bits + 1, 8) / 2
  }

  /// The index at a position of the shuffled order.
  ///
  /// - Parameter place: 0 through `count - 1`.
  public subscript(place: UInt64) -> UInt64 {
    precondition(place < count, "a place must be below \(count), but is \(place)")
    var value = place
    repeat { value = permute(value) } while value >= count
    return value
  }

  /// The position of an index: the inverse of the subscript.
  ///
  /// - Parameter index: 0 through `count - 1`.
  /// - Returns: 0 through `count - 1`.
  public func place(of index: UInt64) -> UInt64 {
    precondition(index < count, "an index must be below \(count), but is \(index)")
    var value = index
    repeat { value = unpermute(value) } while value >= count
    return value
  }

  private var halfMask: UInt64 { (1 << halfBits) - 1 }

  private func permute(_ value: UInt64) -> UInt64 {
    var left = value >> halfBits
    var right = value & halfMask
    for round in 0..<Self.rounds {
      (left, right) = (right, left ^ roundFunction(right, round))
    }
    return left << halfBits | right
  }

  private func unpermute(_ value: UInt64) -> UInt64 {
    var left = value >> halfBits
    var right = value & halfMask
    for round in (0..<Self.rounds).reversed() {
      (left, right) = (right ^ roundFunction(left, round), left)
    }
    return left << halfBits | right
  }

  private func roundFunction(_ half: UInt64, _ round: UInt32) -> UInt64 {
    let counter = PhiloxBlock(
      UInt32(truncatingIfNeeded: half),
      UInt32(truncatingIfNeeded: half >> 32),
      round,
      0x5348_5546
    )
    return Philox.block(key: key.bits, counter: counter).low64 & halfMask
  }
}
