import Glibc

/// A folder for one test, removed with its contents.
public final class TemporaryFolder {
  /// Its path, without a slash at the end.
  public let path: String

  /// Creates a new folder.
  public init() throws {
    var template = Array("/tmp/bpedrop-files-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError(code: errno) }
    path = template.withUnsafeBufferPointer { name in
      String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if unlink(path) == 0 { return }
    for name in names(in: path) { remove(path + "/" + name) }
    rmdir(path)
  }

  /// The path of a file in it.
  public subscript(name: String) -> String { path + "/" + name }

  /// The names of its contents, in order.
  public var names: [String] { Self.names(in: path) }

  private static func names(in path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Creates a file, without using the code under test.
  @discardableResult
  public func put(_ name: String, _ bytes: [UInt8]) throws -> String {
    guard let file = fopen(self[name], "w") else { throw SystemError(code: errno) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw SystemError(code: errno)
    }
    return self[name]
  }

  /// Creates a text file.
  @discardableResult
  public func put(_ name: String, _ text: String) throws -> String {
    try put(name, Array(text.utf8))
  }

  /// The bytes of a file, or nil if it does not exist.
  public func bytes(_ name: String) -> [UInt8]? {
    guard let file = fopen(self[name], "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
    return bytes
  }

  /// The text of a file, or nil if it does not exist.
  public func text(_ name: String) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// A failed system call.
public struct SystemError: Error {
  /// Its error number.
  public let code: Int32
}

/// Bytes without a pattern, the same on every call.
public func noise(_ count: Int) -> [UInt8] {
  var state: UInt64 = 0x1234_5678
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 56)
  }
}
