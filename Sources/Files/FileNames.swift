// Procedure: a folder stands for the files in it and in its folders, but for hidden ones; a path with *, ? or [ that is no
//   file for the files that glob(7) finds. Both in the order of their bytes, so that the order of
//   documents does not depend on the file system.
// Complexity: O(n log n) for n files.

import Diagnostics
import Glibc

/// Names of several files at once.
public enum FileNames {
  /// The files that paths stand for.
  ///
  /// - Parameter paths: Files, folders and patterns.
  /// - Returns: The files of each path, in order; a path that stands for none as it is.
  /// - Throws: ``FileError`` where a folder cannot be read.
  public static func expanded(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      let found = isFolder(path) ? try files(inFolder: path) : matches(path)
      return found.isEmpty ? [path] : found
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func files(inFolder path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw FileError(.open, path: path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let front = path.hasSuffix("/") ? path : path + "/"
    return try sorted(names).flatMap { name -> [String] in
      let inner = front + name
      return isFolder(inner) ? try files(inFolder: inner) : [inner]
    }
  }

  private static func matches(_ path: String) -> [String] {
    guard path.contains(where: { "*?[".contains($0) }), access(path, F_OK) != 0 else { return [] }
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(path, GLOB_NOSORT, nil, &result) == 0 else { return [] }
    // SAFETY: glob fills `gl_pathc` names, which live until globfree.
    let names = (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { String(cString: $0) }
    }
    return sorted(names.filter { !isFolder($0) })
  }

  private static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
