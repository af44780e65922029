import Diagnostics
import Glibc

/// Creates folders.
package enum Folder {
  /// Creates a folder unless it exists.
  ///
  /// - Parameter path: Its parent folder must exist.
  /// - Throws: ``FileError``.
  package static func make(_ path: String) throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileError(.create, path: path)
  }

  /// Whether anything exists at a path.
  package static func contains(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Removes a file.
  ///
  /// - Throws: ``FileError``.
  package static func remove(_ path: String) throws {
    guard unlink(path) == 0 else { throw FileError(.write, path: path) }
  }
}
