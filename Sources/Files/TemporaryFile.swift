import Diagnostics
import Glibc

/// An unnamed file for data that do not fit into memory; it disappears with the process.
public final class TemporaryFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Creates a file in the folder `TMPDIR`, or in `/tmp`.
  ///
  /// - Throws: ``FileError`` if it cannot be created there.
  public init() throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    path = folder
    let nameless = open(folder, Self.nameless | O_RDWR | O_CLOEXEC, 0o600)
    if nameless >= 0 {
      descriptor = nameless
      return
    }
    // A file system that makes none without a name.
    var template = Array("\(folder)/bpedrop-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw FileError(.create, path: folder) }
    unlink(template)
  }

  /// Linux's O_TMPFILE, a macro that Swift does not import.
  private static let nameless = 0o20_000_000 | O_DIRECTORY

  /// A path under which this process can open the file while this object lives.
  public var openPath: String { "/proc/self/fd/\(descriptor)" }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes bytes at an offset.
  ///
  /// - Throws: ``FileError``, for example on a full disk.
  public func write(_ bytes: [UInt8], at offset: Int) throws {
    var done = 0
    while done < bytes.count {
      let start = done
      // SAFETY: the range lies inside the array, which lives through the call.
      let written = bytes.withUnsafeBytes { bytes in
        pwrite(
          descriptor,
          bytes.baseAddress?.advanced(by: start),
          bytes.count - start,
          offset + start
        )
      }
      if written < 0 && errno != EINTR { throw FileError(.write, path: path) }
      done += max(written, 0)
    }
  }

  /// Reads bytes at an offset.
  ///
  /// - Returns: `count` bytes, or fewer at the end of the file.
  /// - Throws: ``FileError``.
  public func read(at offset: Int, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let start = done
      // SAFETY: `count - start` bytes from `start` belong to the array for the duration of the
      // call.
      let received = bytes.withUnsafeMutableBytes { bytes in
        pread(descriptor, bytes.baseAddress?.advanced(by: start), count - start, offset + start)
      }
      if received < 0 && errno != EINTR { throw FileError(.read, path: path) }
      if received == 0 { break }
      done += max(received, 0)
    }
    bytes.removeLast(count - done)
    return bytes
  }
}
