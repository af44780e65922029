import Diagnostics
import Glibc

/// The bytes of a whole file, mapped into memory or copied.
///
/// A mapped file is read by the system where its bytes are used, and processes share its memory. It
/// must not be made shorter as long as it is mapped: the system ends a process that reads what is
/// gone. ``OutputFile`` replaces a file and never changes it, so what this package writes is safe.
///
/// SAFETY of the unchecked conformance: the memory is never written.
public final class FileMemory: @unchecked Sendable {
  /// The bytes, which live as long as this object; they start at a multiple of 64.
  public let bytes: UnsafeRawBufferPointer
  private let isMapped: Bool

  /// Maps a file.
  ///
  /// - Parameter path: A regular file.
  /// - Throws: ``FileError`` if it cannot be opened or mapped; ``InvalidData`` if it is empty.
  public init(mapping path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.open, path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(.read, path: path, code: ENODEV)
    }
    guard status.st_size > 0 else { throw InvalidData(path: path, "the file is empty") }
    let length = Int(status.st_size)
    let memory = mmap(nil, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw FileError(.read, path: path) }
    bytes = UnsafeRawBufferPointer(start: memory, count: length)
    isMapped = true
  }

  /// Copies bytes.
  public init(copying bytes: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    memory.copyBytes(from: bytes)
    self.bytes = UnsafeRawBufferPointer(memory)
    isMapped = false
  }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }
}
