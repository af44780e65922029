// Source: FNV-1a, 64 bits (G. Fowler, L. Noll, K.-P. Vo).
// Procedure: every unit is mixed in by an exclusive or and a product.
// Complexity: O(units).
// Determinism: a function of the units and their order; safe against accidents, not adversaries.

/// A digest that identifies a name or a content.
package struct Digest: Sendable {
  /// The digest of the units added so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The digest of nothing.
  package init() {}

  /// The digest of some bytes.
  package init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(UInt64(byte)) }
  }

  /// Adds one unit: a byte, or a word as a whole.
  package mutating func add(_ unit: UInt64) { value = (value ^ unit) &* 0x100_0000_01B3 }

  /// Adds the four bytes of a number, the lowest first.
  package mutating func addBytes(of number: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) { add(UInt64(number >> shift & 0xFF)) }
  }
}
