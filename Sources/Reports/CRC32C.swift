// Source: the polynomial of G. Castagnoli, S. Braeuer, M. Herrmann, "Optimization of Cyclic
//   Redundancy-Check Codes with 24 and 32 Parity Bits", IEEE Transactions on Communications 41(6),
//   1993, as RFC 3720 (section 12.1) uses it. The mask is that of the record files of TensorFlow.
// Procedure: bytes pass through the polynomial with their bits reversed, eight bits at a time by a
//   table; the value begins and ends inverted.
// Complexity: O(n).
// Determinism: a function of the bytes.

/// A checksum of 32 bits: CRC-32C, as iSCSI and the record files of TensorFlow have it.
public enum CRC32C {
  /// The remainder of each value of a byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
    }
  }

  /// The checksum of some bytes: 0xE3069283 for `123456789`, 0 for none.
  public static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(.max) { value, byte in
      value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
  }

  /// The checksum of some bytes in the form that a file holds beside them.
  ///
  /// The checksum of data that hold their own checksum is always the same; the mask prevents it.
  public static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = checksum(of: bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
