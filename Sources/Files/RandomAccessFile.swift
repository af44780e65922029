import Diagnostics
import Glibc

/// A regular file that any number of threads may read at any offset.
///
/// It is read with `pread` rather than mapped: a file that shrinks in the meantime causes an error,
/// not a signal.
public final class RandomAccessFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The length in bytes at the time of opening.
  public let size: Int
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Parameter path: A path; standard input, pipes and devices have no random access.
  /// - Throws: ``FileError`` if it does not exist, is not a regular file, or may not be read.
  public init(_ path: String) throws {
    guard path != "-", let size = try InputFile.check(path) else {
      throw FileError(.read, path: path, code: ESPIPE)
    }
    self.path = path
    self.size = size
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.open, path: path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads a range of bytes.
  ///
  /// - Parameters:
  ///   - offset: The start of the range.
  ///   - count: The number of bytes; the range must lie within ``size``.
  /// - Returns: Exactly `count` bytes.
  /// - Throws: ``FileError``; ``InvalidData`` if the file has become shorter.
  public func read(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // SAFETY: the array has `count` bytes.
    try bytes.withUnsafeMutableBytes { try read(at: offset, into: $0) }
    return bytes
  }

  /// Reads bytes into a buffer.
  ///
  /// - Parameters:
  ///   - offset: The start of the range.
  ///   - buffer: Filled; the range of its length must lie within ``size``.
  /// - Throws: ``FileError``; ``InvalidData`` if the file has become shorter.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = buffer.count
    precondition(
      offset >= 0 && count >= 0 && offset <= size - count,
      "bytes \(offset)..<\(offset + count) do not lie in a file of \(size)"
    )
    var done = 0
    while done < count {
      // SAFETY: `count - done` bytes from `done` belong to the buffer.
      let received = pread(
        descriptor,
        buffer.baseAddress?.advanced(by: done),
        count - done,
        offset + done
      )
      if received < 0 {
        if errno == EINTR { continue }
        throw FileError(.read, path: path)
      }
      if received == 0 {
        throw InvalidData(
          path: path,
          place: "byte \(offset + done)",
          "found the end of the file, which had \(size) bytes when it was opened"
        )
      }
      done += received
    }
  }
}
