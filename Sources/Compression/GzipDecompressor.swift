import CZlib

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
