import Diagnostics
import Glibc

/// A file that grows line by line or record by record, for logs that are read while they are written.
///
/// Each line or record is written at once and whole, so that it survives a crash of the process.
public final class LogFile {
  private let path: String
  private let descriptor: Int32

  /// Opens a log, creating it if it does not exist.
  ///
  /// - Parameter path: The file to append to.
  /// - Throws: ``FileError`` if it cannot be opened.
  public init(appendingTo path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.create, path: path) }
  }

  deinit { close(descriptor) }

  /// Appends a line.
  ///
  /// - Parameter line: The text, with its line feed.
  /// - Throws: ``FileError``, for example on a full disk.
  public func append(_ line: String) throws { try append(Array(line.utf8)) }

  /// Appends a record.
  ///
  /// - Parameter record: Written at once and whole.
  /// - Throws: ``FileError``, for example on a full disk.
  public func append(_ record: [UInt8]) throws {
    try record.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        // SAFETY: the range lies inside the array's own buffer, which lives through the call.
        let written = write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
        if written < 0 && errno == EINTR { continue }
        guard written >= 0 else { throw FileError(.write, path: path) }
        start += written
      }
    }
  }
}
