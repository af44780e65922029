import Diagnostics
import Downloads
import TestSupport
import Testing

@Suite("Downloads, and the checksums that they are known by")
struct DownloadTests {
  private let folder: TemporaryFolder
  private let file = noise(300_000)

  init() throws { folder = try TemporaryFolder() }

  private var checksum: String {
    var sum = SHA256()
    sum.update(file)
    return sum.digits
  }

  private func download(_ server: LoopbackServer, _ place: String = "/a/file.txt") -> Download {
    Download(server.address + place, size: file.count, checksum: checksum)
  }

  @Test("SHA-256 of FIPS 180-4's examples, and of any pieces")
  func checksums() {
    let known = [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (text, digits) in known {
      var sum = SHA256()
      sum.update(Array(text.utf8))
      #expect(sum.digits == digits && sum.digits == digits)
    }
    for length in 0..<200 {
      var (whole, pieces) = (SHA256(), SHA256())
      whole.update(file.prefix(length))
      for start in stride(from: 0, to: length, by: 7) {
        pieces.update(file[start..<min(start + 7, length)])
      }
      #expect(whole.digits == pieces.digits)
    }
  }

  @Test("a file comes whole, once")
  func whole() throws {
    let server = try LoopbackServer(["/a/file.txt": file])
    defer { server.stop() }
    for _ in 0..<2 {
      try download(server).fetch(to: folder["file.txt"])
      #expect(folder.bytes("file.txt") == file && folder.names == ["file.txt"])
    }
    #expect(server.requests == ["GET /a/file.txt HTTP/1.1"])
    try folder.put("file.txt", Array(file.dropLast()))
    try download(server).fetch(to: folder["file.txt"])
    #expect(folder.bytes("file.txt") == file)
  }

  @Test(
    "a part that is there is gone on from, or thrown away",
    arguments: [1, 299_999, 300_000, 300_001]
  )
  func parts(length: Int) throws {
    let server = try LoopbackServer(["/a/file.txt": file])
    defer { server.stop() }
    try folder.put("file.txt.part", Array((file + [1]).prefix(length)))
    try download(server).fetch(to: folder["file.txt"])
    #expect(folder.bytes("file.txt") == file && folder.names == ["file.txt"])
    let range = length < file.count ? " from \(length)" : ""
    let expected = length == file.count ? [] : ["GET /a/file.txt HTTP/1.1\(range)"]
    #expect(server.requests == expected)
  }

  @Test("a server that stops on the way; the next run goes on")
  func stops() throws {
    let server = try LoopbackServer(["/a/file.txt": file], .stops(after: 100_000))
    defer { server.stop() }
    // Whether curl tries again by itself depends on its version.
    let again = (try? download(server).fetch(to: folder["file.txt"])) != nil
    if !again {
      #expect(folder.bytes("file.txt.part") == Array(file.prefix(100_000)))
      try download(server).fetch(to: folder["file.txt"])
      #expect(server.requests.last == "GET /a/file.txt HTTP/1.1 from 100000")
    }
    #expect(folder.bytes("file.txt") == file && folder.names == ["file.txt"])
  }

  @Test("a server that sends whole files only")
  func wholeFiles() throws {
    let server = try LoopbackServer(["/a/file.txt": file], .wholeFiles)
    defer { server.stop() }
    try folder.put("file.txt.part", Array(file.prefix(1000)))
    try download(server).fetch(to: folder["file.txt"])
    #expect(folder.bytes("file.txt") == file && folder.names == ["file.txt"])
  }

  @Test("what is something else is said and not kept")
  func wrong() throws {
    var other = file
    other[77] ^= 1
    for wrong in [other, Array(file.dropLast()), []] {
      let server = try LoopbackServer(["/a/file.txt": wrong])
      defer { server.stop() }
      let error = #expect(throws: InvalidData.self) {
        try download(server).fetch(to: folder["file.txt"])
      }
      #expect(error?.description.contains(checksum) == true)
      #expect(folder.names == [])
    }
  }

  @Test("no such file, no such server, no such folder")
  func missing() throws {
    let server = try LoopbackServer([:])
    let absent = #expect(throws: FileError.self) {
      try download(server).fetch(to: folder["file.txt"])
    }
    #expect(absent?.operation == .open && absent?.path == server.address + "/a/file.txt")
    server.stop()
    let refused = #expect(throws: FileError.self) {
      try download(server).fetch(to: folder["file.txt"])
    }
    #expect(refused?.operation == .read)
    let running = try LoopbackServer(["/a/file.txt": file])
    defer { running.stop() }
    #expect(throws: FileError.self) { try download(running).fetch(to: folder["no/file.txt"]) }
  }
}
