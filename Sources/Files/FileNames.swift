// Procedure: a folder stands for the files in it and in its subfolders, except hidden ones. A path
//   with `*`, `?` or `[` that is not a file stands for the files that glob(7) finds. Both are in
//   the order of their bytes, so that the order of documents does not depend on the file system. A
//   folder that links reach again is read only where it is reached first.
// Complexity: O(n log n) for n files.

import Diagnostics
import Glibc

/// Expands names that stand for several files.
public enum FileNames {
  /// The files that paths stand for.
  ///
  /// - Parameter paths: Files, folders and patterns.
  /// - Returns: The files of each path, in order; a path that stands for none as it is.
  /// - Throws: ``FileError`` if a folder cannot be read.
  public static func expanded(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      var folders = Set<FolderIdentity>()
      let found = try files(inFolder: path, &folders) ?? matches(path)
      return found.isEmpty ? [path] : found
    }
  }

  /// Identifies a folder, whatever path leads to it.
  private struct FolderIdentity: Hashable {
    let device: dev_t
    let number: ino_t

    /// - Returns: nil if the path is not a folder.
    init?(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
      (device, number) = (status.st_dev, status.st_ino)
    }
  }

  /// The files below a folder; empty if it was read before, nil if the path is not a folder.
  private static func files(
    inFolder path: String,
    _ folders: inout Set<FolderIdentity>
  ) throws -> [String]? {
    guard let identity = FolderIdentity(path) else { return nil }
    guard folders.insert(identity).inserted else { return [] }
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
    var files: [String] = []
    for name in sorted(names) {
      let inner = front + name
      files += try Self.files(inFolder: inner, &folders) ?? [inner]
    }
    return files
  }

  private static func matches(_ path: String) -> [String] {
    guard path.contains(where: { "*?[".contains($0) }), access(path, F_OK) != 0 else { return [] }
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(path, GLOB_NOSORT, nil, &result) == 0 else { return [] }
    // SAFETY: glob fills in `gl_pathc` names, which live until globfree.
    let names = (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { String(cString: $0) }
    }
    return sorted(names.filter { FolderIdentity($0) == nil })
  }

  private static func sorted(_ names: [String]) -> [String] {
    names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
