import Glibc

/// A file that could not be read or written: its path, the failed operation, and the reason.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The failed operation.
  public enum Operation: String, Sendable {
    /// Opening an existing file.
    case open = "cannot open"
    /// Reading bytes from an open file.
    case read = "cannot read"
    /// Creating a file, or moving it to its final name.
    case create = "cannot create"
    /// Writing bytes.
    case write = "cannot write"
  }

  /// The failed operation.
  public let operation: Operation
  /// The path as the user gave it.
  public let path: String
  /// The system's error number.
  public let code: Int32
  /// The reason, if the system's error number does not give it.
  public let reason: String?

  /// - Parameters:
  ///   - operation: The failed operation.
  ///   - path: The path as the user gave it.
  ///   - code: The system's error number; nil for that of the last failed call.
  ///   - reason: The reason, if the error number does not give it.
  public init(
    _ operation: Operation,
    path: String,
    code: Int32? = nil,
    reason: String? = nil
  ) {
    self.operation = operation
    self.path = path
    self.code = code ?? errno
    self.reason = reason
  }

  /// Whether the file does not exist.
  public var isMissing: Bool { code == ENOENT }

  /// Whether the reader of a pipe has closed it.
  public var isClosedPipe: Bool { code == EPIPE }

  /// The operation, the path and the reason, on one line.
  public var description: String {
    let reason = reason ?? strerror(code).map { String(cString: $0) } ?? "error \(code)"
    return "\(operation.rawValue) \(path): \(reason)"
  }
}
