import Glibc

/// A file that could not be read or written: which, what was tried, and why.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  public enum Operation: String, Sendable {
    /// An existing file was to be opened.
    case open = "cannot open"
    /// Bytes were to be read from an open file.
    case read = "cannot read"
    /// A new file was to be made, or put under its name.
    case create = "cannot create"
    /// Bytes were to be written.
    case write = "cannot write"
  }

  /// What was tried when the system refused.
  public let operation: Operation
  /// The path as the user gave it.
  public let path: String
  /// The system's error number.
  public let code: Int32
  /// Why, where the system's error number does not say it.
  public let reason: String?

  /// - Parameters:
  ///   - operation: What was tried.
  ///   - path: The path as the user gave it.
  ///   - code: The system's error number; nil for the one of the last failed call.
  ///   - reason: Why, where the error number does not say it.
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

  /// Whether there is no such file.
  public var isMissing: Bool { code == ENOENT }

  /// Whether the reader of a pipe has gone away.
  public var isClosedPipe: Bool { code == EPIPE }

  /// What was tried, the path and the reason, on one line.
  public var description: String {
    let reason = reason ?? strerror(code).map { String(cString: $0) } ?? "error \(code)"
    return "\(operation.rawValue) \(path): \(reason)"
  }
}
