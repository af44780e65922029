import Diagnostics
import Files

/// A text file or standard input, read in blocks; gzip and zstd are expanded on the way.
///
/// A file counts as compressed if its name ends in `.gz` or `.zst`.
public final class TextFile {
  /// The path, or `-` for standard input.
  public var path: String { file.path }
  /// The bytes read from the file so far, as stored.
  public private(set) var bytesRead = 0

  private let file: InputFile
  private let decompressor: (any Decompressor)?
  private var compressed: [UInt8] = []
  private var next = 0
  private var isAtEnd = false
  private static let blockLength = 1 << 16

  /// Opens a file for reading.
  ///
  /// - Parameter path: A path, or `-` for standard input.
  /// - Throws: ``FileError`` if it does not exist, is a directory, or may not be read.
  public init(_ path: String) throws {
    file = try InputFile(path)
    decompressor =
      path.hasSuffix(".gz")
      ? GzipDecompressor() : path.hasSuffix(".zst") ? ZstdDecompressor() : nil
  }

  /// Appends the next bytes of text to a buffer.
  ///
  /// - Parameters:
  ///   - limit: The most bytes to read, at least 1.
  ///   - bytes: Grows by the bytes read.
  /// - Returns: The number of bytes read; 0 only at the end.
  /// - Throws: ``FileError``; ``InvalidData`` if a compressed stream is broken, too short or empty.
  public func read(upTo limit: Int, into bytes: inout [UInt8]) throws -> Int {
    guard let decompressor else {
      let received = try file.read(upTo: limit, into: &bytes)
      bytesRead += received
      return received
    }
    while true {
      if next == compressed.count && !isAtEnd {
        compressed.removeAll(keepingCapacity: true)
        next = 0
        let received = try file.read(upTo: Self.blockLength, into: &compressed)
        bytesRead += received
        isAtEnd = received == 0
      }
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: limit))
      // SAFETY: the bytes are written after `start` in the array, for the duration of the call.
      let step = compressed[next...].withUnsafeBytes { input in
        bytes.withUnsafeMutableBytes { output in
          decompressor.expand(input, into: .init(rebasing: output[start...]))
        }
      }
      bytes.removeLast(limit - (step?.given ?? 0))
      guard let step else {
        throw InvalidData(
          path: path,
          place: "byte \(bytesRead - compressed.count + next)",
          "\(decompressor.name) was expected, by the file's name, and the stream is broken"
        )
      }
      next += step.taken
      if step.given > 0 { return step.given }
      if isAtEnd && (step.taken == 0 || next == compressed.count) {
        // An empty file is none of these formats, but what a broken download leaves.
        if decompressor.isMidway || bytesRead == 0 {
          throw InvalidData(path: path, "the \(decompressor.name) stream ends too early")
        }
        return 0
      }
    }
  }
}
