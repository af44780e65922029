import CZstd

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
