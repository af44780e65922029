// Procedure: a file is written as NAME.PID.tmp in the same folder, and its writer holds a lock on
//   it. A file with such a name is abandoned if there is no process PID and the lock is free.
// Complexity: O(entries of the folder) for a removal.

import Glibc

/// The names under which outputs are written until they are complete.
enum TemporaryName {
  /// The name that this process uses.
  static func own(of path: String) -> String { "\(path).\(getpid()).tmp" }

  /// Removes the files that killed processes left behind for a path.
  ///
  /// Files that cannot be removed stay.
  static func removeAbandoned(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    guard let entries = opendir(folder) else { return }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let found = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let process = process(found, name), isAbandoned(folder + found, by: process) else {
        continue
      }
      unlink(folder + found)
    }
  }

  /// The process of a file's temporary name; nil for any other name.
  private static func process(_ found: String, _ name: String) -> pid_t? {
    guard found.hasPrefix(name + "."), found.hasSuffix(".tmp") else { return nil }
    let digits = found.dropFirst(name.count + 1).dropLast(4)
    guard digits.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    return pid_t(digits)
  }

  private static func isAbandoned(_ path: String, by process: pid_t) -> Bool {
    guard process > 0, kill(process, 0) != 0, errno == ESRCH else { return false }
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0
  }
}
