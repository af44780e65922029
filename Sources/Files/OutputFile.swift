import Diagnostics
import Glibc

/// A file that is written whole or not at all, or a stream such as standard output.
///
/// A regular file is written under a temporary name in the same folder, synced, and renamed by
/// ``commit()``. Without a commit, or after an error, the temporary file is removed and the old
/// content stays. A symbolic link stays, too: its target is replaced. Standard output, pipes and
/// devices are written directly. The temporary file of a killed process is removed by the next
/// process that writes to the same path.
public final class OutputFile {
  /// The path, or `-` for standard output.
  public let path: String
  private var descriptor: Int32
  /// The final path of the file: `path`, or its target if it is a symbolic link.
  private var destination: String
  /// The temporary name, while there is one.
  private var temporaryPath: String?
  /// The first error; after it, nothing is written or committed.
  private var failure: FileError?
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Opens an output.
  ///
  /// - Parameter path: A path, or `-` for standard output.
  /// - Throws: ``FileError`` if nothing can be created there.
  public init(_ path: String) throws {
    self.path = path
    destination = path
    buffer.reserveCapacity(Self.bufferSize)
    if path == "-" {
      descriptor = STDOUT_FILENO
      return
    }
    var status = stat()
    if stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        throw FileError(.create, path: path, code: EISDIR)
      case S_IFREG:
        destination = Self.resolvingLink(path)
      default:
        descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(.create, path: path) }
        return
      }
    }
    TemporaryName.removeAbandoned(of: destination)
    let temporary = TemporaryName.own(of: destination)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.create, path: path) }
    // Marks the file as in use for processes that cannot see this one, for example in containers.
    _ = flock(descriptor, LOCK_SH | LOCK_NB)
    temporaryPath = temporary
  }

  deinit {
    if descriptor > STDERR_FILENO { close(descriptor) }
    if let temporaryPath { unlink(temporaryPath) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``, for example on a full disk or a closed pipe.
  public func write(_ bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends the UTF-8 of a text.
  ///
  /// - Throws: ``FileError``.
  public func write(_ text: String) throws { try write(text.utf8) }

  /// Writes the buffer to the system.
  ///
  /// - Throws: ``FileError``.
  public func flush() throws {
    if let failure { throw failure }
    var start = 0
    while start < buffer.count {
      let descriptor = self.descriptor
      // SAFETY: the range lies inside the array, which lives through the call.
      let written = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if written < 0 {
        if errno == EINTR { continue }
        let code = errno
        buffer.removeAll(keepingCapacity: true)
        throw failed(code)
      }
      start += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Overwrites the first bytes, for a header that is only known at the end.
  ///
  /// - Throws: ``FileError``, with the code ESPIPE if the output is a pipe.
  public func overwriteFront(_ bytes: [UInt8]) throws {
    try flush()
    let descriptor = self.descriptor
    // SAFETY: the buffer is the array's own, and lives through the call.
    let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == bytes.count else {
      throw failed(written < 0 ? errno : EIO)
    }
  }

  /// Moves the file to its final name, safely against a loss of power.
  ///
  /// - Throws: ``FileError``; the old content then stays.
  public func commit() throws {
    try flush()
    guard let temporaryPath else { return }
    guard fsync(descriptor) == 0 else { throw FileError(.write, path: path) }
    guard rename(temporaryPath, destination) == 0 else { throw FileError(.create, path: path) }
    self.temporaryPath = nil
  }

  private func failed(_ code: Int32) -> FileError {
    let error = FileError(.write, path: path, code: code)
    failure = error
    return error
  }

  private static func resolvingLink(_ path: String) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
      let resolved = realpath(path, nil)
    else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
