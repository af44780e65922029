// Procedure: a row's mask as bits, drawn once and used both forward and backward.
// Complexity: one bit per element, drawn in about 0.8 ns.
// Determinism: the bits are the decisions of ``TensorElement/dropout(_:_:_:scale:_:)``.

import CTensorKernels

extension DropoutRow {
  /// The number of 64-bit words for a mask of `count` elements from any first one, including the
  /// spare bytes that kernels read.
  public static func maskWords(_ count: Int) -> Int { (count + 3 + 63) / 64 + 1 }

  /// Writes the mask of kept elements.
  ///
  /// - Parameters:
  ///   - mask: Room for ``maskWords(_:)`` words; bit `first % 4 + j` is set if element `first + j`
  ///     is kept.
  ///   - first: The index of the first element in the row.
  ///   - count: The number of elements.
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
