// Source: R. Floyd, in J. Bentley, "Programming Pearls: A Sample of Brilliance", CACM 30(9), 1987,
//   algorithm F2.
// Procedure: for j = n - k, …, n - 1 a number t in 0...j is drawn; t is taken, or j if t has been
//   taken before. The set is a bit mask, which is read in order.
// Complexity: O(k + n / 64) for k of n.
// Determinism: k draws of the stream, whatever their values.

/// Draws distinct numbers, every set of them equally likely.
public struct DistinctNumbers: Sendable {
  /// The numbers of the last draw, ascending.
  public private(set) var values: [Int] = []
  private var bits: [UInt64] = []

  /// Creates a generator without numbers.
  public init() {}

  /// Draws a new set.
  ///
  /// - Parameters:
  ///   - count: The number of numbers, at most `bound`.
  ///   - bound: The exclusive upper bound of numbers; at most 2^32 - 1.
  ///   - stream: Supplies one draw for each number.
  public mutating func draw(_ count: Int, below bound: Int, from stream: inout RandomStream) {
    precondition(
      count >= 0 && count <= bound && bound < 1 << 32,
      "\(count) different numbers below \(bound) are asked for"
    )
    values.removeAll(keepingCapacity: true)
    let wordCount = (bound + 63) / 64
    bits.removeAll(keepingCapacity: true)
    bits.append(contentsOf: repeatElement(0, count: wordCount))
    for last in bound - count..<bound {
      let drawn = Int(stream.next(below: UInt32(last + 1)))
      let isTaken = bits[drawn >> 6] >> UInt64(drawn & 63) & 1 == 1
      let number = isTaken ? last : drawn
      bits[number >> 6] |= 1 << UInt64(number & 63)
    }
    for (index, word) in bits.enumerated() {
      var rest = word
      while rest != 0 {
        values.append((index << 6) + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}
