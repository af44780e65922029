import Diagnostics
import Files
import Glibc
import TestSupport
import Testing

struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
  func `a committed file holds what was written`(count: Int) throws {
    let content = noise(count)
    let file = try OutputFile(folder["file"])
    #expect(file.path == folder["file"])
    try file.write(content)
    try file.commit()
    #expect(folder.bytes("file") == content)
    #expect(folder.names == ["file"])
  }

  @Test func `many small writes, of bytes and of text, come in order`() throws {
    let file = try OutputFile(folder["file"])
    var content = ""
    for number in 0..<30_000 {
      let line = "zeile \(number) – é\n"
      content += line
      if number % 2 == 0 { try file.write(line) } else { try file.write(Array(line.utf8)) }
      if number % 1000 == 0 { try file.flush() }
    }
    try file.commit()
    #expect(folder.text("file") == content)
  }

  @Test func `before the commit nothing stands at the place`() throws {
    let file = try OutputFile(folder["file"])
    try file.write(noise(200_000))
    try file.flush()
    #expect(folder.bytes("file") == nil)
    #expect(folder.names.count == 1)
    #expect(folder.names.allSatisfy { $0.hasPrefix("file.") && $0.hasSuffix(".tmp") })
    try file.commit()
    #expect(folder.names == ["file"])
  }

  @Test func `without a commit nothing is left behind`() throws {
    do {
      let file = try OutputFile(folder["file"])
      try file.write(noise(200_000))
      #expect(folder.names.count == 1)
    }
    #expect(folder.names.isEmpty)
  }

  @Test func `without a commit the old content stays`() throws {
    try folder.put("file", "old")
    do {
      let file = try OutputFile(folder["file"])
      try file.write("new")
      try file.flush()
      #expect(folder.text("file") == "old")
    }
    #expect(folder.text("file") == "old")
    #expect(folder.names == ["file"])
  }

  @Test func `what killed processes left for the place is removed, and nothing else`() throws {
    // No process has such a number; 1 lives, and so do we.
    let others = [
      "file.1.tmp", "file.\(getppid()).tmp", "file.99999999.tmp.x", "file.9999999x.tmp",
      "file..tmp",
      "file.99999999", "other.99999999.tmp", "file.x.99999999.tmp",
    ]
    for name in others + ["file.99999999.tmp", "file.99999998.tmp"] { try folder.put(name, "x") }
    let locked = open(try folder.put("file.99999997.tmp", "x"), O_RDONLY)
    defer { close(locked) }
    try #require(flock(locked, LOCK_SH) == 0)
    let file = try OutputFile(folder["file"])
    try file.commit()
    #expect(folder.names == (others + ["file", "file.99999997.tmp"]).sorted())
  }

  @Test func `a commit replaces the old content, even by less`() throws {
    try folder.put("file", noise(100_000))
    let file = try OutputFile(folder["file"])
    try file.write("new")
    try file.commit()
    #expect(folder.text("file") == "new")
    #expect(folder.names == ["file"])
  }

  @Test func `a reader of the old file keeps it`() throws {
    let reader = try InputFile(folder.put("file", "old"))
    let file = try OutputFile(folder["file"])
    try file.write("new")
    try file.commit()
    #expect(try reader.readAll() == Array("old".utf8))
    #expect(folder.text("file") == "new")
  }

  @Test func `a symbolic link stays, and what it leads to is replaced`() throws {
    try #require(mkdir(folder["models"], 0o700) == 0)
    try folder.put("models/second", "old")
    try #require(symlink("models/second", folder["latest"]) == 0)
    defer { unlink(folder["models/second"]) }
    let file = try OutputFile(folder["latest"])
    try file.write("new")
    try file.commit()
    #expect(folder.text("models/second") == "new")
    var status = stat()
    #expect(lstat(folder["latest"], &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(folder.names == ["latest", "models"])
  }

  @Test func `a header is written over the front at the end`() throws {
    let file = try OutputFile(folder["file"])
    try file.write("????-the body, ")
    try file.overwriteFront(Array("head".utf8))
    try file.write("and more")
    try file.overwriteFront(Array("HE".utf8))
    try file.commit()
    #expect(folder.text("file") == "HEad-the body, and more")
  }

  @Test func `a header cannot be written over the front of a pipe`() throws {
    let path = folder["pipe"]
    try #require(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDWR)
    defer { close(reader) }
    let file = try OutputFile(path)
    try file.write("body")
    let error = #expect(throws: FileError.self) { try file.overwriteFront([1]) }
    #expect(error == FileError(.write, path: path, code: ESPIPE))
  }
}

struct OutputFileErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a folder cannot be created as a file`() {
    let error = #expect(throws: FileError.self) { try OutputFile(folder.path) }
    #expect(error == FileError(.create, path: folder.path, code: EISDIR))
    #expect(error?.description == "cannot create \(folder.path): Is a directory")
    #expect(folder.names.isEmpty)
  }

  @Test func `nothing can be created below a file or in a folder that is missing`() throws {
    try folder.put("file", "x")
    let below = #expect(throws: FileError.self) { try OutputFile(folder["file/below"]) }
    #expect(below == FileError(.create, path: folder["file/below"], code: ENOTDIR))
    let missing = #expect(throws: FileError.self) { try OutputFile(folder["missing/file"]) }
    #expect(missing == FileError(.create, path: folder["missing/file"], code: ENOENT))
    #expect(folder.names == ["file"])
  }

  @Test func `a full device is an error of the write that reaches it`() throws {
    let file = try OutputFile("/dev/full")
    try file.write("short")
    let flushed = #expect(throws: FileError.self) { try file.flush() }
    #expect(flushed == FileError(.write, path: "/dev/full", code: ENOSPC))
    #expect(flushed?.description == "cannot write /dev/full: No space left on device")
    #expect(flushed?.isClosedPipe == false)

    let long = #expect(throws: FileError.self) {
      try OutputFile("/dev/full").write(noise(100_000))
    }
    #expect(long?.code == ENOSPC)
    let committed = #expect(throws: FileError.self) {
      let file = try OutputFile("/dev/full")
      try file.write("short")
      try file.commit()
    }
    #expect(committed?.code == ENOSPC)
  }

  @Test func `a device that takes everything is written straight`() throws {
    let file = try OutputFile("/dev/null")
    try file.write(noise(100_000))
    try file.commit()
    var status = stat()
    #expect(stat("/dev/null", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
  }

  /// The write fails because the descriptor is replaced by one that can only be read.
  @Test func `after a failed write no commit replaces the old content`() throws {
    try folder.put("file", "old")
    do {
      let file = try OutputFile(folder["file"])
      try file.write("begun, ")
      try file.flush()
      let temporary = try #require(folder.names.first { $0.hasSuffix(".tmp") })
      let descriptor = try #require(openDescriptor(of: folder[temporary]))
      let readable = open(folder[temporary], O_RDONLY)
      let kept = dup(descriptor)
      try #require(dup2(readable, descriptor) == descriptor)
      try file.write("lost, ")
      let failed = #expect(throws: FileError.self) { try file.flush() }
      #expect(failed == FileError(.write, path: folder["file"], code: EBADF))
      try #require(dup2(kept, descriptor) == descriptor)
      close(kept)
      close(readable)

      #expect(throws: FileError.self) {
        try file.write("and ended")
        try file.commit()
      }
      #expect(folder.text("file") == "old")
    }
    #expect(folder.text("file") == "old")
    #expect(folder.names == ["file"])
  }

  /// The number under which this process has a file open.
  private func openDescriptor(of path: String) -> Int32? {
    var wanted = stat()
    guard stat(path, &wanted) == 0 else { return nil }
    return (3..<1024).first { descriptor in
      var status = stat()
      return fstat(descriptor, &status) == 0 && status.st_ino == wanted.st_ino
        && status.st_dev == wanted.st_dev
    }
  }

  @Test func `a place that was taken by a folder meanwhile is an error of the commit`() throws {
    do {
      let file = try OutputFile(folder["place"])
      try file.write("new")
      try #require(mkdir(folder["place"], 0o700) == 0)
      let error = #expect(throws: FileError.self) { try file.commit() }
      #expect(error == FileError(.create, path: folder["place"], code: EISDIR))
    }
    #expect(folder.names == ["place"])
  }

  @Test func `a reader that went away is told from other errors`() throws {
    signal(SIGPIPE, SIG_IGN)
    let path = folder["pipe"]
    try #require(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    try #require(reader >= 0)
    let file = try OutputFile(path)
    try file.write("read")
    try file.flush()
    close(reader)
    try file.write("not read")
    let error = #expect(throws: FileError.self) { try file.flush() }
    #expect(error == FileError(.write, path: path, code: EPIPE))
    #expect(error?.isClosedPipe == true)
    #expect(error?.description == "cannot write \(path): Broken pipe")
  }

  @Test func `a minus is standard output`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0, dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO else { exit(1) }
      do {
        let file = try OutputFile("-")
        guard file.path == "-" else { exit(2) }
        try file.write("written")
        try file.commit()
      }
      var bytes = Array(repeating: UInt8(0), count: 100)
      guard read(ends[0], &bytes, 100) == 7, bytes.starts(with: "written".utf8) else { exit(3) }
      // Standard output is not ours to close.
      guard fcntl(STDOUT_FILENO, F_GETFD) >= 0 else { exit(4) }
      exit(42)
    }
  }
}
