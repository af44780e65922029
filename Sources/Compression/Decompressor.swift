// Source: RFC 1952 by zlib, RFC 8878 by libzstd.
// Procedure: each call expands compressed bytes into the room that the caller gives; members or
//   frames may follow one another.
// Complexity: O(n); memory for the window that the format asks for, 8 MB or less unless the file
//   says otherwise, up to the library's limit of 128 MB.

import CZlib
import CZstd

/// The expansion of one compressed stream.
protocol Decompressor: AnyObject {
  /// The name of the format.
  var name: String { get }
  /// Whether the stream has begun and not ended.
  var isMidway: Bool { get }

  /// Expands some bytes.
  ///
  /// - Returns: The number of bytes taken and given; nil where the stream is broken.
  func expand(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, given: Int)?
}

/// gzip.
final class GzipDecompressor: Decompressor {
  let name = "gzip"
  private(set) var isMidway = false
  // SAFETY: allocated and initialised here, freed with this object; zlib keeps pointers into it.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let hasBegun: Bool

  init() {
    stream.initialize(to: z_stream())
    hasBegun = bpd_gzip_begin(stream) == Z_OK
  }

  deinit {
    if hasBegun { inflateEnd(stream) }
    stream.deallocate()
  }

  func expand(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, given: Int)? {
    guard hasBegun else { return nil }
    if !isMidway {
      if input.isEmpty { return (0, 0) }
      guard inflateReset(stream) == Z_OK else { return nil }
      isMidway = true
    }
    // SAFETY: both buffers outlive the call; zlib does not write to its input.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    )
    stream.pointee.avail_in = UInt32(truncatingIfNeeded: input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(truncatingIfNeeded: output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    if status == Z_STREAM_END { isMidway = false }
    return (
      input.count - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out)
    )
  }
}

/// Zstandard.
final class ZstdDecompressor: Decompressor {
  let name = "zstd"
  private(set) var isMidway = false
  private let stream = ZSTD_createDStream()

  deinit { ZSTD_freeDStream(stream) }

  func expand(
    _ input: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> (taken: Int, given: Int)? {
    // SAFETY: both buffers outlive the call.
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let left = ZSTD_decompressStream(stream, &target, &source)
    guard ZSTD_isError(left) == 0 else { return nil }
    if source.pos > 0 || target.pos > 0 { isMidway = left != 0 }
    return (source.pos, target.pos)
  }
}
