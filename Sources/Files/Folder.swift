import Diagnostics
import Glibc

/// Making folders.
package enum Folder {
  /// Makes a folder where there is none.
  ///
  /// - Parameter path: Inside a folder that exists.
  /// - Throws: ``FileError``.
  package static func make(_ path: String) throws {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw FileError(.create, path: path)
  }

  /// Whether something is at a path.
  package static func contains(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Removes a file.
  ///
  /// - Throws: ``FileError``.
  package static func remove(_ path: String) throws {
    guard unlink(path) == 0 else { throw FileError(.write, path: path) }
  }
}
