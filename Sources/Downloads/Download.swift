// Procedure: curl writes to a file beside the destination and resumes a partial one; if the server
//   cannot resume, curl starts over. The file is moved to its final name once its length and
//   checksum are correct.
// Complexity: O(n); memory for a block.

import Diagnostics
import Files
import Glibc

/// A file on the internet that is identified by its checksum.
public struct Download: Sendable {
  /// Its URL.
  public let address: String
  /// Its length in bytes.
  public let size: Int
  /// Its SHA-256, as 64 hexadecimal digits.
  public let checksum: String

  /// - Parameters:
  ///   - address: Its URL.
  ///   - size: Its length in bytes.
  ///   - checksum: Its SHA-256, as 64 hexadecimal digits.
  public init(_ address: String, size: Int, checksum: String) {
    self.address = address
    self.size = size
    self.checksum = checksum
  }

  /// Whether the file exists with the right length and checksum.
  ///
  /// - Throws: ``FileError`` if it cannot be read.
  public func isComplete(at path: String) throws -> Bool {
    guard access(path, F_OK) == 0, try InputFile.check(path) == size else { return false }
    return try Self.checksum(of: path) == checksum
  }

  /// Downloads the file, unless it is complete.
  ///
  /// - Parameters:
  ///   - path: The destination; an unfinished download is kept as `path` + `.part`.
  ///   - showsProgress: Whether curl draws its bar on standard error.
  /// - Throws: ``FileError`` if curl, the server or the folder refuses; ``InvalidData`` if the
  ///   length or checksum is wrong, in which case the download is removed.
  public func fetch(to path: String, showsProgress: Bool = false) throws {
    if try isComplete(at: path) { return }
    let part = path + ".part"
    let found = access(part, F_OK) == 0 ? try InputFile.check(part) ?? 0 : 0
    if found > size { unlink(part) }
    if found != size {
      var status = try curl(to: part, goesOn: found > 0 && found < size, showsProgress)
      // 33: the server sends only whole files; 36: it sent another range.
      if status == 33 || status == 36 {
        unlink(part)
        status = try curl(to: part, goesOn: false, showsProgress)
      }
      if status != 0 {
        // 22: the server reports that the file does not exist.
        throw FileError(
          status == 22 ? .open : .read,
          path: address,
          code: status == 22 ? ENOENT : EIO
        )
      }
    }
    let length = try InputFile.check(part) ?? 0
    let sum = try Self.checksum(of: part)
    guard length == size, sum == checksum else {
      unlink(part)
      throw InvalidData(
        path: address,
        "found \(length) bytes with the checksum \(sum) where \(size) with \(checksum) were expected"
      )
    }
    guard rename(part, path) == 0 else { throw FileError(.create, path: path) }
  }

  /// The SHA-256 of a file.
  static func checksum(of path: String) throws -> String {
    let file = try InputFile(path)
    var sum = SHA256()
    var block: [UInt8] = []
    while try file.read(upTo: 1 << 20, into: &block) > 0 {
      sum.update(block)
      block.removeAll(keepingCapacity: true)
    }
    return sum.digits
  }

  /// Runs curl.
  ///
  /// - Returns: Its exit code.
  private func curl(to path: String, goesOn: Bool, _ showsProgress: Bool) throws -> Int32 {
    let words =
      ["curl", "--fail", "--location", "--retry", "3", "--output", path]
      + (showsProgress ? ["--progress-bar"] : ["--silent", "--show-error"])
      + (goesOn ? ["--continue-at", "-"] : []) + ["--", address]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let code = posix_spawnp(&process, "curl", nil, nil, &arguments, environ)
    guard code == 0 else { throw FileError(.open, path: "curl", code: code) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw FileError(.read, path: address) }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
  }
}
