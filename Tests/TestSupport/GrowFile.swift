import Glibc

/// Gives a file another length; bytes that are new are a hole.
public func growFile(_ path: String, to size: Int) throws {
  guard truncate(path, size) == 0 else { throw SystemError(code: errno) }
}
