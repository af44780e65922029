import Diagnostics
import Files
import Glibc
import Synchronization
import TestSupport
import Testing

struct InputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a missing file cannot be opened`() throws {
    let error = #expect(throws: FileError.self) { try InputFile(folder["missing"]) }
    #expect(error == FileError(.open, path: folder["missing"], code: ENOENT))
    #expect(error?.description == "cannot open \(folder["missing"]): No such file or directory")
  }

  @Test func `a path below a file cannot be opened`() throws {
    try folder.put("file", "x")
    let error = #expect(throws: FileError.self) { try InputFile(folder["file/below"]) }
    #expect(error == FileError(.open, path: folder["file/below"], code: ENOTDIR))
  }

  @Test func `a folder cannot be read`() {
    let error = #expect(throws: FileError.self) { try InputFile(folder.path) }
    #expect(error == FileError(.read, path: folder.path, code: EISDIR))
    #expect(error?.description == "cannot read \(folder.path): Is a directory")
  }

  /// Closing a number twice takes it away from whoever was given it meanwhile: here, threads that
  /// open files all the time.
  @Test func `a refused folder closes no file of another thread`() throws {
    let path = try folder.put("file", "x")
    let folderPath = folder.path
    let isDone = Atomic(false)
    let lost = Atomic(0)
    var threads: [pthread_t] = []
    let body = Body {
      while !isDone.load(ordering: .relaxed) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if close(descriptor) != 0 { lost.add(1, ordering: .relaxed) }
      }
    }
    try withExtendedLifetime(body) {
      for _ in 0..<2 {
        var thread = pthread_t()
        let status = pthread_create(
          &thread,
          nil,
          { argument in
            if let argument { Unmanaged<Body>.fromOpaque(argument).takeUnretainedValue().run() }
            return nil
          },
          Unmanaged.passUnretained(body).toOpaque()
        )
        if status == 0 { threads.append(thread) }
      }
      defer {
        isDone.store(true, ordering: .relaxed)
        for thread in threads { pthread_join(thread, nil) }
      }
      try #require(threads.count == 2)
      for _ in 0..<20_000 { _ = try? InputFile(folderPath) }
    }
    #expect(lost.load(ordering: .relaxed) == 0)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  @Test func `an empty file has nothing in it`() throws {
    let file = try InputFile(folder.put("empty", ""))
    #expect(file.size == 0)
    #expect(try file.readAll() == [])
    var bytes: [UInt8] = [7]
    #expect(try file.read(upTo: 10, into: &bytes) == 0)
    #expect(bytes == [7])
  }

  @Test(arguments: [1, 3, 1 << 20 - 1, 1 << 20, 1 << 20 + 1, 5_000_000])
  func `a file is read whole`(count: Int) throws {
    let content = noise(count)
    let file = try InputFile(folder.put("file", content))
    #expect(file.path == folder["file"])
    #expect(file.size == count)
    #expect(try file.readAll() == content)
    #expect(try file.readAll() == [])
  }

  @Test(arguments: [1, 7, 4096, 100_000])
  func `blocks are appended in order`(limit: Int) throws {
    let content = noise(50_000)
    let file = try InputFile(folder.put("file", content))
    var bytes: [UInt8] = [1, 2, 3]
    var received = 0
    var lengths: Set<Int> = []
    repeat {
      let before = bytes.count
      received = try file.read(upTo: limit, into: &bytes)
      #expect(bytes.count == before + received)
      lengths.insert(received)
    } while received > 0
    #expect(bytes == [1, 2, 3] + content)
    #expect(lengths.max() == min(limit, content.count))
  }

  @Test func `the rest is what has not been read`() throws {
    let file = try InputFile(folder.put("file", "abcdef"))
    var bytes: [UInt8] = []
    #expect(try file.read(upTo: 2, into: &bytes) == 2)
    #expect(try file.readAll(limit: 4) == Array("cdef".utf8))
  }

  @Test(arguments: [0, 1, 1000, 1 << 20, 3_000_000])
  func `a limit is the most that is accepted`(limit: Int) throws {
    let exact = try InputFile(folder.put("exact", noise(limit)))
    #expect(try exact.readAll(limit: limit) == noise(limit))
    let path = try folder.put("more", noise(limit + 1))
    let error = #expect(throws: FileError.self) { try InputFile(path).readAll(limit: limit) }
    #expect(error == FileError(.read, path: path, code: EFBIG))
    #expect(error?.description == "cannot read \(path): File too large")
  }

  @Test(arguments: [0, 10, 99_999])
  func `a file that was cut while it was read is an error`(length: Int) throws {
    let path = try folder.put("file", noise(100_000))
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    #expect(try file.read(upTo: 10, into: &bytes) == 10)
    try #require(truncate(path, length) == 0)
    let error = #expect(throws: FileError.self) { try file.readAll() }
    #expect(error?.operation == .read)
    #expect(error?.description.contains("100000 bytes when it was opened") == true)
  }

  @Test func `a file that was cut behind what was read, or grew, is read to its end`() throws {
    let path = try folder.put("file", noise(1000))
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    #expect(try file.read(upTo: 1000, into: &bytes) == 1000)
    try #require(truncate(path, 500) == 0)
    #expect(try file.readAll() == [])
    let growing = try InputFile(folder.put("log", "ab"))
    try folder.put("log", "abcd")
    #expect(try growing.readAll() == Array("abcd".utf8))
  }

  @Test func `a device without end is refused at the limit`() throws {
    let device = try InputFile("/dev/zero")
    #expect(device.size == nil)
    let error = #expect(throws: FileError.self) { try device.readAll(limit: 1000) }
    #expect(error?.code == EFBIG)
  }

  @Test func `a pipe has no known size and is read to its end`() throws {
    let path = folder["pipe"]
    try #require(mkfifo(path, 0o600) == 0)
    // Open for both, so that nothing waits for the other side.
    let writer = open(path, O_RDWR)
    try #require(writer >= 0)
    let file = try InputFile(path)
    #expect(file.size == nil)
    #expect(write(writer, "abc", 3) == 3)
    close(writer)
    #expect(try file.readAll() == Array("abc".utf8))
  }

  @Test func `a check tells the size, or what opening would say`() throws {
    #expect(try InputFile.check(folder.put("file", noise(1234))) == 1234)
    #expect(try InputFile.check("/dev/zero") == nil)
    let missing = #expect(throws: FileError.self) { try InputFile.check(folder["missing"]) }
    #expect(missing == FileError(.open, path: folder["missing"], code: ENOENT))
    let refused = #expect(throws: FileError.self) { try InputFile.check(folder.path) }
    #expect(refused == FileError(.read, path: folder.path, code: EISDIR))
  }

  @Test func `a check of a pipe does not end its writer`() throws {
    let path = folder["pipe"]
    try #require(mkfifo(path, 0o600) == 0)
    #expect(try InputFile.check(path) == nil)
    // Nobody has opened the pipe for reading, so a writer that does not wait is refused.
    #expect(open(path, O_WRONLY | O_NONBLOCK) == -1 && errno == ENXIO)
  }

  @Test func `a minus is standard input`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[0], STDIN_FILENO) == STDIN_FILENO else { exit(1) }
      guard write(ends[1], "to be read", 10) == 10, close(ends[1]) == 0 else { exit(2) }
      let file = try InputFile("-")
      guard file.path == "-", file.size == nil else { exit(3) }
      guard try file.readAll() == Array("to be read".utf8) else { exit(4) }
      exit(42)
    }
  }
}
