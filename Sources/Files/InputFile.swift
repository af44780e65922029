import Diagnostics
import Glibc

/// A file or standard input, read in blocks from front to back.
///
/// It is an error if a regular file turns out shorter than it was at opening. A growing file, such
/// as a log, is read to the end that it has when the end is reached.
public final class InputFile {
  /// The path, or `-` for standard input.
  public let path: String
  private let descriptor: Int32
  /// The length of a regular file at opening; nil for anything else.
  private let openedSize: Int?

  /// Opens a file for reading.
  ///
  /// - Parameter path: A path, or `-` for standard input.
  /// - Throws: ``FileError`` if it does not exist, is a directory, or may not be read.
  public init(_ path: String) throws {
    self.path = path
    if path == "-" {
      descriptor = STDIN_FILENO
      openedSize = Self.regularSize(of: STDIN_FILENO)
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    openedSize = descriptor < 0 ? nil : Self.regularSize(of: descriptor)
    guard descriptor >= 0 else { throw FileError(.open, path: path) }
    // From here on `deinit` closes the descriptor, even after an error.
    if Self.mode(of: descriptor) & S_IFMT == S_IFDIR {
      throw FileError(.read, path: path, code: EISDIR)
    }
  }

  /// Checks that a path can be read, without opening it: opening and closing a named pipe would end
  /// its writer.
  ///
  /// - Parameter path: A path, or `-` for standard input.
  /// - Returns: The length in bytes; nil if it is not known beforehand, as for pipes and terminals.
  /// - Throws: ``FileError`` if it does not exist, is a directory, or may not be read.
  public static func check(_ path: String) throws -> Int? {
    var status = stat()
    let failed = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
    guard failed == 0, path == "-" || access(path, R_OK) == 0 else {
      throw FileError(.open, path: path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw FileError(.read, path: path, code: EISDIR)
    case S_IFREG: return Int(status.st_size)
    default: return nil
    }
  }

  deinit {
    if descriptor > STDIN_FILENO { close(descriptor) }
  }

  /// The length in bytes; nil if it is not known beforehand, as for pipes and terminals.
  public var size: Int? { Self.regularSize(of: descriptor) }

  /// Appends the next bytes to a buffer.
  ///
  /// - Parameters:
  ///   - limit: The most bytes to read.
  ///   - bytes: Grows by the bytes read.
  /// - Returns: The number of bytes read; 0 only at the end.
  /// - Throws: ``FileError``, including when a regular file has become shorter.
  public func read(upTo limit: Int, into bytes: inout [UInt8]) throws -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: limit))
    let descriptor = self.descriptor
    var received = 0
    repeat {
      // SAFETY: `limit` bytes from `start` belong to the array for the duration of the call.
      received = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: start), limit)
      }
    } while received < 0 && errno == EINTR
    let code = errno
    bytes.removeLast(limit - max(received, 0))
    if received < 0 { throw FileError(.read, path: path, code: code) }
    if received == 0 { try checkEnd() }
    return received
  }

  /// Checks that a regular file ends no earlier than it did at opening.
  private func checkEnd() throws {
    // Checks the current size, too: files that the kernel generates may end early.
    guard let openedSize, let size, size < openedSize else { return }
    let end = Int(lseek(descriptor, 0, SEEK_CUR))
    guard end >= 0, end < openedSize else { return }
    throw FileError(
      .read,
      path: path,
      code: EIO,
      reason: "it ends at byte \(end), but had \(openedSize) bytes when it was opened"
    )
  }

  /// Reads the rest of the file.
  ///
  /// - Parameter limit: The most bytes to accept.
  /// - Returns: The bytes from the current position to the end.
  /// - Throws: ``FileError``, with the code EFBIG beyond the limit.
  public func readAll(limit: Int = .max) throws -> [UInt8] {
    var bytes: [UInt8] = []
    // One byte more than expected: a read that returns nothing marks the end.
    let expected = size.map { min($0, limit) + 1 } ?? 0
    bytes.reserveCapacity(expected)
    while true {
      let left = expected - bytes.count
      let block = (1...Self.blockLength).contains(left) ? left : Self.blockLength
      bytes.reserveRoom(for: block, limit: limit)
      if try read(upTo: block, into: &bytes) == 0 { break }
      if bytes.count > limit { throw FileError(.read, path: path, code: EFBIG) }
    }
    return bytes
  }

  private static let blockLength = 1 << 20

  private static func regularSize(of descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  private static func mode(of descriptor: Int32) -> mode_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_mode : 0
  }
}

extension [UInt8] {
  /// Makes room for more bytes, doubling as arrays do, but not beyond a limit and the bytes
  /// requested.
  package mutating func reserveRoom(for more: Int, limit: Int) {
    let needed = count + more
    guard needed > capacity else { return }
    let ceiling = limit < .max - more ? limit + more : .max
    reserveCapacity(Swift.max(needed, Swift.min(2 * capacity, ceiling)))
  }
}
