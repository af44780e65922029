// Source: RFC 1952 by zlib, RFC 8878 by libzstd.
// Procedure: each call expands compressed bytes into the caller's buffer; members or frames may
//   follow one another.
// Complexity: O(n); memory for the format's window, 8 MB or less unless the file says otherwise, up
//   to the library's limit of 128 MB.

/// The expansion of one compressed stream.
protocol Decompressor: AnyObject {
  /// The name of the format.
  var name: String { get }
  /// Whether the stream has begun and not ended.
  var isMidway: Bool { get }

  /// Expands some bytes.
  ///
  /// - Returns: The number of bytes consumed and produced; nil if the stream is broken.
  func expand(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, given: Int)?
}
