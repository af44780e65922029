// Procedure: the mask of a row as bits: it is drawn once and used forward and backward.
// Complexity: one bit an element; about 0.8 ns to draw it.
// Determinism: the bits that ``TensorElement/dropout(_:_:_:scale:_:)`` decides by.

import CTensorKernels

extension DropoutRow {
  /// How many words of 64 bits hold a mask of `count` elements from any first one, with the spare
  /// bytes that kernels read.
  public static func maskWords(_ count: Int) -> Int { (count + 3 + 63) / 64 + 1 }

  /// Writes which elements are kept.
  ///
  /// - Parameters:
  ///   - mask: Gets ``maskWords(_:)`` of them; its bit `first % 4 + j` is set where element `first
  ///     + j` is kept.
  ///   - first: The number of the first element in the row.
  ///   - count: How many.
  public func writeMask(_ mask: UnsafeMutablePointer<UInt64>, from first: Int, _ count: Int) {
    let (start, skipped) = (first / 4 * 4, first % 4)
    precondition(
      first >= 0 && first + count <= Self.maximumCount,
      "a row under dropout has at most \(Self.maximumCount) elements"
    )
    // SAFETY: the kernel writes (skipped + count + 63) / 64 words, no more than the mask has.
    bpd_dropout_mask(mask, key, item, position, threshold, UInt64(start), skipped + count)
  }
}
